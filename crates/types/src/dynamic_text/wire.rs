//! Stored text as the JSON of the wire and as what `tostring()` gives.

use std::borrow::Cow;

use memchr::memchr;

use super::{Kind, as_str, kind, scan, string::write_json_string};
use crate::{Dynamic, dynamic::typed_literal, parse_real, real_text};

/// Returns pure JSON: typed literals become strings, ints numbers. Text without any is returned as it is.
#[must_use]
pub fn to_json(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr(b'(', bytes).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = scan::string_end(bytes, at).unwrap_or(bytes.len()),
            b'a'..=b'z' => {
                let start = at;
                while bytes.get(at).is_some_and(u8::is_ascii_lowercase) {
                    at += 1;
                }
                if bytes.get(at) == Some(&b'(') {
                    let end = scan::literal_end(bytes, at);
                    out.push_str(&text[copied..start]);
                    write_literal(&mut out, &text[start..at], &text[start..end]);
                    at = end;
                    copied = end;
                }
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

/// Writes the typed literal `literal`, whose type is `name`, as JSON; one that cannot be read as its own text.
fn write_literal(out: &mut String, name: &str, literal: &str) {
    let inner = literal[name.len() + 1..].strip_suffix(')');
    match inner.and_then(|inner| typed_literal(name, inner)) {
        Some(value) => value.write_json(out),
        None => write_json_string(out, literal),
    }
}

/// Returns what `tostring()` gives: the exact text of a string, nothing for null, JSON of arrays and bags.
#[must_use]
pub fn to_kusto_string(text: &str) -> Cow<'_, str> {
    let text = text.trim_ascii();
    match kind(text) {
        Kind::Null => Cow::Borrowed(""),
        Kind::String => as_str(text).unwrap_or(Cow::Borrowed(text)),
        Kind::Array | Kind::Bag => to_json(text),
        Kind::Real if !text.ends_with(')') => {
            parse_real(text).map_or(Cow::Borrowed(text), |value| Cow::Owned(real_text(value)))
        }
        Kind::Long | Kind::Bool if !text.ends_with(')') => Cow::Borrowed(text),
        _ => Dynamic::parse(text).map_or(Cow::Borrowed(text), |value| Cow::Owned(value.to_kusto_string())),
    }
}
