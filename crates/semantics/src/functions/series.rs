//! Functions on series: dynamic arrays of numbers.

use calypso_types::ScalarType::{self, Dynamic, Long, Real};

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Series, summary, signatures)
}

const ONE: &[Signature] = &[sig(&[dynamic("series")], DYNAMIC)];
const ONE_TO_REAL: &[Signature] = &[sig(&[dynamic("series")], REAL)];
/// Either may be a number, which then stands for every element.
const TWO: &[Signature] = &[sig(&[any("series1"), any("series2")], DYNAMIC)];
const FILL: &[Signature] = &[sig(&[dynamic("series"), any("missing_value_placeholder")], DYNAMIC).optional(1)];
const FOURIER: &[Signature] = &[sig(&[dynamic("series"), dynamic("series_imaginary")], DYNAMIC).optional(1)];
const STATS: &[Signature] = &[sig(&[dynamic("series"), bool("ignore_nonfinite")], DYNAMIC).optional(1)];

const COMPLEX: &[(&str, ScalarType)] = &[("real", Dynamic), ("imag", Dynamic)];
const PERIODS: &[(&str, ScalarType)] = &[("periods", Dynamic), ("scores", Dynamic)];
const STATISTICS: &[(&str, ScalarType)] = &[
    ("min", Real),
    ("min_idx", Long),
    ("max", Real),
    ("max_idx", Long),
    ("avg", Real),
    ("stdev", Real),
    ("variance", Real),
];
const LINE: &[(&str, ScalarType)] = &[
    ("rsquare", Real),
    ("slope", Real),
    ("variance", Real),
    ("rvariance", Real),
    ("interception", Real),
    ("line_fit", Dynamic),
];
const TWO_LINES: &[(&str, ScalarType)] = &[
    ("rsquare", Real),
    ("split_idx", Long),
    ("variance", Real),
    ("rvariance", Real),
    ("line_fit", Dynamic),
    ("right_rsquare", Real),
    ("right_slope", Real),
    ("right_interception", Real),
    ("right_variance", Real),
    ("right_rvariance", Real),
    ("left_rsquare", Real),
    ("left_slope", Real),
    ("left_interception", Real),
    ("left_variance", Real),
    ("left_rvariance", Real),
];
const POLYNOMIAL: &[(&str, ScalarType)] =
    &[("rsquare", Real), ("coefficients", Dynamic), ("variance", Real), ("rvariance", Real), ("poly_fit", Dynamic)];
const COMPONENTS: &[(&str, ScalarType)] =
    &[("baseline", Dynamic), ("seasonal", Dynamic), ("trend", Dynamic), ("residual", Dynamic)];
