//! Functions on numbers.

mod beta;
mod binary;
mod erf;
mod gamma;
mod real_functions;
mod rounding;
mod units;
mod welch;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#mathematical-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("abs", rounding::abs),
    ("round", rounding::round),
    ("ceiling", rounding::ceiling),
    ("sign", rounding::sign),
    ("sqrt", real_functions::sqrt),
    ("exp", real_functions::exp),
    ("exp2", real_functions::exp2),
    ("exp10", real_functions::exp10),
    ("log", real_functions::log),
    ("log2", real_functions::log2),
    ("log10", real_functions::log10),
    ("pow", real_functions::pow),
    ("sin", real_functions::sin),
    ("cos", real_functions::cos),
    ("tan", real_functions::tan),
    ("asin", real_functions::asin),
    ("acos", real_functions::acos),
    ("atan", real_functions::atan),
    ("atan2", real_functions::atan2),
    ("cot", real_functions::cot),
    ("degrees", real_functions::degrees),
    ("radians", real_functions::radians),
    ("pi", real_functions::pi),
    ("rand", real_functions::rand),
    ("isnan", real_functions::is_nan),
    ("isinf", real_functions::is_infinite),
    ("isfinite", real_functions::is_finite),
    ("gamma", gamma::gamma),
    ("loggamma", gamma::log_gamma),
    ("erf", erf::erf),
    ("erfc", erf::erfc),
    ("beta_cdf", beta::beta_cdf),
    ("beta_pdf", beta::beta_pdf),
    ("beta_inv", beta::beta_inv),
    ("welch_test", welch::welch_test),
    ("binary_and", binary::and),
    ("binary_or", binary::or),
    ("binary_xor", binary::xor),
    ("binary_not", binary::not),
    ("binary_shift_left", binary::shift_left),
    ("binary_shift_right", binary::shift_right),
    ("bitset_count_ones", binary::count_ones),
    ("convert_angle", units::angle),
    ("convert_energy", units::energy),
    ("convert_force", units::force),
    ("convert_length", units::length),
    ("convert_mass", units::mass),
    ("convert_speed", units::speed),
    ("convert_temperature", units::temperature),
    ("convert_volume", units::volume),
];
