//! JSON strings: reading and writing their escapes.

use std::borrow::Cow;

use memchr::memchr;

use super::scan;

/// What an escape that cannot stand alone reads as: half of a surrogate pair.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Appends `text` as a JSON string: quotes, backslashes and control characters escaped, all else as it is.
pub fn write_json_string(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        copied = at + 1;
        out.push_str(escape);
        if escape.is_empty() {
            push_unicode_escape(out, byte);
        }
    }
    out.push_str(&text[copied..]);
    out.push('"');
}

fn push_unicode_escape(out: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\u00");
    out.push(HEX[usize::from(byte >> 4)] as char);
    out.push(HEX[usize::from(byte & 15)] as char);
}

/// Reads four hexadecimal digits.
fn hex4(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + (*digit as char).to_digit(16)?))
}

/// Appends the character of the `\u` escape whose digits are at `at`; returns the position after it.
fn unescape_unicode(out: &mut String, raw: &[u8], at: usize) -> Option<usize> {
    let first = hex4(raw, at)?;
    let end = at + 4;
    if (0xd800..0xdc00).contains(&first) && raw.get(end..end + 2) == Some(b"\\u") {
        let second = hex4(raw, end + 2)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            out.push(char::from_u32(code).unwrap_or(REPLACEMENT));
            return Some(end + 6);
        }
    }
    out.push(char::from_u32(first).unwrap_or(REPLACEMENT));
    Some(end)
}

/// Appends what the text between the quotes of a string means; `query` allows the escapes of KQL besides JSON's.
///
/// Fails with the offset of an escape that does not exist.
pub(crate) fn unescape_into(out: &mut String, raw: &str, query: bool) -> Result<(), usize> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while let Some(length) = memchr(b'\\', &bytes[at..]) {
        let escape = at + length;
        out.push_str(&raw[at..escape]);
        at = escape + 2;
        let symbol = match bytes.get(escape + 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte as char,
            Some(b'\'') if query => '\'',
            Some(b'0') if query => '\0',
            Some(b'a') if query => '\u{7}',
            Some(b'v') if query => '\u{b}',
            Some(b'u') => {
                at = unescape_unicode(out, bytes, at).ok_or(escape)?;
                continue;
            }
            _ => return Err(escape),
        };
        out.push(symbol);
    }
    out.push_str(&raw[at..]);
    Ok(())
}

/// Returns what the text between the quotes means, or the text itself where its escapes are broken.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    match unescape_into(&mut out, raw, false) {
        Ok(()) => Cow::Owned(out),
        Err(_) => Cow::Borrowed(raw),
    }
}

/// Returns the text of a string value; none for other values.
#[must_use]
pub fn as_str(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim_ascii();
    if !text.starts_with('"') || scan::string_end(text.as_bytes(), 0)? != text.len() {
        return None;
    }
    Some(unescaped(&text[1..text.len() - 1]))
}
