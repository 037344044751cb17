//! `max_of`, `min_of`: the extreme among the arguments that are not null; `around`.
//!
//! <https://learn.microsoft.com/kusto/query/max-of-function>

use std::cmp::Ordering;

use arrow::array::ArrayRef;
use calypso_columns::ColumnBuilder;
use calypso_types::{Scalar, ScalarType};

use crate::{Call, KernelError};

/// `max_of(a, b, …)`
pub(super) fn max_of(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    extreme(call, Ordering::Greater)
}

/// `min_of(a, b, …)`
pub(super) fn min_of(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    extreme(call, Ordering::Less)
}

fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<ArrayRef, KernelError> {
    match call.result {
        ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
            let columns = (0..call.len()).map(|index| call.longs(index)).collect::<Result<Vec<_>, _>>()?;
            Ok(call.build_longs(|row| {
                let values = columns.iter().filter_map(|column| column.get(row));
                if wanted.is_gt() { values.max() } else { values.min() }
            }))
        }
        ScalarType::Real => {
            let columns = (0..call.len()).map(|index| call.reals(index)).collect::<Result<Vec<_>, _>>()?;
            Ok(call.build_reals(|row| {
                let values = columns.iter().filter_map(|column| column.get(row));
                values.reduce(if wanted.is_gt() { f64::max } else { f64::min })
            }))
        }
        _ => Ok(by_scalars(call, wanted)),
    }
}

fn by_scalars(call: &Call<'_>, wanted: Ordering) -> ArrayRef {
    let mut builder = ColumnBuilder::new(call.result, call.rows);
    for row in 0..call.rows {
        let values = call.arguments.iter().map(|argument| argument.scalar(row)).filter(|value| !value.is_null());
        let best = values.reduce(|best, value| if value.sort_order(&best) == wanted { value } else { best });
        builder.push(&best.unwrap_or_else(|| Scalar::null(call.result)));
    }
    builder.finish()
}

/// `around(value, center, delta)`: whether `value` lies within `delta` of `center`, ends included.
pub(super) fn around(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    if call.type_of(0)? == ScalarType::Real {
        let (values, centers, deltas) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
        return Ok(call.build_bools(|row| {
            let (value, center, delta) = (values.get(row)?, centers.get(row)?, deltas.get(row)?);
            Some(value >= center - delta && value <= center + delta)
        }));
    }
    let (values, centers, deltas) = (call.longs(0)?, call.longs(1)?, call.longs(2)?);
    Ok(call.build_bools(|row| {
        let (value, center, delta) = (values.get(row)?, centers.get(row)?, deltas.get(row)?);
        Some(value >= center.saturating_sub(delta) && value <= center.saturating_add(delta))
    }))
}
