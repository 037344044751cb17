//! One value as text.

use calypso_types::{Scalar, ScalarType};

/// Returns the text for people: times without idle zeros, `null` where a value is absent.
pub(super) fn readable(value: &Scalar) -> String {
    if value.is_null() {
        return "null".to_owned();
    }
    match value {
        Scalar::DateTime(_) | Scalar::TimeSpan(_) => without_idle_zeros(&value.to_text()),
        other => other.to_text(),
    }
}

/// Returns the text for programs: as on the wire, nothing where a value is absent.
pub(super) fn exact(value: &Scalar) -> String {
    value.to_text()
}

/// `2020-01-01T10:00:00.5000000Z` becomes `2020-01-01T10:00:00.5Z`.
fn without_idle_zeros(text: &str) -> String {
    let (number, zone) = text.strip_suffix('Z').map_or((text, ""), |number| (number, "Z"));
    match number.rsplit_once('.') {
        // The dot of a timespan's days has a colon behind it.
        Some((_, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) && number.contains(':') => {
            format!("{}{zone}", number.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text.to_owned(),
    }
}

/// Replaces control characters, which would break lines or drive the terminal, by escapes.
pub(crate) fn on_one_line(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len() + 8), |mut out, c| {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        out
    })
}

/// Says whether the beginning of a value tells something without its end.
pub(super) const fn may_be_cut(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Dynamic)
}

/// Says whether values stand at the right of their column.
pub(super) const fn is_right_aligned(ty: ScalarType) -> bool {
    ty.is_numeric()
}
