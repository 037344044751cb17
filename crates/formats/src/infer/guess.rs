//! The type that the values of one column agree on.

use calypso_types::{DateTime, Guid, ScalarType, TimeSpan, dynamic_text};

/// What the values seen so far allow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Guess {
    ty: Option<ScalarType>,
}

impl Guess {
    /// Takes in a value that is a field of text; one of nothing but white space says nothing.
    pub(crate) fn add_text(&mut self, text: &str) {
        let text = text.trim_ascii();
        if !text.is_empty() {
            self.add(type_of_text(text));
        }
    }

    /// Takes in a value in the form of `dynamic_text`; null says nothing.
    pub(crate) fn add_stored(&mut self, text: &str) {
        use dynamic_text::Kind;
        let ty = match dynamic_text::kind(text) {
            Kind::Null => return,
            Kind::Bool => ScalarType::Bool,
            Kind::Int | Kind::Long => ScalarType::Long,
            Kind::Real => ScalarType::Real,
            Kind::Decimal => ScalarType::Decimal,
            Kind::DateTime => ScalarType::DateTime,
            Kind::TimeSpan => ScalarType::TimeSpan,
            Kind::Guid => ScalarType::Guid,
            Kind::Array | Kind::Bag => ScalarType::Dynamic,
            Kind::String => match dynamic_text::as_str(text).as_deref().map(type_of_text) {
                // Numbers in quotes are meant as text.
                Some(ty @ (ScalarType::DateTime | ScalarType::TimeSpan | ScalarType::Guid)) => ty,
                _ => ScalarType::String,
            },
        };
        self.add(ty);
    }

    fn add(&mut self, ty: ScalarType) {
        self.ty = Some(self.ty.map_or(ty, |seen| common(seen, ty)));
    }

    /// Returns the type; string if no value told any.
    pub(crate) fn ty(self) -> ScalarType {
        self.ty.unwrap_or(ScalarType::String)
    }
}

/// Returns the type that takes the values of both.
fn common(seen: ScalarType, other: ScalarType) -> ScalarType {
    match (seen, other) {
        _ if seen == other => seen,
        (ScalarType::Long | ScalarType::Real, ScalarType::Long | ScalarType::Real) => ScalarType::Real,
        (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => ScalarType::Dynamic,
        _ => ScalarType::String,
    }
}

/// Returns the narrowest type that text is sure to be of: `1` is a number, not a bool; a number is no duration.
fn type_of_text(text: &str) -> ScalarType {
    match text.as_bytes() {
        [b'{', ..] | [b'[', ..] if dynamic_text::validate_json(text).is_ok() => ScalarType::Dynamic,
        _ if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => ScalarType::Bool,
        [b'+' | b'-' | b'.' | b'0'..=b'9', ..] if text.parse::<i64>().is_ok() => ScalarType::Long,
        [b'+' | b'-' | b'.' | b'0'..=b'9', ..] if text.parse::<f64>().is_ok() => ScalarType::Real,
        // A date without anything of a clock or a calendar in it would be a number.
        _ if Guid::parse(text).is_some() => ScalarType::Guid,
        [b'-' | b'0'..=b'9', ..] if text.contains(':') && TimeSpan::parse(text).is_some() => ScalarType::TimeSpan,
        [b'0'..=b'9', ..] if text.contains(['-', '/']) && DateTime::parse(text).is_some() => ScalarType::DateTime,
        _ => ScalarType::String,
    }
}
