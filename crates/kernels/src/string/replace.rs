//! `replace_string`, `replace_strings`, `replace_regex`.
//!
//! <https://learn.microsoft.com/kusto/query/replace-strings-function>

use arrow::array::ArrayRef;
use calypso_columns::Strings;
use calypso_types::Dynamic;

use crate::{Call, KernelError, pattern::Pattern};

/// `replace_string(text, lookup, rewrite)`
pub(super) fn replace_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, lookups, rewrites) = (call.strings(0)?, call.strings(1)?, call.strings(2)?);
    Ok(call.build_strings(|row, out| {
        let (text, lookup) = (texts.get(row), lookups.get(row));
        if lookup.is_empty() {
            out.push_str(text);
            return;
        }
        let mut copied = 0;
        for (at, found) in text.match_indices(lookup) {
            out.push_str(&text[copied..at]);
            out.push_str(rewrites.get(row));
            copied = at + found.len();
        }
        out.push_str(&text[copied..]);
    }))
}

/// More lookups than this are an error: rewriting recurses over them.
const LOOKUPS_MAX: usize = 1_024;

/// `replace_strings(text, lookups, rewrites)`: of lookups whose matches overlap the earlier in the list wins.
pub(super) fn replace_strings(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, lookups, rewrites) = (call.strings(0)?, call.strings(1)?, call.strings(2)?);
    let pairs_of = |row| pairs(lookups.get_dynamic(row), rewrites.get_dynamic(row));
    let constant = lookups.is_constant() && rewrites.is_constant();
    let mut current = pairs_of(0);
    let mut too_many = false;
    let array = call.build_strings(|row, out| {
        if !constant && row > 0 {
            current = pairs_of(row);
        }
        too_many |= current.len() > LOOKUPS_MAX;
        rewrite_all(texts.get(row), &current[..current.len().min(LOOKUPS_MAX)], out);
    });
    if too_many {
        let limit = format!("{LOOKUPS_MAX} lookups");
        return Err(KernelError::Limit { function: "replace_strings".to_owned(), limit });
    }
    Ok(array)
}

/// Pairs each lookup that is a string with its rewrite; without one the match is kept as it is.
fn pairs(lookups: Option<&str>, rewrites: Option<&str>) -> Vec<(String, Option<String>)> {
    let list = |text: Option<&str>| match text.map(Dynamic::parse) {
        Some(Ok(Dynamic::Array(items))) => items,
        Some(Ok(single @ Dynamic::String(_))) => vec![single],
        _ => Vec::new(),
    };
    let rewrites = list(rewrites);
    let string = |item: &Dynamic| item.as_str().map(str::to_owned);
    let pair = |(index, lookup): (usize, &Dynamic)| Some((string(lookup)?, rewrites.get(index).and_then(string)));
    list(lookups).iter().enumerate().filter_map(pair).filter(|(lookup, _)| !lookup.is_empty()).collect()
}

/// Rewrites what lookup `pairs[0]` matches; the text between its matches is left to the later lookups.
fn rewrite_all(text: &str, pairs: &[(String, Option<String>)], out: &mut String) {
    let Some(((lookup, rewrite), later)) = pairs.split_first() else {
        out.push_str(text);
        return;
    };
    let mut copied = 0;
    for (at, found) in text.match_indices(lookup.as_str()) {
        rewrite_all(&text[copied..at], later, out);
        out.push_str(rewrite.as_ref().unwrap_or(lookup));
        copied = at + found.len();
    }
    rewrite_all(&text[copied..], later, out);
}

/// `replace_regex(text, regex, rewrite)`: `\0` to `\9` in the rewrite stand for capture groups.
///
/// <https://learn.microsoft.com/kusto/query/replace-regex-function>
pub(super) fn replace_regex(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    rewrite(call.strings(0)?, call.strings(1)?, call.strings(2)?, call)
}

/// `replace(regex, rewrite, text)`, obsolete.
pub(super) fn replace(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    rewrite(call.strings(2)?, call.strings(0)?, call.strings(1)?, call)
}

fn rewrite(
    texts: Strings<'_>,
    regexes: Strings<'_>,
    rewrites: Strings<'_>,
    call: &Call<'_>,
) -> Result<ArrayRef, KernelError> {
    let mut pattern = Pattern::new("replace_regex");
    let mut expansion = expansion_of(rewrites.get(0));
    let mut error = None;
    let array = call.build_strings(|row, out| {
        if !rewrites.is_constant() && row > 0 {
            expansion = expansion_of(rewrites.get(row));
        }
        match pattern.compile(regexes.get(row)) {
            Ok(regex) => out.push_str(&regex.replace_all(texts.get(row), expansion.as_str())),
            Err(cause) => error = Some(cause),
        }
    });
    error.map_or(Ok(array), Err)
}

/// Translates RE2's `\1` into the `regex` crate's `${1}`.
fn expansion_of(rewrite: &str) -> String {
    let mut out = String::with_capacity(rewrite.len());
    let mut characters = rewrite.chars();
    while let Some(c) = characters.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match characters.next() {
                Some(digit @ '0'..='9') => out.extend(['$', '{', digit, '}']),
                Some('\\') | None => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
            },
            other => out.push(other),
        }
    }
    out
}
