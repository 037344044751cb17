//! `translate`: maps characters to characters.
//!
//! <https://learn.microsoft.com/kusto/query/translate-function>

use std::collections::HashMap;

use arrow::array::ArrayRef;

use crate::{Call, KernelError};

/// `translate(search list, replacement list, source)`: a list too short goes on with its last character, an empty
/// one removes.
pub(super) fn translate(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (searches, replacements, sources) = (call.strings(0)?, call.strings(1)?, call.strings(2)?);
    let constant = searches.is_constant() && replacements.is_constant();
    let mut map = mapping(searches.get(0), replacements.get(0));
    Ok(call.build_strings(|row, out| {
        if !constant && row > 0 {
            map = mapping(searches.get(row), replacements.get(row));
        }
        let translated = |c: char| map.get(&c).copied().unwrap_or(Some(c));
        out.extend(sources.get(row).chars().filter_map(translated));
    }))
}

fn mapping(search: &str, replacement: &str) -> HashMap<char, Option<char>> {
    let mut map = HashMap::new();
    let mut replacements = replacement.chars();
    let mut last = None;
    for c in search.chars() {
        last = replacements.next().or(last);
        // Of a repeated character the first place counts.
        map.entry(c).or_insert(last);
    }
    map
}
