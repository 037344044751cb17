//! Looking at 64 bytes at a time, a bit for each: what the readers of delimited text, of JSON and of terms have in
//! common.
//!
//! Written so that compilers make a few instructions of each answer, sixteen bytes each, on any processor.

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 64;

/// A block's byte in a word of its own bit: the bytes of the first word have the lowest bits.
const WEIGHTS: [u8; BLOCK_BYTES] = {
    let mut weights = [0; BLOCK_BYTES];
    let mut place = 0;
    while place < BLOCK_BYTES {
        weights[place] = 1 << (place / WORD_BYTES);
        place += 1;
    }
    weights
};

const WORD_BYTES: usize = 8;

/// A block of bytes. In answers about it, the lowest bit is the first byte's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteBlock<'a>(pub &'a [u8; BLOCK_BYTES]);

/// Returns the bytes of a block of which only the first are there; the others are zero. Of more than a block the first
/// [`BLOCK_BYTES`] are taken.
#[inline]
#[must_use]
pub fn padded(bytes: &[u8]) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    let length = bytes.len().min(BLOCK_BYTES);
    block[..length].copy_from_slice(&bytes[..length]);
    block
}

impl ByteBlock<'_> {
    /// Says which bytes are `byte`.
    #[inline]
    #[must_use]
    pub fn equal(self, byte: u8) -> u64 {
        self.bits(|other| other == byte)
    }

    /// Says which bytes are one of three.
    #[inline]
    #[must_use]
    pub fn equal_any(self, bytes: [u8; 3]) -> u64 {
        let [first, second, third] = bytes;
        self.bits(|other| (other == first) | (other == second) | (other == third))
    }

    /// Says which bytes are ASCII letters or digits.
    #[inline]
    #[must_use]
    pub fn alphanumeric(self) -> u64 {
        // Capitals and small letters differ in one bit; below the first of a range, differences are large.
        self.bits(|byte| ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10))
    }

    #[inline(always)]
    fn bits(self, is: impl Fn(u8) -> bool) -> u64 {
        let mut found = [0; BLOCK_BYTES];
        for place in 0..BLOCK_BYTES {
            found[place] = if is(self.0[place]) { WEIGHTS[place] } else { 0 };
        }
        let (words, _) = found.as_chunks::<WORD_BYTES>();
        transpose(words.iter().fold(0, |all, word| all | u64::from_le_bytes(*word)))
    }
}

/// Takes the word for eight rows of eight bits, and makes columns of them.
const fn transpose(rows: u64) -> u64 {
    let swapped = (rows ^ rows >> 7) & 0x00AA_00AA_00AA_00AA;
    let rows = rows ^ swapped ^ swapped << 7;
    let swapped = (rows ^ rows >> 14) & 0x0000_CCCC_0000_CCCC;
    let rows = rows ^ swapped ^ swapped << 14;
    let swapped = (rows ^ rows >> 28) & 0x0000_0000_F0F0_F0F0;
    rows ^ swapped ^ swapped << 28
}

#[cfg(test)]
mod tests;
