//! A text to look for in many others, prepared once.
//!
//! Ignoring case means folding character by character to one character, never across the border of ASCII, as
//! .NET's ordinal comparison does: `ß` is not `ss`, the Kelvin sign is not `k`.

use std::iter;

use memchr::{memchr_iter, memchr2_iter, memmem};

/// Letters and digits from the most to the least frequent in logs: the search goes for the rarest byte.
const FREQUENCY: &[u8] = b" etaoinsr0hl1dcu2mp-/.:_=3fg4w5by6789v,kx\"jqz";

/// A prepared text.
pub(crate) struct Needle {
    /// The text, folded if case does not matter.
    text: Vec<u8>,
    kind: Kind,
    /// Whether the first and the last characters are letters or digits: only these need a border beside them.
    pub(super) alphanumeric_ends: (bool, bool),
}

enum Kind {
    /// Byte for byte.
    Exact(memmem::Finder<'static>),
    /// An ASCII text in any case; `rare` is the position of its rarest byte, which is a letter or not.
    Ascii { rare: usize, letter: bool },
    /// Any other text in any case: haystacks must be folded before the search.
    Folded(memmem::Finder<'static>),
}

impl Needle {
    pub(crate) fn new(text: &str, case_sensitive: bool) -> Self {
        let mut folded = String::new();
        let kind = if case_sensitive {
            folded.push_str(text);
            Kind::Exact(memmem::Finder::new(text.as_bytes()).into_owned())
        } else {
            fold_into(text, &mut folded);
            if text.is_ascii() {
                let (rare, byte) = rarest(folded.as_bytes());
                Kind::Ascii { rare, letter: byte.is_ascii_lowercase() }
            } else {
                Kind::Folded(memmem::Finder::new(folded.as_bytes()).into_owned())
            }
        };
        let is_term = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let alphanumeric_ends = (is_term(text.chars().next()), is_term(text.chars().next_back()));
        Self { text: folded.into_bytes(), kind, alphanumeric_ends }
    }

    /// Returns the length in bytes, after folding.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Says whether haystacks must be folded before [`Needle::find`].
    pub(crate) const fn wants_folded_haystack(&self) -> bool {
        matches!(self.kind, Kind::Folded(_))
    }

    /// Returns where the needle first stands in `haystack`, at `from` or later.
    pub(crate) fn find(&self, haystack: &[u8], from: usize) -> Option<usize> {
        let rest = haystack.get(from..)?;
        if self.is_empty() {
            return Some(from);
        }
        let found = match &self.kind {
            Kind::Exact(finder) | Kind::Folded(finder) => finder.find(rest),
            Kind::Ascii { rare, letter } => self.find_ascii(rest, *rare, *letter),
        };
        found.map(|at| at + from)
    }

    fn find_ascii(&self, haystack: &[u8], rare: usize, letter: bool) -> Option<usize> {
        let last_start = haystack.len().checked_sub(self.text.len())?;
        let byte = self.text[rare];
        let window = &haystack[rare..=rare + last_start];
        let matches = |start: &usize| haystack[*start..*start + self.text.len()].eq_ignore_ascii_case(&self.text);
        if letter {
            memchr2_iter(byte, byte.to_ascii_uppercase(), window).find(matches)
        } else {
            memchr_iter(byte, window).find(matches)
        }
    }

    /// Says whether `text` begins with the needle.
    pub(crate) fn starts(&self, text: &str) -> bool {
        match self.kind {
            Kind::Exact(_) => text.as_bytes().starts_with(&self.text),
            Kind::Ascii { .. } => {
                text.as_bytes().get(..self.text.len()).is_some_and(|head| head.eq_ignore_ascii_case(&self.text))
            }
            Kind::Folded(_) => folded_starts(text.chars(), self.as_str().chars()),
        }
    }

    /// Says whether `text` ends with the needle.
    pub(crate) fn ends(&self, text: &str) -> bool {
        match self.kind {
            Kind::Exact(_) => text.as_bytes().ends_with(&self.text),
            Kind::Ascii { .. } => {
                let start = text.len().checked_sub(self.text.len());
                start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(&self.text))
            }
            Kind::Folded(_) => folded_starts(text.chars().rev(), self.as_str().chars().rev()),
        }
    }

    /// Says whether `text` is the needle.
    pub(crate) fn equals(&self, text: &str) -> bool {
        match self.kind {
            Kind::Exact(_) => text.as_bytes() == self.text,
            Kind::Ascii { .. } => text.as_bytes().eq_ignore_ascii_case(&self.text),
            Kind::Folded(_) => text.chars().map(fold).eq(self.as_str().chars()),
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or("")
    }
}

/// Says whether the folded `text` begins with the already folded `needle`.
fn folded_starts(mut text: impl Iterator<Item = char>, needle: impl Iterator<Item = char>) -> bool {
    needle.map(Some).all(|wanted| text.next().map(fold) == wanted)
}

/// Returns the position and value of the rarest byte; (0, 0) of nothing.
fn rarest(text: &[u8]) -> (usize, u8) {
    let rank = |byte: u8| FREQUENCY.iter().position(|b| *b == byte).unwrap_or(FREQUENCY.len());
    text.iter().copied().enumerate().max_by_key(|(_, byte)| rank(*byte)).unwrap_or((0, 0))
}

/// Folds one character: ASCII to lower case, others to upper case where that is one character.
pub(super) fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) if !single.is_ascii() => single,
        _ => c,
    }
}

/// Replaces the content of `out` by the folded `text`.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    out.clear();
    if text.is_ascii() {
        out.push_str(text);
        out.make_ascii_lowercase();
    } else {
        out.extend(text.chars().map(fold));
    }
}

/// Says whether two texts are equal but for case.
pub(super) fn equal_folded(a: &str, b: &str) -> bool {
    if a.is_ascii() || b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    iter::zip(a.chars(), b.chars()).all(|(a, b)| fold(a) == fold(b)) && a.chars().count() == b.chars().count()
}
