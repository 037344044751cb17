//! Printing scalars as KQL literals, for generated queries and commands.

#[cfg(test)]
mod tests;

use crate::{Scalar, dynamic::special_real_literal, real_text};

/// Returns the KQL string literal of `text`: `"…"` with escapes.
///
/// <https://learn.microsoft.com/kusto/query/scalar-data-types/string>
#[must_use]
pub fn kql_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for symbol in text.chars() {
        match symbol {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Returns a KQL literal that evaluates to `value` and has its type: `long(1)` is `1`, an int `int(1)`.
#[must_use]
pub fn to_kql(value: &Scalar) -> String {
    match value {
        Scalar::Null(ty) => format!("{ty}(null)"),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => format!("int({value})"),
        // The lexer knows no negative literals, and 2^63 alone does not fit.
        Scalar::Long(value) if *value < 0 => format!("long({value})"),
        Scalar::Long(value) => value.to_string(),
        Scalar::Real(value) if !value.is_finite() => special_real_literal(*value).to_owned(),
        Scalar::Real(value) if value.is_sign_negative() => format!("real({})", real_text(*value)),
        Scalar::Real(value) => real_text(*value),
        Scalar::Decimal(value) => format!("decimal({value})"),
        Scalar::String(value) => kql_string(value),
        Scalar::DateTime(value) => format!("datetime({value})"),
        Scalar::TimeSpan(value) => format!("timespan({value})"),
        Scalar::Guid(value) => format!("guid({value})"),
        Scalar::Dynamic(value) => format!("dynamic({})", value.to_text()),
    }
}

impl Scalar {
    /// Returns the text of [`to_kql`].
    #[must_use]
    pub fn to_kql(&self) -> String {
        to_kql(self)
    }
}
