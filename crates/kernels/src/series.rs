//! Functions on series: dynamic arrays of numbers.
//!
//! A function of several results gives an array of them; the binder makes columns of its elements.

mod arithmetic;
mod comparison;
mod decompose;
mod elementwise;
mod fill;
mod filter;
mod fourier;
mod numbers;
mod outliers;
mod periods;
mod polynomial;
mod products;
mod regression;
mod statistics;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#series-processing-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("series_add", arithmetic::add),
    ("series_subtract", arithmetic::subtract),
    ("series_multiply", arithmetic::multiply),
    ("series_divide", arithmetic::divide),
    ("series_pow", arithmetic::pow),
    ("series_greater", comparison::greater),
    ("series_greater_equals", comparison::greater_or_equal),
    ("series_less", comparison::less),
    ("series_less_equals", comparison::less_or_equal),
    ("series_equals", comparison::equal),
    ("series_not_equals", comparison::not_equal),
    ("series_abs", elementwise::abs),
    ("series_sign", elementwise::sign),
    ("series_exp", elementwise::exp),
    ("series_log", elementwise::log),
    ("series_sin", elementwise::sin),
    ("series_cos", elementwise::cos),
    ("series_tan", elementwise::tan),
    ("series_asin", elementwise::asin),
    ("series_acos", elementwise::acos),
    ("series_atan", elementwise::atan),
    ("series_floor", elementwise::floor),
    ("series_ceiling", elementwise::ceiling),
    ("series_fill_backward", fill::backward),
    ("series_fill_forward", fill::forward),
    ("series_fill_const", fill::constant),
    ("series_fill_linear", fill::linear),
    ("series_fir", filter::fir),
    ("series_iir", filter::iir),
    ("series_fft", fourier::fft),
    ("series_ifft", fourier::inverse),
    ("series_sum", products::sum),
    ("series_product", products::product),
    ("series_magnitude", products::magnitude),
    ("series_dot_product", products::dot_product),
    ("series_cosine_similarity", products::cosine_similarity),
    ("series_pearson_correlation", products::pearson_correlation),
    ("series_stats", statistics::stats),
    ("series_stats_dynamic", statistics::stats_dynamic),
    ("series_fit_line", regression::fit_line),
    ("series_fit_line_dynamic", regression::fit_line_dynamic),
    ("series_fit_2lines", regression::fit_two_lines),
    ("series_fit_2lines_dynamic", regression::fit_two_lines_dynamic),
    ("series_fit_poly", polynomial::fit_poly),
    ("series_outliers", outliers::outliers),
    ("series_periods_detect", periods::detect),
    ("series_periods_validate", periods::validate),
    ("series_seasonal", decompose::seasonal),
    ("series_decompose", decompose::decompose),
    ("series_decompose_forecast", decompose::forecast),
    ("series_decompose_anomalies", decompose::anomalies),
];
