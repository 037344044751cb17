//! `erf`, `erfc`: the error function and its complement.
//!
//! <https://learn.microsoft.com/kusto/query/erf-function>

use arrow::array::ArrayRef;

use super::real_functions::unary;
use crate::{Call, KernelError};

/// `erf(x)`
pub(super) fn erf(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, libm::erf)
}

/// `erfc(x)`
pub(super) fn erfc(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, libm::erfc)
}
