//! Values as answers spell them in JSON.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http-v2>

#[cfg(test)]
mod tests;

use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, ScalarType, TimeSpan};

use crate::json_text;

/// Reads the JSON of one cell. Null is null of the type, and the empty string of `string`.
pub(crate) fn from_json(ty: ScalarType, text: &str) -> Result<Scalar, String> {
    if text == "null" {
        return Ok(Scalar::null(ty));
    }
    if ty == ScalarType::Dynamic {
        return dynamic(text);
    }
    let read = if text.starts_with('"') { from_string(ty, text) } else { from_bare(ty, text) };
    read.ok_or_else(|| format!("'{}' is no value of type {ty}", excerpt(text)))
}

fn dynamic(text: &str) -> Result<Scalar, String> {
    if text.starts_with('"') {
        // The exact text: what looks like JSON inside a string is still a string.
        return json_text::string(text).map(|text| Scalar::Dynamic(Dynamic::String(text))).map_err(|e| e.to_string());
    }
    Dynamic::parse_json(text).map(Scalar::Dynamic).map_err(|error| error.to_string())
}

fn from_string(ty: ScalarType, text: &str) -> Option<Scalar> {
    let text = json_text::string(text).ok()?;
    Some(match ty {
        ScalarType::String => Scalar::String(text),
        ScalarType::DateTime => Scalar::DateTime(DateTime::parse(&text)?),
        ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan::parse(&text)?),
        ScalarType::Guid => Scalar::Guid(Guid::parse(&text)?),
        ScalarType::Decimal => Scalar::Decimal(Decimal::parse(&text)?),
        ScalarType::Real => Scalar::Real(special_real(&text)?),
        // Some proxies spell these as text.
        ScalarType::Bool | ScalarType::Int | ScalarType::Long => from_bare(ty, &text)?,
        ScalarType::Dynamic => return None,
    })
}

fn from_bare(ty: ScalarType, text: &str) -> Option<Scalar> {
    Some(match ty {
        ScalarType::Bool => Scalar::Bool(match text {
            "true" | "True" | "1" => true,
            "false" | "False" | "0" => false,
            _ => return None,
        }),
        ScalarType::Int => Scalar::Int(text.parse().ok()?),
        ScalarType::Long => Scalar::Long(text.parse().ok()?),
        ScalarType::Real => Scalar::Real(number(text)?),
        ScalarType::Decimal => Scalar::Decimal(number(text).and_then(|_| Decimal::parse(text))?),
        // Ticks, as a few old services wrote them.
        ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan(text.parse().ok()?)),
        // A command may give a number or a flag for a column of strings; its text is meant.
        ScalarType::String if number(text).is_some() || matches!(text, "true" | "false") => {
            Scalar::String(text.to_owned())
        }
        // Objects, too: their JSON.
        ScalarType::String if text.starts_with(['{', '[']) => Scalar::String(text.to_owned()),
        ScalarType::String | ScalarType::DateTime | ScalarType::Guid | ScalarType::Dynamic => return None,
    })
}

/// Reads a JSON number, and no more.
fn number(text: &str) -> Option<f64> {
    let starts = text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
    text.parse().ok().filter(|_| starts)
}

fn special_real(text: &str) -> Option<f64> {
    Some(match text {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => number(text)?,
    })
}

/// Returns as much of a text as an error may quote.
pub(crate) fn excerpt(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let mut out: String = text.chars().take(CHARS_MAX).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
