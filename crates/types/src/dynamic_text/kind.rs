//! Which kind of value a stored text is, from its first bytes.

use memchr::memchr3;

/// The kind of a dynamic value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Null,
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    String,
    DateTime,
    TimeSpan,
    Guid,
    Array,
    Bag,
}

impl Kind {
    /// Returns the name that `gettype()` gives.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Array => "array",
            Self::Bag => "dictionary",
        }
    }
}

/// Tells the kind of a stored text; text that is no value counts as null.
#[must_use]
pub fn kind(text: &str) -> Kind {
    let text = text.trim_ascii();
    match text.as_bytes() {
        [b'{', ..] => Kind::Bag,
        [b'[', ..] => Kind::Array,
        [b'"', ..] => Kind::String,
        [b'-' | b'0'..=b'9', ..] => number_kind(text),
        [b't', b'r', ..] | [b'f', ..] | [b'b', ..] => Kind::Bool,
        [b't', ..] => Kind::TimeSpan,
        [b'd', b'a', ..] => Kind::DateTime,
        [b'd', b'e', ..] => Kind::Decimal,
        [b'd', b'o', ..] | [b'r', ..] => Kind::Real,
        [b'g', ..] => Kind::Guid,
        [b'i', ..] => Kind::Int,
        [b'l', ..] => Kind::Long,
        _ => Kind::Null,
    }
}

/// A number with a fraction or an exponent is real, as is one beyond a long.
fn number_kind(text: &str) -> Kind {
    /// Every number of so many characters fits a long.
    const LONG_SURE: usize = 18;
    let real =
        memchr3(b'.', b'e', b'E', text.as_bytes()).is_some() || text.len() > LONG_SURE && text.parse::<i64>().is_err();
    if real { Kind::Real } else { Kind::Long }
}

/// Says whether a stored text is null; no text is.
#[must_use]
pub fn is_null(text: &str) -> bool {
    let text = text.trim_ascii();
    text.is_empty() || text == "null"
}
