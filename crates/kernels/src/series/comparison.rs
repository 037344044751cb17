//! `series_greater` and kin: bools, element by element; what is no number or missing gives null.
//!
//! <https://learn.microsoft.com/kusto/query/series-greater-function>

use arrow::array::ArrayRef;

use super::numbers::{Operand, pairs};
use crate::{Call, KernelError, dynamic::ArrayWriter};

fn compare(call: &Call<'_>, f: impl Fn(f64, f64) -> bool) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Operand::new(call, 0)?, Operand::new(call, 1)?);
    Ok(call.build_dynamics(|row, out| {
        let Some(pairs) = pairs(&a, &b, row) else { return false };
        let mut writer = ArrayWriter::new(out);
        for pair in pairs {
            writer.push(match pair.map(|(a, b)| f(a.real(), b.real())) {
                None => "null",
                Some(true) => "true",
                Some(false) => "false",
            });
        }
        writer.finish();
        true
    }))
}

/// `series_greater(a, b)`
pub(super) fn greater(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a > b)
}

/// `series_greater_equals(a, b)`
pub(super) fn greater_or_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a >= b)
}

/// `series_less(a, b)`
pub(super) fn less(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a < b)
}

/// `series_less_equals(a, b)`
pub(super) fn less_or_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a <= b)
}

/// `series_equals(a, b)`
#[expect(clippy::float_cmp, reason = "equality is what the function means")]
pub(super) fn equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a == b)
}

/// `series_not_equals(a, b)`
#[expect(clippy::float_cmp, reason = "equality is what the function means")]
pub(super) fn not_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compare(call, |a, b| a != b)
}
