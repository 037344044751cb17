//! Reaching into stored text by a path, without building a tree or copying.

use memchr::memchr;

use super::{elements, scan, string::unescaped};

/// One step of a path into a dynamic value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStep<'a> {
    /// A property of a bag.
    Key(&'a str),
    /// An element of an array; negative counts from the end.
    Index(i64),
}

/// Returns the text of the value that `path` leads to; none if it leads nowhere.
///
/// A JSON `null` there is `Some("null")`. Of repeated names, which stored text has none of, the first counts.
#[must_use]
pub fn get_path<'a>(text: &'a str, path: &[PathStep<'_>]) -> Option<&'a str> {
    let mut value = text.trim_ascii();
    for step in path {
        value = match step {
            PathStep::Key(key) => member(value, key)?,
            PathStep::Index(index) => element(value, *index)?,
        };
    }
    Some(value)
}

/// Compares the raw text of a name with a name; an escape is always longer than what it stands for.
fn same_name(raw: &str, name: &str) -> bool {
    raw == name || (raw.len() > name.len() && memchr(b'\\', raw.as_bytes()).is_some() && unescaped(raw) == name)
}

/// Returns the value of a property of the bag `text`.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'{') {
        return None;
    }
    let mut at = 1;
    loop {
        let start = scan::skip_space(bytes, at);
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let end = scan::string_end(bytes, start)?;
        let colon = scan::skip_space(bytes, end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let value = scan::skip_space(bytes, colon + 1);
        let value_end = scan::value_end(bytes, value)?;
        if same_name(text.get(start + 1..end - 1)?, name) {
            return text.get(value..value_end);
        }
        at = scan::skip_space(bytes, value_end);
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at += 1;
    }
}

/// Returns an element of the array `text`.
fn element(text: &str, index: i64) -> Option<&str> {
    let position = if index >= 0 {
        usize::try_from(index).ok()?
    } else {
        elements(text).count().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
    };
    elements(text).nth(position)
}
