//! String literals: where they end, and what they say.
//!
//! `"…"` and `'…'` know escapes and end with the line; `@"…"` doubles its quote; ``` and ~~~ span lines and know
//! nothing. An `h` before any of them hides the text from logs and changes nothing else.
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/string>

use super::TokenKind;

/// Says whether a string literal starts here, past an optional `h` and `@`.
pub(super) fn starts_at(text: &str, start: usize) -> bool {
    Opening::read(&text[start..]).is_some()
}

/// Reads the string literal that starts at `start`.
pub(super) fn scan(text: &str, start: usize) -> (TokenKind, usize) {
    let Some(opening) = Opening::read(&text[start..]) else {
        return (TokenKind::BadCharacter, start + 1);
    };
    let from = start + opening.bytes;
    let (kind, length) = match opening.form {
        Form::Fenced(fence) => match text[from..].find(fence) {
            Some(at) => (TokenKind::String, at + fence.len()),
            None => (TokenKind::BadString, text.len() - from),
        },
        Form::Verbatim(quote) => scan_verbatim(&text.as_bytes()[from..], quote),
        Form::Escaped(quote) => scan_escaped(&text.as_bytes()[from..], quote),
    };
    (kind, from + length)
}

/// Returns the text that the literal stands for. The literal is one `String` token.
pub(crate) fn value(literal: &str) -> String {
    let Some(opening) = Opening::read(literal) else { return String::new() };
    let content = &literal[opening.bytes..];
    match opening.form {
        Form::Fenced(fence) => content.strip_suffix(fence).unwrap_or(content).to_owned(),
        Form::Verbatim(quote) => {
            let quote = char::from(quote);
            let content = content.strip_suffix(quote).unwrap_or(content);
            content.replace(&format!("{quote}{quote}"), &quote.to_string())
        }
        Form::Escaped(quote) => unescape(content.strip_suffix(char::from(quote)).unwrap_or(content)),
    }
}

#[derive(Clone, Copy)]
enum Form {
    Escaped(u8),
    Verbatim(u8),
    Fenced(&'static str),
}

/// The prefix and opening quote of a literal.
struct Opening {
    form: Form,
    bytes: usize,
}

impl Opening {
    fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let hidden = usize::from(matches!(bytes.first(), Some(b'h' | b'H')));
        let verbatim = bytes.get(hidden) == Some(&b'@');
        let at = hidden + usize::from(verbatim);
        let form = match bytes.get(at)? {
            quote @ (b'"' | b'\'') if verbatim => Form::Verbatim(*quote),
            quote @ (b'"' | b'\'') => Form::Escaped(*quote),
            b'`' if text[at..].starts_with("```") => return Some(Self { form: Form::Fenced("```"), bytes: at + 3 }),
            b'~' if text[at..].starts_with("~~~") => return Some(Self { form: Form::Fenced("~~~"), bytes: at + 3 }),
            _ => return None,
        };
        Some(Self { form, bytes: at + 1 })
    }
}

fn scan_verbatim(bytes: &[u8], quote: u8) -> (TokenKind, usize) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return (TokenKind::String, at + 1);
            }
            at += 1;
        } else if matches!(byte, b'\n' | b'\r') {
            return (TokenKind::BadString, at);
        }
        at += 1;
    }
    (TokenKind::BadString, at)
}

fn scan_escaped(bytes: &[u8], quote: u8) -> (TokenKind, usize) {
    let mut at = 0;
    let mut kind = TokenKind::String;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => match escape_length(&bytes[at..]) {
                Some(length) => at += length,
                None => {
                    kind = TokenKind::BadEscape;
                    // Step over what was escaped, so that a stray `\"` does not end the string; never over the line.
                    at += 1 + usize::from(bytes.get(at + 1).is_some_and(|next| !matches!(next, b'\n' | b'\r')));
                }
            },
            b'\n' | b'\r' => return (TokenKind::BadString, at),
            _ if byte == quote => return (kind, at + 1),
            _ => at += 1,
        }
    }
    (TokenKind::BadString, at)
}

/// Returns the length of the escape sequence that starts at the backslash; `None` when there is no such sequence.
fn escape_length(bytes: &[u8]) -> Option<usize> {
    let hex = |count: usize| {
        bytes.get(2..2 + count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)).then_some(2 + count)
    };
    match bytes.get(1)? {
        b'\\' | b'\'' | b'"' | b'/' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' => Some(2),
        b'u' => hex(4),
        b'U' => hex(8),
        b'x' => hex(2),
        b'0'..=b'7' => Some(1 + octal_length(&bytes[1..])),
        _ => None,
    }
}

/// One to three octal digits; three only below `400`, so that the value is a byte.
fn octal_length(bytes: &[u8]) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'0'..=b'7'));
    match (digit(1), digit(2) && bytes[0] <= b'3') {
        (false, _) => 1,
        (true, false) => 2,
        (true, true) => 3,
    }
}

fn unescape(content: &str) -> String {
    let Some(first) = content.find('\\') else { return content.to_owned() };
    let mut out = String::with_capacity(content.len());
    out.push_str(&content[..first]);
    let mut rest = &content[first..];
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = escape_length(rest.as_bytes()).unwrap_or(1);
        push_escape(&mut out, &rest[..length], &mut rest);
    }
    out.push_str(rest);
    out
}

/// Appends what `escape` stands for and moves `rest` behind it. A UTF-16 surrogate pair is two escapes, one character.
fn push_escape(out: &mut String, escape: &str, rest: &mut &str) {
    let mut used = escape.len();
    match escape.as_bytes().get(1) {
        None => out.push('\\'),
        Some(b'a') => out.push('\u{7}'),
        Some(b'b') => out.push('\u{8}'),
        Some(b'f') => out.push('\u{c}'),
        Some(b'n') => out.push('\n'),
        Some(b'r') => out.push('\r'),
        Some(b't') => out.push('\t'),
        Some(b'v') => out.push('\u{b}'),
        Some(b'u' | b'U' | b'x') => {
            let high = u32::from_str_radix(&escape[2..], 16).unwrap_or(0);
            let low = low_surrogate(&rest[used..]).filter(|_| (0xd800..0xdc00).contains(&high));
            let code = low.map_or(high, |low| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            used += if low.is_some() { 6 } else { 0 };
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Some(b'0'..=b'7') => {
            let code = u32::from_str_radix(&escape[1..], 8).unwrap_or(0);
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Some(other) => out.push(char::from(*other)),
    }
    *rest = &rest[used..];
}

fn low_surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (0xdc00..0xe000).contains(&code).then_some(code)
}
