//! `series_add` and kin: element by element; what is no number or missing gives null.
//!
//! <https://learn.microsoft.com/kusto/query/series-add-function>

use arrow::array::ArrayRef;

use super::numbers::{Number, Operand, pairs, write_numbers};
use crate::{Call, KernelError};

fn combine(call: &Call<'_>, f: impl Fn(Number, Number) -> Number) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Operand::new(call, 0)?, Operand::new(call, 1)?);
    Ok(call.build_dynamics(|row, out| {
        let Some(pairs) = pairs(&a, &b, row) else { return false };
        write_numbers(pairs.into_iter().map(|pair| pair.map(|(a, b)| f(a, b))), out);
        true
    }))
}

/// Whole numbers stay whole unless they overflow.
fn whole_or_real(
    call: &Call<'_>,
    whole: fn(i64, i64) -> Option<i64>,
    real: fn(f64, f64) -> f64,
) -> Result<ArrayRef, KernelError> {
    combine(call, |a, b| {
        let exact = match (a, b) {
            (Number::Whole(a), Number::Whole(b)) => whole(a, b),
            _ => None,
        };
        exact.map_or_else(|| Number::Real(real(a.real(), b.real())), Number::Whole)
    })
}

/// `series_add(a, b)`
pub(super) fn add(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    whole_or_real(call, i64::checked_add, |a, b| a + b)
}

/// `series_subtract(a, b)`
pub(super) fn subtract(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    whole_or_real(call, i64::checked_sub, |a, b| a - b)
}

/// `series_multiply(a, b)`
pub(super) fn multiply(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    whole_or_real(call, i64::checked_mul, |a, b| a * b)
}

/// `series_divide(a, b)`: always real.
pub(super) fn divide(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    combine(call, |a, b| Number::Real(a.real() / b.real()))
}

/// `series_pow(a, b)`: always real.
pub(super) fn pow(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    combine(call, |a, b| Number::Real(a.real().powf(b.real())))
}
