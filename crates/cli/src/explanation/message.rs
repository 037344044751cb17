//! The text of an error taken apart: sentence, place and hint.

/// What opens the place of an error in the text.
const POSITION_OPEN: &str = "[line:position=";

/// A message's parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub(super) text: String,
    /// One-based line, and column in characters.
    pub(super) position: Option<(usize, usize)>,
    pub(super) hint: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// Takes `told` apart. A hint stands behind the place.
    pub(super) fn of(told: &'a str) -> Self {
        let placed = told.split_once(POSITION_OPEN).and_then(|(before, after)| {
            let (place, after) = after.split_once(']')?;
            let (line, column) = place.split_once(':')?;
            Some((before.trim_end(), (line.trim().parse().ok()?, column.trim().parse().ok()?), after))
        });
        let Some((before, position, after)) = placed else {
            return Self { text: told.trim().to_owned(), position: None, hint: None };
        };
        match after.strip_prefix(". ") {
            Some(hint) => Self { text: before.to_owned(), position: Some(position), hint: Some(hint.trim()) },
            None => Self { text: format!("{before}{}", after.trim_end()), position: Some(position), hint: None },
        }
    }
}
