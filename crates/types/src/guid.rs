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

/// Reads the usual form, `8-4-4-4-12` digits, alone: eight digits at a time, without a branch for each.
fn parse_hyphenated(text: &[u8; 36]) -> Option<[u8; 16]> {
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let digits = |first: usize, second: usize| {
        let word = |at: usize| u32::from_le_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]);
        u64::from(word(second)) << 32 | u64::from(word(first))
    };
    let quarters = [digits(0, 4), digits(9, 14), digits(19, 24), digits(28, 32)];
    if quarters.iter().any(|quarter| !are_digits(*quarter)) {
        return None;
    }
    let mut bytes = [0; 16];
    for (bytes, quarter) in bytes.as_chunks_mut().0.iter_mut().zip(quarters) {
        *bytes = values(quarter);
    }
    Some(bytes)
}

/// Eight times the same byte.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Says whether eight bytes are hexadecimal digits.
const fn are_digits(text: u64) -> bool {
    // Adding to an ASCII character sets its highest bit from the first of a range on, and from behind the last.
    let ascii = text & each(0x7F);
    let small = ascii | each(0x20);
    let number = (ascii + each(0x80 - b'0')) & !(ascii + each(0x7F - b'9'));
    let letter = (small + each(0x80 - b'a')) & !(small + each(0x7F - b'f'));
    (number | letter) & !text & each(0x80) == each(0x80)
}

/// Returns the values of eight hexadecimal digits, two in a byte; the first digit is the lowest byte.
const fn values(digits: u64) -> [u8; 4] {
    // Letters have bit 6, and 1 where `a` is ten.
    let values = (digits & each(0x0F)) + ((digits >> 6) & each(1)) * 9;
    let pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF;
    let pairs = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
    ((pairs | pairs >> 16) as u32).to_le_bytes()
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
