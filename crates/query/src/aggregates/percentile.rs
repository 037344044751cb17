//! `percentile` and its kin, by nearest rank over all values.
//!
//! <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>. Kusto estimates with a t-digest; this is
//! exact, and the memory it takes is charged to the query.

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use calypso_columns::scalar_at;
use calypso_semantics::bound::AggregateFunction;
use calypso_types::{DateTime, Dynamic, Scalar, ScalarType, TimeSpan};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::Accumulator,
};

use crate::literal::scalar_value;

/// A value and how often it counts. Order-preserving bits stand for the value, whatever its type.
type Weighted = (i64, i64);

#[derive(Debug)]
pub(super) struct Percentiles {
    weighted: bool,
    array: bool,
    ty: ScalarType,
    percentiles: Vec<f64>,
    result: ScalarType,
    /// Order-preserving bits, without weights.
    plain: Vec<i64>,
    with_weights: Vec<Weighted>,
}

impl Percentiles {
    pub(super) fn new(function: AggregateFunction, ty: ScalarType, percentiles: Vec<f64>, result: ScalarType) -> Self {
        use AggregateFunction as F;
        Self {
            weighted: matches!(function, F::PercentileWeighted | F::PercentilesWeightedArray),
            array: matches!(function, F::PercentilesArray | F::PercentilesWeightedArray),
            ty,
            percentiles,
            result,
            plain: Vec::new(),
            with_weights: Vec::new(),
        }
    }

    /// The value at `percentile`, `None` without values.
    fn at(&mut self, percentile: f64) -> Option<i64> {
        if self.weighted {
            let total: i128 = self.with_weights.iter().map(|(_, w)| i128::from(*w)).sum();
            let wanted = (percentile / 100.0 * total as f64).ceil().max(1.0) as i128;
            self.with_weights.sort_unstable();
            let mut passed = 0_i128;
            return self.with_weights.iter().find_map(|(value, weight)| {
                passed += i128::from(*weight);
                (passed >= wanted).then_some(*value)
            });
        }
        if self.plain.is_empty() {
            return None;
        }
        let rank = (percentile / 100.0 * self.plain.len() as f64).ceil().max(1.0) as usize - 1;
        let rank = rank.min(self.plain.len() - 1);
        Some(*self.plain.select_nth_unstable(rank).1)
    }

    fn value(&self, bits: i64) -> Scalar {
        match self.ty {
            ScalarType::Real => Scalar::Real(real_of(bits)),
            ScalarType::Decimal => Scalar::Real(real_of(bits)).cast(ScalarType::Decimal),
            ScalarType::DateTime => Scalar::DateTime(DateTime(bits)),
            ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan(bits)),
            ScalarType::Int => Scalar::Long(bits).cast(ScalarType::Int),
            _ => Scalar::Long(bits),
        }
    }
}

/// Bits of a double that compare as the double does.
const fn bits_of(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()
}

const fn real_of(bits: i64) -> f64 {
    f64::from_bits((bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()).cast_unsigned())
}

fn bits_at(array: &ArrayRef, ty: ScalarType, row: usize) -> Option<i64> {
    match scalar_at(array, ty, row) {
        Scalar::Int(v) => Some(v.into()),
        Scalar::Long(v) => Some(v),
        Scalar::DateTime(v) => Some(v.0),
        Scalar::TimeSpan(v) => Some(v.0),
        Scalar::Real(v) if !v.is_nan() => Some(bits_of(v)),
        value @ Scalar::Decimal(_) => match value.cast(ScalarType::Real) {
            Scalar::Real(v) => Some(bits_of(v)),
            _ => None,
        },
        _ => None,
    }
}

impl Accumulator for Percentiles {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let array = &values[0];
        if !self.weighted {
            match self.ty {
                ScalarType::Real => {
                    let reals = array.as_primitive::<arrow::datatypes::Float64Type>();
                    self.plain.extend(reals.iter().flatten().filter(|v| !v.is_nan()).map(bits_of));
                }
                ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
                    self.plain.extend(array.as_primitive::<arrow::datatypes::Int64Type>().iter().flatten());
                }
                ty => self.plain.extend((0..array.len()).filter_map(|row| bits_at(array, ty, row))),
            }
            return Ok(());
        }
        for row in 0..array.len() {
            if let (Some(bits), Scalar::Long(weight)) =
                (bits_at(array, self.ty, row), scalar_at(&values[1], ScalarType::Long, row))
                && weight > 0
            {
                self.with_weights.push((bits, weight));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let found: Vec<Option<i64>> = self.percentiles.clone().into_iter().map(|p| self.at(p)).collect();
        let scalar = if self.array {
            let items = found.iter().map(|bits| bits.map_or(Dynamic::Null, |b| Dynamic::from_scalar(&self.value(b))));
            Scalar::Dynamic(Dynamic::Array(items.collect()))
        } else {
            match found.first() {
                Some(Some(bits)) => self.value(*bits),
                _ => Scalar::null(self.result),
            }
        };
        scalar_value(&scalar).map_err(DataFusionError::from)
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self.plain.capacity() * size_of::<i64>()
            + self.with_weights.capacity() * size_of::<Weighted>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut bytes = Vec::with_capacity(self.plain.len() * 8 + self.with_weights.len() * 16);
        for value in &self.plain {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        for (value, weight) in &self.with_weights {
            bytes.extend_from_slice(&value.to_le_bytes());
            bytes.extend_from_slice(&weight.to_le_bytes());
        }
        Ok(vec![ScalarValue::LargeBinary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let states = states[0]
            .as_binary_opt::<i64>()
            .ok_or_else(|| DataFusionError::Internal("a percentile's state is not binary".to_owned()))?;
        for bytes in states.iter().flatten() {
            let (numbers, _) = bytes.as_chunks::<8>();
            if self.weighted {
                let (pairs, _) = numbers.as_chunks::<2>();
                self.with_weights.extend(pairs.iter().map(|[v, w]| (i64::from_le_bytes(*v), i64::from_le_bytes(*w))));
            } else {
                self.plain.extend(numbers.iter().map(|b| i64::from_le_bytes(*b)));
            }
        }
        Ok(())
    }
}
