//! An error as a person reads it: what, where in the text, and what to try.

mod message;

#[cfg(test)]
mod tests;

use kusto_data::{Error, ErrorKind};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use message::Message;

/// Characters of a line that are shown around an error.
const EXCERPT_CHARS_MAX: usize = 100;
/// Of them, how many stand before the error at most.
const EXCERPT_CHARS_BEFORE: usize = 60;

/// Returns the text for `error`; `statement` is what was sent, to point into it.
#[must_use]
pub fn explain(error: &Error, statement: Option<&str>) -> String {
    let told = error.to_string();
    let message = Message::of(&told);
    let mut lines = vec![message.text.clone()];
    let place = message.position.zip(statement);
    lines.extend(place.and_then(|(position, statement)| excerpt(position, statement)));
    let of_service = || message.hint.or_else(|| error.hint()).map(str::to_owned);
    let hint = of_connection(error, &told).or_else(|| of_limit(&told)).or_else(of_service);
    let hint = hint.or_else(|| next_step(error));
    lines.extend(hint.map(|hint| format!("hint: {hint}")));
    // Whoever runs the service finds the request by it.
    if error.status().is_some_and(|status| status >= 500) {
        lines.extend(error.activity_id().map(|id| format!("activity id: {id}")));
    }
    lines.join("\n")
}

/// What may be tried with this program's flags about a connection that does not come about.
fn of_connection(error: &Error, told: &str) -> Option<String> {
    if error.kind() != ErrorKind::Unreachable {
        return None;
    }
    if told.contains("UnknownIssuer") || told.contains("certificate") {
        let trust = "trust the authority with `--ca FILE` or CALYPSO_CA; for `calypso serve` it is DATA/tls/ca.pem";
        return Some(trust.to_owned());
    }
    let url = told.strip_prefix("cannot reach ")?.split(": ").next()?;
    told.contains("refused").then(|| format!("is `calypso serve` running, and does it listen on {url}?"))
}

/// What may be tried about a result that was cut.
fn of_limit(told: &str) -> Option<String> {
    let hint =
        "`set notruncation;` before the query lifts the limit; `--format csv` and `jsonl` write rows as they come";
    told.contains("E_QUERY_RESULT_SET_TOO_LARGE").then(|| hint.to_owned())
}

/// What may be tried about errors that say nothing themselves.
fn next_step(error: &Error) -> Option<String> {
    let step = match error.kind() {
        ErrorKind::Authentication => "say with `--auth` who you are: `--auth az` takes the login of the Azure CLI",
        ErrorKind::UntrustedEndpoint => "no token is sent to a host that is on no list of trusted ones",
        ErrorKind::Unreachable => "`calypso doctor` says what of the connection works",
        ErrorKind::Timeout => "`set servertimeout = 1h;` before a query grants it more time",
        ErrorKind::Throttled => "the service has too much to do; try again in a moment",
        ErrorKind::TooLarge => "ask for fewer rows or columns, or for csv or jsonl, which are written as rows come",
        _ => return None,
    };
    Some(step.to_owned())
}

/// Returns the line of the error with the offending word underlined.
fn excerpt((line, column): (usize, usize), statement: &str) -> Option<String> {
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
