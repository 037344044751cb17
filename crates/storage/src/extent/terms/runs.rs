//! Finding the terms of a text: 64 bytes at a time, without a branch for each.

use super::term_hash::{SHORT_BYTES_MAX, short_hash, term_hash};

const CHUNK: usize = 64;
/// Every byte's lowest bit, every byte's highest bit.
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
/// Gathers the highest bits of eight bytes in the highest byte.
const GATHER: u64 = 0x0002_0408_1020_4081;

/// A text in lower case, with room behind it, so that eight or sixteen bytes can be read at any place.
#[derive(Debug, Default)]
pub(super) struct LowerText {
    bytes: Vec<u8>,
    length: usize,
}

impl LowerText {
    /// Takes another text; its memory is used again.
    pub(super) fn set(&mut self, text: &[u8]) {
        self.bytes.clear();
        self.bytes.extend(text.iter().map(u8::to_ascii_lowercase));
        self.bytes.resize(text.len().next_multiple_of(CHUNK) + SHORT_BYTES_MAX, 0);
        self.length = text.len();
    }

    /// Calls `visit` with the hash of each maximal run of letters and digits of at least `bytes_min` bytes.
    pub(super) fn for_each_term(&self, bytes_min: usize, mut visit: impl FnMut(u64)) {
        let (mut start, mut within) = (0, 0);
        for (number, chunk) in self.bytes.chunks_exact(CHUNK).enumerate() {
            let mask = alphanumeric_mask(chunk);
            // Bits where a run starts or has just ended.
            let mut changes = mask ^ (mask << 1 | within);
            within = mask >> (CHUNK - 1);
            while changes != 0 {
                let place = number * CHUNK + changes.trailing_zeros() as usize;
                changes &= changes - 1;
                if mask >> (place % CHUNK) & 1 == 1 {
                    start = place;
                } else if place - start >= bytes_min {
                    visit(self.hash(start, place));
                }
            }
        }
        // A run that reaches the end of the last whole chunk, behind which there is no chunk to end it.
        if within == 1 && self.length - start >= bytes_min {
            visit(self.hash(start, self.length));
        }
    }

    fn hash(&self, start: usize, end: usize) -> u64 {
        let length = end - start;
        match self.bytes[start..].first_chunk() {
            Some(bytes) if length <= SHORT_BYTES_MAX => {
                let unwanted = (SHORT_BYTES_MAX - length) as u32 * 8;
                // At least one byte is wanted, so the shift is less than the width.
                short_hash(u128::from_le_bytes(*bytes) << unwanted >> unwanted, length)
            }
            _ => term_hash(&self.bytes[start..end]),
        }
    }
}

/// Returns a bit for each byte of `chunk`: whether it is a lower-case letter or a digit.
fn alphanumeric_mask(chunk: &[u8]) -> u64 {
    let mut mask = 0;
    for (number, word) in chunk.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().expect("chunks of eight bytes"));
        let wanted = within(word, b'a', b'z') | within(word, b'0', b'9');
        mask |= (wanted.wrapping_mul(GATHER) >> 56) << (number * 8);
    }
    mask
}

/// Returns the highest bit of each byte of `word` that lies within `first..=last`, both ASCII.
const fn within(word: u64, first: u8, last: u8) -> u64 {
    let seven = word & !HIGH_BITS;
    let not_below = seven + LOW_BITS * (0x80 - first as u64);
    let above = seven + LOW_BITS * (0x7F - last as u64);
    not_below & !above & !word & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<u64> {
        let mut lower = LowerText::default();
        lower.set(text.as_bytes());
        let mut hashes = Vec::new();
        lower.for_each_term(3, |hash| hashes.push(hash));
        hashes
    }

    fn expected(text: &str) -> Vec<u64> {
        let lower = text.to_ascii_lowercase();
        let runs = lower.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
        runs.filter(|run| run.len() >= 3).map(term_hash).collect()
    }

    #[test]
    fn every_byte_is_judged_as_ascii_says() {
        let all: Vec<u8> = (0..=255).collect();
        for chunk in all.chunks_exact(CHUNK) {
            let mask = alphanumeric_mask(chunk);
            for (place, byte) in chunk.iter().enumerate() {
                let wanted = byte.is_ascii_lowercase() || byte.is_ascii_digit();
                assert_eq!(mask >> place & 1 == 1, wanted, "byte {byte}");
            }
        }
    }

    #[test]
    fn terms_are_found_wherever_they_lie() {
        for text in ["", "a", "ab abc", "Error in Service-42", "größe straße", "abc", " abc", "abc ", "-abc-DEF-12-345"]
        {
            assert_eq!(found(text), expected(text), "{text}");
        }
        for length in 1..200 {
            for gap in [1, 2, 7, 64] {
                let text = ["x".repeat(length), "y".repeat(length)].join(&" ".repeat(gap));
                assert_eq!(found(&text), expected(&text), "{length} {gap}");
                let moved = format!("{}{text}", ".".repeat(gap));
                assert_eq!(found(&moved), expected(&moved), "{length} {gap}");
            }
        }
    }
}
