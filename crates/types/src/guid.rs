//! `guid`: 16 bytes, printed lower-case and hyphenated.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/guid>

#[cfg(test)]
mod tests;

use std::fmt;

use uuid::Uuid;

/// A globally unique identifier; bytes are in RFC 4122 (big-endian) order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// 00000000-0000-0000-0000-000000000000.
    pub const NIL: Self = Self([0; 16]);

    /// Reads 32 hexadecimal digits, hyphens between them ignored, braces or parentheses around them allowed.
    ///
    /// `toguid()` documents that hyphens may stand anywhere.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(bytes) = text.as_bytes().as_array().and_then(parse_hyphenated) {
            return Some(Self(bytes));
        }
        let text = text.trim();
        let inner = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .or_else(|| text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')))
            .unwrap_or(text);
        let mut bytes = [0u8; 16];
        let mut count = 0;
        for digit in inner.bytes().filter(|byte| *byte != b'-') {
            let value = (digit as char).to_digit(16)? as u8;
            let byte = bytes.get_mut(count / 2)?;
            *byte = *byte << 4 | value;
            count += 1;
        }
        (count == 32).then_some(Self(bytes))
    }

    /// Appends the hyphenated text.
    pub fn write_text(self, out: &mut String) {
        let mut buffer = Uuid::encode_buffer();
        out.push_str(Uuid::from_bytes(self.0).hyphenated().encode_lower(&mut buffer));
    }
}

/// What is no hexadecimal digit, among the digits' values.
const NO_DIGIT: u8 = 0xFF;

/// The value of each byte as a hexadecimal digit.
const DIGITS: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        values[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// Places of the digits in the usual form.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// Reads the usual form, `8-4-4-4-12` digits, alone: without a branch for each digit.
fn parse_hyphenated(text: &[u8; 36]) -> Option<[u8; 16]> {
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut seen = 0;
    let bytes = PLACES.map(|place| {
        let (high, low) = (DIGITS[usize::from(text[place])], DIGITS[usize::from(text[place + 1])]);
        seen |= high | low;
        high << 4 | low
    });
    (seen < 16).then_some(bytes)
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

impl From<Uuid> for Guid {
    fn from(value: Uuid) -> Self {
        Self(value.into_bytes())
    }
}

impl From<Guid> for Uuid {
    fn from(value: Guid) -> Self {
        Self::from_bytes(value.0)
    }
}
