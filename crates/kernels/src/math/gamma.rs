//! `gamma`, `loggamma`.
//!
//! <https://learn.microsoft.com/kusto/query/gamma-function>

use arrow::array::ArrayRef;

use super::real_functions::unary;
use crate::{Call, KernelError};

/// `gamma(x)`
pub(super) fn gamma(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, libm::tgamma)
}

/// `loggamma(x)`: of the absolute value of gamma.
pub(super) fn log_gamma(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, libm::lgamma)
}
