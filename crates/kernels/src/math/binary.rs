//! Operations on the bits of longs.
//!
//! <https://learn.microsoft.com/kusto/query/binary-and-function>

use arrow::{array::ArrayRef, datatypes::Int64Type};
use calypso_columns::arrow_type;
use calypso_types::ScalarType;

use crate::{
    Call, KernelError,
    lanes::{self, Lane},
};

const BITS: i64 = 64;

fn pair(call: &Call<'_>, f: impl Fn(i64, i64) -> i64) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Lane::<Int64Type>::of(call, 0, "long")?, Lane::<Int64Type>::of(call, 1, "long")?);
    let result = arrow_type(ScalarType::Long);
    Ok(lanes::zip::<Int64Type, Int64Type, Int64Type>(call.rows, a, b, &result, f))
}

fn single(call: &Call<'_>, f: impl Fn(i64) -> i64) -> Result<ArrayRef, KernelError> {
    let values = Lane::<Int64Type>::of(call, 0, "long")?;
    Ok(lanes::map::<Int64Type, Int64Type>(call.rows, values, &arrow_type(ScalarType::Long), f))
}

/// `binary_and(a, b)`
pub(super) fn and(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    pair(call, |a, b| a & b)
}

/// `binary_or(a, b)`
pub(super) fn or(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    pair(call, |a, b| a | b)
}

/// `binary_xor(a, b)`
pub(super) fn xor(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    pair(call, |a, b| a ^ b)
}

/// `binary_not(a)`
pub(super) fn not(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    single(call, |a| !a)
}

fn shift(call: &Call<'_>, f: impl Fn(i64, u32) -> i64) -> Result<ArrayRef, KernelError> {
    let (values, counts) = (call.longs(0)?, call.longs(1)?);
    Ok(call.build_longs(|row| {
        let count = counts.get(row).filter(|count| *count >= 0)?;
        Some(f(values.get(row)?, (count % BITS) as u32))
    }))
}

/// `binary_shift_left(value, count)`: the count modulo 64; null of a negative count.
pub(super) fn shift_left(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, |value, count| value << count)
}

/// `binary_shift_right(value, count)`: the sign is kept; null of a negative count.
pub(super) fn shift_right(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, |value, count| value >> count)
}

/// `bitset_count_ones(value)`
pub(super) fn count_ones(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    single(call, |a| i64::from(a.count_ones()))
}
