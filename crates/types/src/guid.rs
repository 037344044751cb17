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
