//! Whole-term search: what `has` and its kin mean by a term.
//!
//! A term is a longest run of letters and digits. A searched text that itself begins or ends with another character
//! needs no border on that side. <https://learn.microsoft.com/kusto/query/datatypes-string-operators>

use super::needle::Needle;

/// On which sides the match must end a term.
#[derive(Clone, Copy)]
pub(crate) struct Boundaries {
    pub(crate) start: bool,
    pub(crate) end: bool,
}

impl Boundaries {
    /// `has`
    pub(crate) const BOTH: Self = Self { start: true, end: true };
    /// `hasprefix`
    pub(crate) const START: Self = Self { start: true, end: false };
    /// `hassuffix`
    pub(crate) const END: Self = Self { start: false, end: true };
    /// `contains`
    pub(crate) const NONE: Self = Self { start: false, end: false };
}

/// Returns where `needle` stands in `haystack` with the wanted boundaries, at `from` or later.
///
/// `haystack` must be folded if the needle wants it so.
pub(crate) fn find_bounded(haystack: &str, needle: &Needle, boundaries: Boundaries, from: usize) -> Option<usize> {
    let bytes = haystack.as_bytes();
    let mut from = from;
    let start_matters = boundaries.start && needle.alphanumeric_ends.0;
    let end_matters = boundaries.end && needle.alphanumeric_ends.1;
    while let Some(at) = needle.find(bytes, from) {
        let end = at + needle.len();
        if (!start_matters || !alphanumeric_before(haystack, at)) && (!end_matters || !alphanumeric_at(haystack, end)) {
            return Some(at);
        }
        // A match starts on a character, so the next one cannot start inside that character.
        from = at + haystack[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn alphanumeric_before(text: &str, at: usize) -> bool {
    match at.checked_sub(1).map(|i| text.as_bytes()[i]) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text.get(..at).and_then(|t| t.chars().next_back()).is_some_and(char::is_alphanumeric),
    }
}

fn alphanumeric_at(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text.get(at..).and_then(|t| t.chars().next()).is_some_and(char::is_alphanumeric),
    }
}
