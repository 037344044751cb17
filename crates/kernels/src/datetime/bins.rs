//! `bin` (also called `floor`) and `bin_at`. A bin size that is null, zero or negative gives null.
//!
//! <https://learn.microsoft.com/kusto/query/bin-function>, <https://learn.microsoft.com/kusto/query/bin-at-function>

use std::sync::Arc;

use arrow::{
    array::{Array as _, ArrayRef, Int64Array, cast::AsArray as _},
    datatypes::Int64Type,
};
use calypso_types::{Decimal, ScalarType};

use crate::{Call, KernelError};

/// `bin(value, size)`: the nearest multiple of the size below the value.
pub(super) fn bin(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match call.result {
        ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => bin_longs(call),
        ScalarType::Decimal => {
            let (values, sizes) = (call.decimals(0)?, call.decimals(1)?);
            Ok(call.build_decimals(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0)?);
                Decimal::from_raw(value - value.rem_euclid(size)).map(|d| d.0)
            }))
        }
        _ => {
            let (values, sizes) = (call.reals(0)?, call.reals(1)?);
            Ok(call.build_reals(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0.0)?);
                Some((value / size).floor() * size)
            }))
        }
    }
}

/// Whole numbers and ticks; a column by a constant size, the common case, in one pass.
fn bin_longs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (values, sizes) = (call.longs(0)?, call.longs(1)?);
    let size = if sizes.is_constant() { sizes.get(0).filter(|size| *size > 0) } else { None };
    let argument = call.argument(0)?;
    if let (Some(size), false, Some(array)) = (size, argument.constant, argument.array.as_primitive_opt::<Int64Type>())
    {
        let floored = array.values().iter().map(|v| v.wrapping_sub(v.rem_euclid(size))).collect();
        return Ok(Arc::new(Int64Array::new(floored, array.nulls().cloned())));
    }
    Ok(call.build_longs(|row| {
        let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0)?);
        value.checked_sub(value.rem_euclid(size))
    }))
}

/// `bin_at(value, size, fixed point)`: bins of which one begins at the fixed point.
pub(super) fn bin_at(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match call.result {
        ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
            let (values, sizes, points) = (call.longs(0)?, call.longs(1)?, call.longs(2)?);
            Ok(call.build_longs(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0)?);
                let offset = i128::from(value) - i128::from(points.get(row)?);
                i64::try_from(i128::from(value) - offset.rem_euclid(i128::from(size))).ok()
            }))
        }
        ScalarType::Decimal => {
            let (values, sizes, points) = (call.decimals(0)?, call.decimals(1)?, call.decimals(2)?);
            Ok(call.build_decimals(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0)?);
                let offset = value.checked_sub(points.get(row)?)?;
                Decimal::from_raw(value - offset.rem_euclid(size)).map(|d| d.0)
            }))
        }
        _ => {
            let (values, sizes, points) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
            Ok(call.build_reals(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row).filter(|size| *size > 0.0)?);
                let point = points.get(row)?;
                Some(((value - point) / size).floor() * size + point)
            }))
        }
    }
}
