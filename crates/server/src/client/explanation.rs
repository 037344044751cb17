//! An error as a person reads it: what, where in the text, and what to try.

#[cfg(test)]
mod tests;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{ClientError, service_error::ServiceError};

/// Characters of a line that are shown around an error.
const EXCERPT_CHARS_MAX: usize = 100;
/// Of them, how many stand before the error at most.
const EXCERPT_CHARS_BEFORE: usize = 60;

/// Returns the text for `error`; `statement` is what was sent, to point into it.
pub(crate) fn explain(error: &ClientError, statement: Option<&str>) -> String {
    let mut lines = vec![error.to_string()];
    let refused = if let ClientError::Refused(refused) = error { Some(refused.as_ref()) } else { None };
    lines.extend(refused.zip(statement).and_then(|(refused, statement)| excerpt(refused, statement)));
    lines.extend(error.hint().map(|hint| format!("hint: {hint}")));
    if let Some(ServiceError { internal: true, activity_id: Some(id), .. }) = refused {
        lines.push(format!("activity id: {id}"));
    }
    lines.join("\n")
}

/// Returns the line of the error with the offending word underlined.
fn excerpt(error: &ServiceError, statement: &str) -> Option<String> {
    let (line, column) = error.particulars().position?;
    let chars: Vec<char> = statement.lines().nth(line.checked_sub(1)?)?.chars().collect();
    let at = column.checked_sub(1)?.min(chars.len());
    let start = if chars.len() > EXCERPT_CHARS_MAX { at.saturating_sub(EXCERPT_CHARS_BEFORE) } else { 0 };
    let end = chars.len().min(start + EXCERPT_CHARS_MAX);
    let shown = |from: usize, to: usize| chars[from..to].iter().map(|&c| visible(c)).collect::<String>();
    let (before, word) = (shown(start, at), shown(at, word_end(&chars, at).min(end)));
    let rest = shown(word_end(&chars, at).min(end), end);
    let (cut_before, cut_after) = (if start > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let indent = " ".repeat(cut_before.width() + before.width());
    let underline = "^".repeat(word.width().max(1));
    Some(format!("{margin} |\n{number} | {cut_before}{before}{word}{rest}{cut_after}\n{margin} | {indent}{underline}"))
}

/// Returns where the word at `start` ends: a name, number or quoted string, else one character.
fn word_end(chars: &[char], start: usize) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    match chars.get(start) {
        None => start,
        Some(&quote @ ('\'' | '"')) => {
            let close = chars[start + 1..].iter().position(|&c| c == quote);
            close.map_or(chars.len(), |length| start + length + 2)
        }
        Some(&first) if is_word(first) => {
            start + chars[start..].iter().position(|&c| !is_word(c)).unwrap_or(chars.len() - start)
        }
        Some(_) => start + 1,
    }
}

/// A tab would move what is underlined, and other control characters might do worse.
fn visible(c: char) -> char {
    if c == '\t' || c.width().is_none() { ' ' } else { c }
}
