//! Finding where the pieces of JSON text end, without reading what is in them.

use memchr::{memchr, memchr2};

/// Returns the first position from `at` that is not JSON white space.
pub(crate) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Returns the position after the string that opens at `at`; none if it does not close.
pub(crate) fn quoted_end(text: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr2(quote, b'\\', text.get(at..)?)?;
        if text[at] == quote {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Returns the position after the JSON string that opens at `at`.
pub(crate) fn string_end(text: &[u8], at: usize) -> Option<usize> {
    quoted_end(text, at, b'"')
}

#[inline]
fn skip_digits(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Returns the position after the JSON number at `at`, and whether it has a fraction or an exponent.
#[inline]
pub(crate) fn number_end(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let start = at + usize::from(text.get(at) == Some(&b'-'));
    let mut end = skip_digits(text, start);
    if end == start || (text[start] == b'0' && end > start + 1) {
        return None;
    }
    let mut real = false;
    if text.get(end) == Some(&b'.') {
        let fraction = end + 1;
        end = skip_digits(text, fraction);
        real = true;
        if end == fraction {
            return None;
        }
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let digits = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = skip_digits(text, digits);
        real = true;
        if end == digits {
            return None;
        }
    }
    Some((end, real))
}

/// Returns the position after the `true`, `false` or `null` at `at`.
pub(crate) fn word_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word))?;
    Some(at + word.len())
}

/// Returns the position after the value at `at`; none if it does not end.
pub(crate) fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'{' | b'[' => container_end(text, at),
        _ => Some(scalar_end(text, at)),
    }
}

/// Returns the position after the array or bag that opens at `at`.
fn container_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match text.get(at)? {
            b'"' => {
                at = string_end(text, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Returns the position after the number, word or typed literal at `at`.
fn scalar_end(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        match byte {
            b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\n' | b'\r' => return at,
            b'(' => at = literal_end(text, at),
            _ => at += 1,
        }
    }
    text.len()
}

/// Returns the position after the `)` that closes the literal whose `(` is at `at`.
pub(crate) fn literal_end(text: &[u8], at: usize) -> usize {
    memchr(b')', &text[at..]).map_or(text.len(), |length| at + length + 1)
}
