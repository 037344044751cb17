//! Bringing JSON text into the stored form.

use std::borrow::Cow;

use memchr::memchr3;

use super::{
    check::{Findings, check},
    scan,
    string::write_json_string,
};
use crate::{Dynamic, DynamicError};

/// Removes the white space between tokens; strings and numbers stay as they are written.
///
/// The text is not checked.
#[must_use]
pub fn minify(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr3(b' ', b'\n', b'\t', bytes).is_none() && memchr::memchr(b'\r', bytes).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = scan::string_end(bytes, at).unwrap_or(bytes.len()),
            b'(' => at = scan::literal_end(bytes, at),
            b' ' | b'\n' | b'\t' | b'\r' => {
                out.push_str(&text[copied..at]);
                at = scan::skip_space(bytes, at);
                copied = at;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Returns what is stored for a text that comes into a dynamic column or `parse_json()`: JSON in the stored form, any
/// other text as a JSON string. No text at all, which is null, is the caller's to see.
#[must_use]
pub fn normalize(text: &str) -> Cow<'_, str> {
    stored(text, check(text))
}

/// Returns what is stored for a text of which that is known.
pub(super) fn stored(text: &str, checked: Result<Findings, DynamicError>) -> Cow<'_, str> {
    let as_string = || {
        let mut out = String::new();
        write_json_string(&mut out, text);
        Cow::Owned(out)
    };
    match checked {
        Ok(findings) if findings.repeated_names || findings.control.is_some() => match Dynamic::parse_json(text) {
            Ok(value) => Cow::Owned(value.to_text()),
            Err(_) => as_string(),
        },
        Ok(findings) if findings.spaced => minify(text),
        Ok(_) => Cow::Borrowed(text),
        Err(_) => as_string(),
    }
}

/// Returns the text of [`normalize`] as a string of its own.
#[must_use]
pub fn from_ingested(text: &str) -> String {
    normalize(text).into_owned()
}
