//! Reading a scalar of a known type from text, as ingestion and `toX(string)` do: null when it is not one.

use super::Scalar;
use crate::{DateTime, Decimal, Dynamic, Guid, ScalarType, TimeSpan, parse_real};

/// Reads a whole number, decimal or hexadecimal (`0x1f`), white space around it ignored.
fn parse_integer(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))?;
    if digits.starts_with(['+', '-']) {
        return None;
    }
    // All 64 bits may be given, so that 0xffffffffffffffff is -1.
    let value = u64::from_str_radix(digits, 16).ok()? as i64;
    Some(if negative { value.wrapping_neg() } else { value })
}

/// Reads `true`, `false` in any case, or a whole number, of which only zero is false.
fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    parse_integer(text).map(|value| value != 0)
}

impl Scalar {
    /// Reads `text` as a value of `ty`; null if it is not one.
    ///
    /// A string takes the text as it is. Dynamic takes JSON, text that is not JSON as a string value, and no text
    /// as null.
    #[must_use]
    pub fn parse_as(ty: ScalarType, text: &str) -> Self {
        let value = match ty {
            ScalarType::String => return Self::String(text.to_owned()),
            ScalarType::Dynamic => return Self::Dynamic(Dynamic::from_text(text)),
            ScalarType::Bool => parse_bool(text).map(Self::Bool),
            ScalarType::Int => parse_integer(text).and_then(|value| i32::try_from(value).ok()).map(Self::Int),
            ScalarType::Long => parse_integer(text).map(Self::Long),
            ScalarType::Real => parse_real(text).map(Self::Real),
            ScalarType::Decimal => Decimal::parse(text).map(Self::Decimal),
            ScalarType::DateTime => DateTime::parse(text).map(Self::DateTime),
            ScalarType::TimeSpan => TimeSpan::parse(text).map(Self::TimeSpan),
            ScalarType::Guid => Guid::parse(text).map(Self::Guid),
        };
        value.unwrap_or(Self::Null(ty))
    }
}
