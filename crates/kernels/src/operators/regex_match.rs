//! `matches regex`, and the hidden `like`.
//!
//! <https://learn.microsoft.com/kusto/query/matches-regex-operator>

use std::fmt::Write as _;

use arrow::array::ArrayRef;

use crate::{Call, KernelError, pattern::Pattern};

/// `matches regex`: the pattern is found anywhere in the left side.
pub(super) fn matches_regex(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, patterns) = (call.strings(0)?, call.strings(1)?);
    let mut pattern = Pattern::new("matches regex");
    if patterns.is_constant() {
        let regex = pattern.compile(patterns.get(0))?;
        return Ok(call.build_truths(|row| regex.is_match(texts.get(row))));
    }
    let mut matches = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        matches.push(pattern.compile(patterns.get(row))?.is_match(texts.get(row)));
    }
    Ok(call.build_truths(|row| matches[row]))
}

/// `like`: `*` stands for any text and the whole left side must match, ignoring case.
pub(super) fn like(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    glob(call, "(?is)")
}

/// `likecs`
pub(super) fn like_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    glob(call, "(?s)")
}

fn glob(call: &Call<'_>, flags: &str) -> Result<ArrayRef, KernelError> {
    let (texts, globs) = (call.strings(0)?, call.strings(1)?);
    let mut pattern = Pattern::new("like");
    let mut source = String::new();
    let mut matches = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if row == 0 || !globs.is_constant() {
            let parts: Vec<_> = globs.get(row).split('*').map(regex::escape).collect();
            source.clear();
            // Writing to a string never fails.
            let _ = write!(source, "{flags}^{}$", parts.join(".*"));
        }
        matches.push(pattern.compile(&source)?.is_match(texts.get(row)));
    }
    Ok(call.build_truths(|row| matches[row]))
}
