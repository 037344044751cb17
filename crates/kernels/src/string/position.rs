//! `indexof`, `indexof_regex`, `has_any_index`. Positions count characters.
//!
//! <https://learn.microsoft.com/kusto/query/indexof-function>

use arrow::array::ArrayRef;
use calypso_columns::Longs;
use regex::Regex;

use super::slice::characters;
use crate::{
    Call, KernelError,
    conversion::TextColumn,
    operators::{Boundaries, Needle, find_bounded, fold_into, texts_of},
    pattern::Pattern,
};

/// Where and for which occurrence to search.
struct Range<'a> {
    starts: Option<Longs<'a>>,
    lengths: Option<Longs<'a>>,
    occurrences: Option<Longs<'a>>,
}

/// The range of one row.
struct Window {
    start: i64,
    length: Option<usize>,
    occurrence: usize,
}

impl<'a> Range<'a> {
    fn of(call: &Call<'a>) -> Result<Self, KernelError> {
        Ok(Self {
            starts: call.optional_longs(2)?,
            lengths: call.optional_longs(3)?,
            occurrences: call.optional_longs(4)?,
        })
    }

    /// Returns the window of `row`; none where the arguments are out of range or null.
    fn window(&self, row: usize) -> Option<Window> {
        let value = |values: Option<Longs<'a>>, default| values.map_or(Some(default), |v| v.get(row));
        let length = value(self.lengths, -1)?;
        let occurrence = value(self.occurrences, 1)?;
        if length < -1 || occurrence < 0 {
            return None;
        }
        Some(Window {
            start: value(self.starts, 0)?,
            length: usize::try_from(length).ok(),
            occurrence: usize::try_from(occurrence).ok()?.max(1),
        })
    }
}

fn character_count(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// `indexof(source, lookup [, start [, length [, occurrence]]])`: a negative start counts from the end.
pub(super) fn indexof(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (sources, lookups) = (TextColumn::new(call, 0)?, TextColumn::new(call, 1)?);
    let (sources, lookups) = (sources.strings()?, lookups.strings()?);
    let range = Range::of(call)?;
    Ok(call.build_longs(|row| {
        let window = range.window(row)?;
        let text = sources.get(row);
        let start = usize::try_from(window.start).unwrap_or_else(|_| {
            character_count(text).saturating_sub(usize::try_from(window.start.unsigned_abs()).unwrap_or(usize::MAX))
        });
        let search = |text: &str| text.find(lookups.get(row)).map(|at| (at, at));
        Some(occurrence_at(text, start, &window, 1, search).map_or(-1, |position| position as i64))
    }))
}

/// Returns the position of the wanted occurrence. The search for each begins `step` characters, or the whole match if that is longer,
/// behind the one before and looks at the whole length anew, as documented examples show.
fn occurrence_at(
    text: &str,
    start: usize,
    window: &Window,
    step: usize,
    find: impl Fn(&str) -> Option<(usize, usize)>,
) -> Option<usize> {
    let mut from = start;
    let mut position = None;
    for _ in 0..window.occurrence {
        let clipped = characters(text, from, window.length.unwrap_or(usize::MAX));
        let (at, end) = find(clipped)?;
        let found = from + character_count(&clipped[..at]);
        from = (from + character_count(&clipped[..end])).max(found + step);
        position = Some(found);
    }
    position
}

/// `indexof_regex(source, regex [, start [, length [, occurrence]]])`: null of a negative start.
pub(super) fn indexof_regex(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (sources, regexes) = (TextColumn::new(call, 0)?, call.strings(1)?);
    let sources = sources.strings()?;
    let range = Range::of(call)?;
    let mut pattern = Pattern::new("indexof_regex");
    let mut error = None;
    let array = call.build_longs(|row| match pattern.compile(regexes.get(row)) {
        Ok(regex) => regex_position(regex, sources.get(row), &range.window(row)?),
        Err(cause) => {
            error = Some(cause);
            None
        }
    });
    error.map_or(Ok(array), Err)
}

fn regex_position(regex: &Regex, text: &str, window: &Window) -> Option<i64> {
    let start = usize::try_from(window.start).ok()?;
    let search = |text: &str| regex.find(text).map(|found| (found.start(), found.end()));
    Some(occurrence_at(text, start, window, 1, search).map_or(-1, |position| position as i64))
}

/// `has_any_index(source, values)`: the place in the list of the first value that is a term of the source, or -1.
///
/// <https://learn.microsoft.com/kusto/query/has-any-index-function>
pub(super) fn has_any_index(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (sources, lists) = (call.strings(0)?, call.strings(1)?);
    let needles_of =
        |row| texts_of(lists.get_dynamic(row)).iter().map(|text| Needle::new(text, false)).collect::<Vec<_>>();
    let mut needles = needles_of(0);
    let mut folded = String::new();
    Ok(call.build_longs(|row| {
        if !lists.is_constant() && row > 0 {
            needles = needles_of(row);
        }
        let text = sources.get(row);
        fold_into(text, &mut folded);
        let found = needles.iter().position(|needle| {
            let haystack = if needle.wants_folded_haystack() { folded.as_str() } else { text };
            find_bounded(haystack, needle, Boundaries::BOTH, 0).is_some()
        });
        Some(found.map_or(-1, |index| index as i64))
    }))
}
