//! `real`: a 64-bit floating-point number and its text.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/real>

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

/// Decimal exponents from which .NET writes scientific notation: it pads with zeros up to 15 digits.
const PLAIN_DIGITS: i32 = 15;

/// Returns the shortest text that reads back as `value`: `1.0`, `0.1`, `1E+20`, `NaN`, `-Infinity`.
///
/// Whole numbers keep a `.0`, so that a real inside `dynamic` stays one; otherwise as .NET prints.
#[must_use]
pub fn real_text(value: f64) -> String {
    let mut out = String::with_capacity(24);
    write_real(&mut out, value);
    out
}

/// Appends the text of [`real_text`].
pub fn write_real(out: &mut String, value: f64) {
    if !value.is_finite() {
        let name = match (value.is_nan(), value > 0.0) {
            (true, _) => "NaN",
            (false, true) => "Infinity",
            (false, false) => "-Infinity",
        };
        out.push_str(name);
        return;
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-4..1e15).contains(&magnitude) {
        write_plain(out, value);
        return;
    }
    write_extreme(out, value);
}

/// Appends without exponent.
fn write_plain(out: &mut String, value: f64) {
    let start = out.len();
    // Writing to a string never fails.
    let _ = write!(out, "{value}");
    if !out[start..].contains('.') {
        out.push_str(".0");
    }
}

/// Appends a very large or small number, scientific unless all its digits stand before the point.
fn write_extreme(out: &mut String, value: f64) {
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let count = digits.bytes().filter(u8::is_ascii_digit).count() as i32;
    if exponent > 0 && exponent < count.max(PLAIN_DIGITS) {
        write_plain(out, value);
        return;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{digits}E{sign}{:02}", exponent.abs());
}

/// Reads a real as `toreal()` and ingestion do: decimal or scientific, `nan`, `inf`, `+inf`, `-inf`, `Infinity`
/// in any case, white space around it ignored.
#[must_use]
pub fn parse_real(text: &str) -> Option<f64> {
    // Rust's own reader takes exactly these forms.
    text.trim().parse().ok()
}
