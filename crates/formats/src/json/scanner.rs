//! Finding where JSON values end, checking their grammar on the way, without recursion.
//!
//! Text may stop in the middle of a value: that is told apart from text that is wrong, so that more can be read.
//! Beyond the grammar, `NaN`, `Infinity` and `-Infinity` are numbers and strings may hold control characters, since
//! widespread writers produce both.

use calypso_types::NESTING_DEPTH_MAX;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ValueKind {
    /// There is no value.
    #[default]
    Absent,
    Null,
    True,
    False,
    Number,
    /// A string without escapes: what is between the quotes is its text.
    PlainString,
    EscapedString,
    Object,
    Array,
}

/// Why a value does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text stops inside the value.
    Incomplete,
    /// The text at `offset` is not what must come there.
    Unexpected { offset: usize, expected: &'static str },
    /// An array or object at `offset` is nested too deep.
    TooDeep { offset: usize },
}

/// A byte of each lane of a word.
const fn lanes(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Returns the length of the part of `bytes` that a string takes as it is: up to a quote, backslash or control
/// character. Strings are mostly short, so this looks at eight bytes at a time rather than call into a search.
fn plain_length(bytes: &[u8]) -> usize {
    const LOW: u64 = lanes(0x01);
    const HIGH: u64 = lanes(0x80);
    let mut length = 0;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        let quote = word ^ lanes(b'"');
        let backslash = word ^ lanes(b'\\');
        // The high bit of the lowest lane that matches is exact; lanes above it may be false.
        let found = (quote.wrapping_sub(LOW) & !quote)
            | (backslash.wrapping_sub(LOW) & !backslash)
            | (word.wrapping_sub(lanes(0x20)) & !word);
        if found & HIGH != 0 {
            return length + (found & HIGH).trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = words.remainder();
    length + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// Returns the first position from `at` that is no white space.
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Tells what is wrong at `at`: the end of the text, or something unexpected.
pub(crate) fn fault(bytes: &[u8], at: usize, expected: &'static str) -> Fault {
    if at >= bytes.len() { Fault::Incomplete } else { Fault::Unexpected { offset: at, expected } }
}

/// Returns the position after the string whose opening quote is at `at`, and whether it has escapes.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Result<(usize, bool), Fault> {
    let mut at = at + 1;
    let mut escaped = false;
    loop {
        at += plain_length(&bytes[at.min(bytes.len())..]);
        match bytes.get(at) {
            None => return Err(Fault::Incomplete),
            Some(b'"') => return Ok((at + 1, escaped)),
            Some(b'\\') => {
                escaped = true;
                at = escape_end(bytes, at)?;
            }
            // A control character, tolerated.
            Some(_) => at += 1,
        }
    }
}

/// Returns the position after the escape whose backslash is at `at`.
fn escape_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digits = &bytes[at + 2..bytes.len().min(at + 6)];
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return Err(Fault::Unexpected { offset: at, expected: "four hexadecimal digits" });
            }
            if digits.len() < 4 { Err(Fault::Incomplete) } else { Ok(at + 6) }
        }
        _ => Err(fault(bytes, at + 1, "an escape sequence")),
    }
}

/// Returns the position after a property name, its colon and the space around it: where the value starts.
/// The first of the pair is the position after the name's closing quote.
pub(crate) fn name_end(bytes: &[u8], at: usize) -> Result<(usize, bool), Fault> {
    if bytes.get(at) != Some(&b'"') {
        return Err(fault(bytes, at, "a property name in quotes"));
    }
    string_end(bytes, at)
}

/// Returns the position of the value after the colon that follows a name which ends at `at`.
pub(crate) fn colon_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let at = skip_space(bytes, at);
    if bytes.get(at) != Some(&b':') {
        return Err(fault(bytes, at, "`:`"));
    }
    Ok(skip_space(bytes, at + 1))
}

fn digits_end(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    let start = at;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { Err(fault(bytes, at, "a digit")) } else { Ok(at) }
}

/// Returns the position after the number at `at`. At the end of the text the number may go on.
fn number_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let start = at + usize::from(bytes[at] == b'-');
    if bytes.get(start) == Some(&b'I') {
        return word_end(bytes, start, b"Infinity");
    }
    let mut end = digits_end(bytes, start)?;
    if bytes[start] == b'0' && end > start + 1 {
        return Err(Fault::Unexpected { offset: start, expected: "a number without leading zeros" });
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits_end(bytes, end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits_end(bytes, end + 1 + sign)?;
    }
    Ok(end)
}

