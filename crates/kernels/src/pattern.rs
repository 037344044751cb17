//! Regular expressions compiled once per change of their text.
//!
//! The dialect is RE2's, which the `regex` crate shares but for a few escapes.
//! <https://learn.microsoft.com/kusto/query/regex>

use regex::{Regex, RegexBuilder};

use crate::KernelError;

/// The largest compiled program, in bytes: user patterns are bounded in memory as they are in time.
const COMPILED_BYTES_MAX: usize = 16 << 20;

/// A function's pattern, recompiled when its text changes from row to row.
pub(crate) struct Pattern {
    function: &'static str,
    current: Option<(String, Regex)>,
}

impl Pattern {
    /// Creates the pattern of `function`, which errors will name.
    pub(crate) const fn new(function: &'static str) -> Self {
        Self { function, current: None }
    }

    /// Returns the compiled `text`.
    pub(crate) fn compile(&mut self, text: &str) -> Result<&Regex, KernelError> {
        let stale = self.current.as_ref().is_none_or(|(compiled, _)| compiled != text);
        if stale {
            let regex = RegexBuilder::new(text).size_limit(COMPILED_BYTES_MAX).build().map_err(|error| {
                KernelError::Argument { function: self.function.to_owned(), message: explain(text, &error) }
            })?;
            self.current = Some((text.to_owned(), regex));
        }
        match &self.current {
            Some((_, regex)) => Ok(regex),
            None => Err(KernelError::Argument { function: self.function.to_owned(), message: String::new() }),
        }
    }
}

/// Says in one line what is wrong; the crate's own text draws the pattern over several.
fn explain(text: &str, error: &regex::Error) -> String {
    let detail = error.to_string();
    let reason = detail.lines().last().unwrap_or("").trim().trim_start_matches("error: ");
    format!("the regular expression '{text}' is invalid: {reason}")
}
