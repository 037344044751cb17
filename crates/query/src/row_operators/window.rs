//! Window functions: `row_number`, `prev`, `next`, `row_cumsum`, `row_rank_dense`, `row_rank_min`, `row_window_session`.
//!
//! They look forwards and backwards over the whole serialized input, which is therefore held in memory, up to a bound.

use arrow::{
    array::{Array as _, ArrayRef, RecordBatch},
    compute::{concat, concat_batches},
};
use calypso_columns::{Bools, Column, ColumnBuilder, scalar_at};
use calypso_semantics::bound::{WindowCall, WindowFunction};
use calypso_types::{Decimal, Scalar, ScalarType, TimeSpan};

use crate::{
    QueryError, planner_argument_types,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// Bytes of input that a window may hold.
const WINDOW_BYTES_MAX: usize = 2 << 30;

#[derive(Debug, Clone)]
struct Call {
    function: WindowFunction,
    types: Vec<ScalarType>,
    result: ScalarType,
}

#[derive(Debug)]
pub(crate) struct Window {
    calls: Vec<Call>,
    added: Vec<Column>,
}

impl Window {
    pub(crate) fn new(calls: &[WindowCall], added: Vec<Column>) -> Self {
        let calls = calls
            .iter()
            .map(|c| Call { function: c.function, types: planner_argument_types(c), result: c.ty })
            .collect();
        Self { calls, added }
    }
}

impl RowOperator for Window {
    fn name(&self) -> &'static str {
        "Window"
    }

    fn added(&self) -> &[Column] {
        &self.added
    }

    fn needs_single_partition(&self) -> bool {
        true
    }

    fn start(&self) -> Box<dyn RowProcess> {
        Box::new(WindowRun { calls: self.calls.clone(), bytes: 0, batches: Vec::new(), values: Vec::new() })
    }
}

struct WindowRun {
    calls: Vec<Call>,
    bytes: usize,
    batches: Vec<RecordBatch>,
    /// The values of all arguments of all calls, per batch.
    values: Vec<Vec<ArrayRef>>,
}

impl RowProcess for WindowRun {
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError> {
        self.bytes += batch.get_array_memory_size();
        if self.bytes > WINDOW_BYTES_MAX {
            return Err(QueryError::limit(format!(
                "a window function needs more than {WINDOW_BYTES_MAX} bytes of memory"
            )));
        }
        self.batches.push(batch.clone());
        self.values.push(values.to_vec());
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Processed>, QueryError> {
        let Some(first) = self.batches.first() else { return Ok(None) };
        let input = concat_batches(&first.schema(), &self.batches)?;
        self.batches.clear();
        let width = self.values.first().map_or(0, Vec::len);
        let mut columns = Vec::with_capacity(width);
        for argument in 0..width {
            let pieces: Vec<&dyn arrow::array::Array> = self.values.iter().map(|v| v[argument].as_ref()).collect();
            columns.push(concat(&pieces)?);
        }
        let mut added = Vec::with_capacity(self.calls.len());
        let mut at = 0;
        for call in &self.calls {
            let arguments = &columns[at..at + call.types.len()];
            at += call.types.len();
            added.push(evaluate(call, arguments, input.num_rows()));
        }
        Ok(Some(Processed { input, added }))
    }
}

fn evaluate(call: &Call, arguments: &[ArrayRef], rows: usize) -> ArrayRef {
    let mut builder = ColumnBuilder::new(call.result, rows);
    match call.function {
        WindowFunction::RowNumber => row_number(arguments, rows, &mut builder),
        WindowFunction::Prev => neighbour(call, arguments, rows, -1, &mut builder),
        WindowFunction::Next => neighbour(call, arguments, rows, 1, &mut builder),
        WindowFunction::RowCumSum => cumulative_sum(call, arguments, rows, &mut builder),
        WindowFunction::RowRankDense | WindowFunction::RowRankMin => rank(call, arguments, rows, &mut builder),
        WindowFunction::RowWindowSession => session(call, arguments, rows, &mut builder),
    }
    builder.finish()
}

/// Says whether the restart predicate, argument `index`, holds at `row`; false without one.
fn restarts(arguments: &[ArrayRef], index: usize, row: usize) -> bool {
    arguments.get(index).and_then(|a| Bools::new(a, false)).and_then(|b| b.get(row)).unwrap_or(false)
}

fn row_number(arguments: &[ArrayRef], rows: usize, builder: &mut ColumnBuilder) {
    let mut number = 0_i64;
    for row in 0..rows {
        let Scalar::Long(start) = scalar_at(&arguments[0], ScalarType::Long, row) else {
            builder.push_null();
            continue;
        };
        number = if row == 0 || restarts(arguments, 1, row) { start } else { number.wrapping_add(1) };
        builder.push(&Scalar::Long(number));
    }
}

fn neighbour(call: &Call, arguments: &[ArrayRef], rows: usize, direction: i64, builder: &mut ColumnBuilder) {
    for row in 0..rows {
        let offset = match scalar_at(&arguments[1], ScalarType::Long, row) {
            Scalar::Long(offset) => offset,
            _ => 1,
        };
        let at = (row as i64).checked_add(direction.wrapping_mul(offset)).and_then(|at| usize::try_from(at).ok());
        match at.filter(|at| *at < rows) {
            Some(at) => builder.push(&scalar_at(&arguments[0], call.result, at)),
            None => builder.push(&scalar_at(&arguments[2], call.result, row)),
        }
    }
}

fn cumulative_sum(call: &Call, arguments: &[ArrayRef], rows: usize, builder: &mut ColumnBuilder) {
    let mut total: Option<Scalar> = None;
    for row in 0..rows {
        if restarts(arguments, 1, row) {
            total = None;
        }
        let value = scalar_at(&arguments[0], call.result, row);
        total = Some(match total {
            None if value.is_null() => zero(call.result),
            None => value,
            Some(sum) => add(&sum, &value),
        });
        builder.push(total.as_ref().unwrap_or(&Scalar::Null(call.result)));
    }
}

const fn zero(ty: ScalarType) -> Scalar {
    match ty {
        ScalarType::Real => Scalar::Real(0.0),
        ScalarType::Decimal => Scalar::Decimal(Decimal(0)),
        ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan(0)),
        _ => Scalar::Long(0),
    }
}