/// Returns the position after `word`, which must be at `at`.
fn word_end(bytes: &[u8], at: usize, word: &'static [u8]) -> Result<usize, Fault> {
    let found = &bytes[at..bytes.len().min(at + word.len())];
    if found == word {
        Ok(at + word.len())
    } else if word.starts_with(found) {
        Err(Fault::Incomplete)
    } else {
        Err(Fault::Unexpected { offset: at, expected: "a value" })
    }
}

/// Returns the position after the scalar at `at`.
fn scalar_end(bytes: &[u8], at: usize) -> Result<(usize, ValueKind), Fault> {
    match bytes.get(at) {
        Some(b'"') => {
            let (end, escaped) = string_end(bytes, at)?;
            Ok((end, if escaped { ValueKind::EscapedString } else { ValueKind::PlainString }))
        }
        Some(b'-' | b'0'..=b'9') => Ok((number_end(bytes, at)?, ValueKind::Number)),
        Some(b't') => Ok((word_end(bytes, at, b"true")?, ValueKind::True)),
        Some(b'f') => Ok((word_end(bytes, at, b"false")?, ValueKind::False)),
        Some(b'n') => Ok((word_end(bytes, at, b"null")?, ValueKind::Null)),
        Some(b'N') => Ok((word_end(bytes, at, b"NaN")?, ValueKind::Number)),
        Some(b'I') => Ok((word_end(bytes, at, b"Infinity")?, ValueKind::Number)),
        _ => Err(fault(bytes, at, "a value")),
    }
}

/// Finds ends of values, and keeps the arrays and objects that are open on the way.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    /// True for an object.
    open: Vec<bool>,
}

impl Scanner {
    /// Returns the position after the value at `at`, itself within `depth` arrays and objects.
    pub(crate) fn value_end(&mut self, bytes: &[u8], mut at: usize, depth: usize) -> Result<(usize, ValueKind), Fault> {
        let kind = match bytes.get(at) {
            Some(b'{') => ValueKind::Object,
            Some(b'[') => ValueKind::Array,
            _ => return scalar_end(bytes, at),
        };
        self.open.clear();
        loop {
            at = match bytes.get(at) {
                Some(b'{' | b'[') => match self.enter(bytes, at, depth)? {
                    (inner, true) => {
                        at = inner;
                        continue;
                    }
                    (end, false) => end,
                },
                _ => scalar_end(bytes, at)?.0,
            };
            match self.next_value(bytes, at)? {
                (next, true) => at = next,
                (end, false) => return Ok((end, kind)),
            }
        }
    }

    /// Enters the array or object at `at`: the position of its first value and true, or its end and false if it is
    /// empty.
    fn enter(&mut self, bytes: &[u8], at: usize, depth: usize) -> Result<(usize, bool), Fault> {
        let object = bytes[at] == b'{';
        let inner = skip_space(bytes, at + 1);
        match bytes.get(inner) {
            Some(b'}') if object => return Ok((inner + 1, false)),
            Some(b']') if !object => return Ok((inner + 1, false)),
            _ => {}
        }
        if depth + self.open.len() >= NESTING_DEPTH_MAX {
            return Err(Fault::TooDeep { offset: at });
        }
        self.open.push(object);
        Ok((if object { colon_end(bytes, name_end(bytes, inner)?.0)? } else { inner }, true))
    }

    /// Closes what ends at `at`: the position of the next value and true, or the end of the outermost and false.
    fn next_value(&mut self, bytes: &[u8], mut at: usize) -> Result<(usize, bool), Fault> {
        while let Some(&object) = self.open.last() {
            at = skip_space(bytes, at);
            match (bytes.get(at), object) {
                (Some(b','), true) => {
                    let name = skip_space(bytes, at + 1);
                    return Ok((colon_end(bytes, name_end(bytes, name)?.0)?, true));
                }
                (Some(b','), false) => return Ok((skip_space(bytes, at + 1), true)),
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.open.pop();
                    at += 1;
                }
                (_, true) => return Err(fault(bytes, at, "`,` or `}`")),
                (_, false) => return Err(fault(bytes, at, "`,` or `]`")),
            }
        }
        Ok((at, false))
    }
}

#[cfg(test)]
mod tests;
