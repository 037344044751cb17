//! Functions on numbers, their bits and units of measure.

use super::{Category, Function, Signature, Volatility::Volatile, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Mathematical, summary, signatures)
}

const fn bits(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Binary, summary, signatures)
}

const ONE: &[Signature] = &[sig(&[real("number")], REAL)];
const TEST: &[Signature] = &[sig(&[real("number")], BOOL)];
const BETA: &[Signature] = &[sig(&[real("x"), real("alpha"), real("beta")], REAL)];
const BITS: &[Signature] = &[sig(&[long("value1"), long("value2")], LONG)];
const SHIFT: &[Signature] = &[sig(&[long("value"), long("shift")], LONG)];
const UNITS: &[Signature] = &[sig(&[real("value"), string("from"), string("to")], REAL)];
/// See <https://learn.microsoft.com/kusto/query/scalar-functions#mathematical-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    // A dynamic is no number: the signature with a real takes it.
    f(
        "abs",
        "Returns the absolute value.",
        &[
            sig(&[integer("number")], LONG),
            sig(&[number("number")], FIRST),
            sig(&[timespan("number")], TIMESPAN),
            sig(&[real("number")], REAL),
        ],
    ),
    f(
        "round",
        "Rounds to a number of digits.",
        &[
            sig(&[number("number"), long("precision")], FIRST).optional(1),
            sig(&[real("number"), long("precision")], REAL).optional(1),
        ],
    ),
    f("ceiling", "Rounds up to a whole number.", &[sig(&[number("number")], FIRST), sig(&[real("number")], REAL)]),
    f("sign", "Returns -1, 0 or 1.", ONE),
    f("sqrt", "Returns the square root.", ONE),
    f("exp", "Returns e to a power.", ONE),
    f("exp2", "Returns 2 to a power.", ONE),
    f("exp10", "Returns 10 to a power.", ONE),
    f("log", "Returns the natural logarithm.", ONE),
    f("log2", "Returns the logarithm to base 2.", ONE),
    f("log10", "Returns the logarithm to base 10.", ONE),
    f("pow", "Raises to a power.", &[sig(&[real("base"), real("exponent")], REAL)]),
    f("sin", "Returns the sine.", ONE),
    f("cos", "Returns the cosine.", ONE),
    f("tan", "Returns the tangent.", ONE),
    f("asin", "Returns the arc sine.", ONE),
    f("acos", "Returns the arc cosine.", ONE),
    f("atan", "Returns the arc tangent.", ONE),
    f("atan2", "Returns the angle of the point (x, y).", &[sig(&[real("y"), real("x")], REAL)]),
    f("cot", "Returns the cotangent.", ONE),
    f("degrees", "Converts radians to degrees.", ONE),
    f("radians", "Converts degrees to radians.", ONE),
    f("pi", "Returns pi.", &[sig(&[], REAL)]),
    f("rand", "Returns a random number.", &[sig(&[long("number")], REAL).optional(1)]).stable(Volatile),
    f("isnan", "Says whether a number is NaN.", TEST),
    f("isinf", "Says whether a number is infinite.", TEST),
    f("isfinite", "Says whether a number is neither infinite nor NaN.", TEST),
    f("gamma", "Returns the gamma function.", ONE),
    f("loggamma", "Returns the logarithm of the absolute value of the gamma function.", ONE),
    f("erf", "Returns the error function.", ONE),
    f("erfc", "Returns the complementary error function.", ONE),
    f("beta_cdf", "Returns the cumulative beta distribution.", BETA),
    f("beta_pdf", "Returns the density of the beta distribution.", BETA),
    f(
        "beta_inv",
        "Returns the inverse of the cumulative beta distribution.",
        &[sig(&[real("probability"), real("alpha"), real("beta")], REAL)],
    ),
    f(
        "welch_test",
        "Returns the p-value of Welch's t-test.",
        &[sig(
            &[real("mean1"), real("variance1"), real("count1"), real("mean2"), real("variance2"), real("count2")],
            REAL,
        )],
    ),
    bits("binary_and", "Combines the bits by and.", BITS),
    bits("binary_or", "Combines the bits by or.", BITS),
    bits("binary_xor", "Combines the bits by exclusive or.", BITS),
    bits("binary_not", "Reverses the bits.", &[sig(&[long("value")], LONG)]),
    bits("binary_shift_left", "Shifts the bits to the left.", SHIFT),
    bits("binary_shift_right", "Shifts the bits to the right.", SHIFT),
    bits("bitset_count_ones", "Counts the bits that are set.", &[sig(&[long("value")], LONG)]),
    f("convert_angle", "Converts between units of angle.", UNITS),
    f("convert_energy", "Converts between units of energy.", UNITS),
    f("convert_force", "Converts between units of force.", UNITS),
    f("convert_length", "Converts between units of length.", UNITS),
    f("convert_mass", "Converts between units of mass.", UNITS),
    f("convert_speed", "Converts between units of speed.", UNITS),
    f("convert_temperature", "Converts between units of temperature.", UNITS),
    f("convert_volume", "Converts between units of volume.", UNITS),
];
