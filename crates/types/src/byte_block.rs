//! Looking at 64 bytes at a time, a bit for each: what the readers of delimited text, of JSON and of terms have in
//! common.

use wide::u8x16;

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 64;

/// A block of bytes. In answers about it, the lowest bit is the first byte's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteBlock<'a>(pub &'a [u8; BLOCK_BYTES]);

/// Returns the first `BYTES` of the bytes, and zeros behind them if they are fewer.
#[inline]
#[must_use]
pub fn padded<const BYTES: usize>(bytes: &[u8]) -> [u8; BYTES] {
    let mut block = [0; BYTES];
    let length = bytes.len().min(BYTES);
    block[..length].copy_from_slice(&bytes[..length]);
    block
}

/// Asks about the bytes of `text` from `base` on, 64 at most and one at least: `ask` is given a block that ends with
/// them, and by how many bits to shift down its answers.
#[inline]
pub fn ask_from<T>(text: &[u8], base: usize, ask: impl FnOnce(ByteBlock<'_>, usize) -> T) -> T {
    let rest = &text[base..];
    if let Some(block) = rest.first_chunk() {
        return ask(ByteBlock(block), 0);
    }
    let shift = BLOCK_BYTES - rest.len();
    if let Some(block) = text.last_chunk() {
        return ask(ByteBlock(block), shift);
    }
    let mut block = [0; BLOCK_BYTES];
    block[shift..].copy_from_slice(rest);
    ask(ByteBlock(&block), shift)
}

impl ByteBlock<'_> {
    /// Says which bytes are `byte`.
    #[inline]
    #[must_use]
    pub fn equal(self, byte: u8) -> u64 {
        let byte = u8x16::splat(byte);
        self.bits(|lane| lane.simd_eq(byte))
    }

    /// Says which bytes are one of three.
    #[inline]
    #[must_use]
    pub fn equal_any(self, bytes: [u8; 3]) -> u64 {
        let [first, second, third] = bytes.map(u8x16::splat);
        self.bits(|lane| lane.simd_eq(first) | lane.simd_eq(second) | lane.simd_eq(third))
    }

    /// Says which bytes are less than `bound`, which is not zero.
    #[inline]
    #[must_use]
    pub fn below(self, bound: u8) -> u64 {
        self.bits(|lane| is_within(lane, 0, bound))
    }

    /// Says which bytes are ASCII letters or digits.
    #[inline]
    #[must_use]
    pub fn alphanumeric(self) -> u64 {
        // Capitals and small letters differ in one bit.
        let is_letter = |lane| is_within(lane | u8x16::splat(0x20), b'a', 26);
        self.bits(|lane| is_letter(lane) | is_within(lane, b'0', 10))
    }

    #[inline(always)]
    fn bits(self, is: impl Fn(u8x16) -> u8x16) -> u64 {
        let (lanes, _) = self.0.as_chunks::<LANE_BYTES>();
        let bits = |number: usize| u64::from(is(u8x16::new(lanes[number])).to_bitmask()) << (number * LANE_BYTES);
        bits(0) | bits(1) | bits(2) | bits(3)
    }
}

/// Bytes that are looked at by one instruction.
const LANE_BYTES: usize = 16;

/// Says which bytes are one of `count` from `first` on.
#[inline(always)]
fn is_within(lane: u8x16, first: u8, count: u8) -> u8x16 {
    // Below the first, differences are large.
    let difference = lane - u8x16::splat(first);
    difference.min(u8x16::splat(count - 1)).simd_eq(difference)
}

#[cfg(test)]
mod tests;