/// Adds; a null adds nothing.
fn add(sum: &Scalar, value: &Scalar) -> Scalar {
    match (sum, value) {
        (Scalar::Long(a), Scalar::Long(b)) => Scalar::Long(a.wrapping_add(*b)),
        (Scalar::Real(a), Scalar::Real(b)) => Scalar::Real(a + b),
        (Scalar::TimeSpan(a), Scalar::TimeSpan(b)) => Scalar::TimeSpan(TimeSpan(a.0.wrapping_add(b.0))),
        (Scalar::Decimal(a), Scalar::Decimal(b)) => Scalar::Decimal(Decimal(a.0.wrapping_add(b.0))),
        _ => sum.clone(),
    }
}

fn rank(call: &Call, arguments: &[ArrayRef], rows: usize, builder: &mut ColumnBuilder) {
    let (mut rank, mut position) = (0_i64, 0_i64);
    for row in 0..rows {
        let value = |at: usize| scalar_at(&arguments[0], call.types[0], at);
        if row == 0 || restarts(arguments, 1, row) {
            (rank, position) = (1, 1);
        } else {
            position += 1;
            if value(row) != value(row - 1) {
                rank = if call.function == WindowFunction::RowRankDense { rank + 1 } else { position };
            }
        }
        builder.push(&Scalar::Long(rank));
    }
}

/// The first time of the session that each row belongs to.
fn session(call: &Call, arguments: &[ArrayRef], rows: usize, builder: &mut ColumnBuilder) {
    let number = |argument: usize, row: usize| -> Option<i64> {
        match scalar_at(&arguments[argument], call.types[argument], row) {
            Scalar::DateTime(v) => Some(v.0),
            Scalar::TimeSpan(v) => Some(v.0),
            Scalar::Long(v) => Some(v),
            Scalar::Int(v) => Some(v.into()),
            _ => None,
        }
    };
    let mut start_row = 0;
    for row in 0..rows {
        let continues = row > 0
            && !restarts(arguments, 3, row)
            && match (number(0, row), number(0, row - 1), number(0, start_row), number(1, row), number(2, row)) {
                (Some(now), Some(before), Some(start), Some(from_first), Some(between)) => {
                    now.saturating_sub(start) <= from_first && now.saturating_sub(before) <= between
                }
                _ => false,
            };
        if !continues {
            start_row = row;
        }
        if arguments[0].is_null(row) {
            builder.push_null();
        } else {
            builder.push(&scalar_at(&arguments[0], call.result, start_row));
        }
    }
}
