//! Typed literals: `datetime(2020-01-01)`, `real(+inf)`, `guid(…)`.
//!
//! Between the parentheses stands raw text, not tokens, so the whole literal is one token. It must follow the
//! type's word without a space; `dynamic(…)` is not here because its content is tokens again.
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/>

use calypso_types::ScalarType;

use super::TokenKind;

/// Reads a typed literal whose word is `start..end` and is followed by `(`; `None` when the word is no type.
pub(super) fn scan(text: &str, start: usize, end: usize) -> Option<(TokenKind, usize)> {
    let scalar_type = word_type(&text[start..end])?;
    let inside = &text.as_bytes()[end + 1..];
    match inside.iter().position(|byte| *byte == b')') {
        Some(length) => Some((TokenKind::Typed(scalar_type), end + 1 + length + 1)),
        None => {
            let line = inside.iter().position(|byte| *byte == b'\n').unwrap_or(inside.len());
            Some((TokenKind::BadTyped, end + 1 + line))
        }
    }
}

/// The words that begin a typed literal. `string` and `dynamic` are ordinary calls and tokens.
fn word_type(word: &str) -> Option<ScalarType> {
    Some(match word {
        "bool" | "boolean" => ScalarType::Bool,
        "int" | "int32" => ScalarType::Int,
        "long" | "int64" => ScalarType::Long,
        "real" | "double" => ScalarType::Real,
        "decimal" => ScalarType::Decimal,
        "datetime" | "date" => ScalarType::DateTime,
        "timespan" | "time" => ScalarType::TimeSpan,
        "guid" | "uuid" | "uniqueid" => ScalarType::Guid,
        _ => return None,
    })
}

/// Returns the raw text between the parentheses of a typed literal.
pub(crate) fn inside(literal: &str) -> &str {
    literal.split_once('(').map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest)).trim()
}