const ANOMALIES: &[(&str, ScalarType)] = &[("ad_flag", Dynamic), ("ad_score", Dynamic), ("baseline", Dynamic)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#series-processing-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("series_add", "Adds two series element by element.", TWO),
    f("series_subtract", "Subtracts two series element by element.", TWO),
    f("series_multiply", "Multiplies two series element by element.", TWO),
    f("series_divide", "Divides two series element by element.", TWO),
    f("series_pow", "Raises one series to the power of another, element by element.", TWO),
    f("series_greater", "Compares two series element by element: greater.", TWO),
    f("series_greater_equals", "Compares two series element by element: greater or equal.", TWO),
    f("series_less", "Compares two series element by element: less.", TWO),
    f("series_less_equals", "Compares two series element by element: less or equal.", TWO),
    f("series_equals", "Compares two series element by element: equal.", TWO),
    f("series_not_equals", "Compares two series element by element: not equal.", TWO),
    f("series_abs", "Returns the absolute value of each element.", ONE),
    f("series_sign", "Returns the sign of each element.", ONE),
    f("series_exp", "Returns e to the power of each element.", ONE),
    f("series_log", "Returns the natural logarithm of each element.", ONE),
    f("series_sin", "Returns the sine of each element.", ONE),
    f("series_cos", "Returns the cosine of each element.", ONE),
    f("series_tan", "Returns the tangent of each element.", ONE),
    f("series_asin", "Returns the arc sine of each element.", ONE),
    f("series_acos", "Returns the arc cosine of each element.", ONE),
    f("series_atan", "Returns the arc tangent of each element.", ONE),
    f("series_floor", "Rounds each element down.", ONE),
    f("series_ceiling", "Rounds each element up.", ONE),
    f("series_fill_backward", "Fills missing elements with the next one.", FILL),
    f("series_fill_forward", "Fills missing elements with the one before.", FILL),
    f(
        "series_fill_const",
        "Fills missing elements with a constant.",
        &[sig(&[dynamic("series"), any("constant_value"), any("missing_value_placeholder")], DYNAMIC).optional(1)],
    ),
    f(
        "series_fill_linear",
        "Fills missing elements by linear interpolation.",
        &[sig(
            &[dynamic("series"), any("missing_value_placeholder"), bool("fill_edges"), any("constant_value")],
            DYNAMIC,
        )
        .optional(3)],
    ),
    f(
        "series_fir",
        "Applies a finite impulse response filter.",
        &[sig(&[dynamic("series"), dynamic("filter"), bool("normalize"), bool("center")], DYNAMIC).optional(2)],
    ),
    f(
        "series_iir",
        "Applies an infinite impulse response filter.",
        &[sig(&[dynamic("series"), dynamic("numerators"), dynamic("denominators")], DYNAMIC)],
    ),
    f("series_fft", "Applies the Fourier transform.", FOURIER).gives(COMPLEX),
    f("series_ifft", "Applies the inverse Fourier transform.", FOURIER).gives(COMPLEX),
    f("series_sum", "Returns the sum of the elements.", ONE_TO_REAL),
    f("series_product", "Returns the product of the elements.", ONE_TO_REAL),
    f("series_magnitude", "Returns the square root of the sum of squares.", ONE_TO_REAL),
    f("series_dot_product", "Returns the dot product of two series.", &[sig(&[any("series1"), any("series2")], REAL)]),
    f(
        "series_cosine_similarity",
        "Returns the cosine of the angle between two series.",
        &[sig(&[dynamic("series1"), dynamic("series2"), real("series1_magnitude"), real("series2_magnitude")], REAL)
            .optional(2)],
    ),
    f(
        "series_pearson_correlation",
        "Returns the correlation of two series.",
        &[sig(&[dynamic("series1"), dynamic("series2")], REAL)],
    ),
    f("series_stats", "Returns statistics of a series.", STATS).gives(STATISTICS),
    f("series_stats_dynamic", "Returns statistics of a series as a bag.", STATS),
    f("series_fit_line", "Fits a line to a series.", ONE).gives(LINE),
    f("series_fit_line_dynamic", "Fits a line to a series and returns a bag.", ONE),
    f("series_fit_2lines", "Fits two lines to a series.", ONE).gives(TWO_LINES),
    f("series_fit_2lines_dynamic", "Fits two lines to a series and returns a bag.", ONE),
    f(
        "series_fit_poly",
        "Fits a polynomial to a series.",
        &[sig(&[dynamic("y_series"), dynamic("x_series"), long("degree")], DYNAMIC).optional(2)],
    )
    .gives(POLYNOMIAL),
    f(
        "series_outliers",
        "Scores the anomaly of each element.",
        &[sig(
            &[dynamic("series"), constant("kind"), real("ignore_val"), real("min_percentile"), real("max_percentile")],
            DYNAMIC,
        )
        .optional(4)],
    ),
    f(
        "series_periods_detect",
        "Finds the periods of a series.",
        &[sig(&[dynamic("series"), real("min_period"), real("max_period"), long("num_periods")], DYNAMIC)],
    )
    .gives(PERIODS),
    f(
        "series_periods_validate",
        "Scores given periods of a series.",
        &[sig(&[dynamic("series"), real("period")], DYNAMIC).repeating(1)],
    )
    .gives(PERIODS),
    f(
        "series_seasonal",
        "Returns the seasonal component of a series.",
        &[sig(&[dynamic("series"), long("period"), long("test_points")], DYNAMIC).optional(2)],
    ),
    f(
        "series_decompose",
        "Takes a series apart into seasonal, trend and residual components.",
        &[sig(
            &[
                dynamic("series"),
                long("seasonality"),
                constant("trend"),
                long("test_points"),
                real("seasonality_threshold"),
            ],
            DYNAMIC,
        )
        .optional(4)],
    )
    .gives(COMPONENTS),
    f(
        "series_decompose_forecast",
        "Predicts the last points of a series.",
        &[sig(
            &[dynamic("series"), long("points"), long("seasonality"), constant("trend"), real("seasonality_threshold")],
            DYNAMIC,
        )
        .optional(3)],
    ),
    f(
        "series_decompose_anomalies",
        "Finds the anomalies of a series.",
        &[sig(
            &[
                dynamic("series"),
                real("threshold"),
                long("seasonality"),
                constant("trend"),
                long("test_points"),
                constant("ad_method"),
                real("seasonality_threshold"),
            ],
            DYNAMIC,
        )
        .optional(6)],
    )
    .gives(ANOMALIES),
];
