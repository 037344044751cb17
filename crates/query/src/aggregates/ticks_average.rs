//! `avg` of datetime and timespan: exact in ticks, which a double cannot hold.

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::Accumulator,
};

#[derive(Debug, Default)]
pub(super) struct TicksAverage {
    sum: i128,
    count: i64,
}

fn wrong_type() -> DataFusionError {
    DataFusionError::Internal("avg of ticks: an array is not of the declared type".to_owned())
}

impl Accumulator for TicksAverage {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let ticks = values[0].as_primitive_opt::<Int64Type>().ok_or_else(wrong_type)?;
        for value in ticks.iter().flatten() {
            self.sum += i128::from(value);
            self.count += 1;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let average = if self.count == 0 { None } else { i64::try_from(self.sum / i128::from(self.count)).ok() };
        Ok(ScalarValue::Int64(average))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Decimal128(Some(self.sum), 38, 0), ScalarValue::Int64(Some(self.count))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let sums = states[0].as_primitive_opt::<Decimal128Type>().ok_or_else(wrong_type)?;
        let counts = states[1].as_primitive_opt::<Int64Type>().ok_or_else(wrong_type)?;
        for row in 0..sums.len() {
            if sums.is_valid(row) {
                self.sum += sums.value(row);
                self.count += counts.value(row);
            }
        }
        Ok(())
    }
}
