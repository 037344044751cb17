//! Where the quotes of a text are, and what else strings may hold: found at once, before anything is read.

use memchr::memchr;

use crate::byte_block::{BLOCK_BYTES, ByteBlock, padded};

/// Blocks of the longest text whose quotes are remembered.
const BLOCKS_MAX: usize = 16;

/// See the file's header.
pub(super) struct Quotes {
    /// A bit for each byte, if the text is short enough and there are no backslashes: a quote that opens a string is then
    /// closed by the next one.
    bits: [u64; BLOCKS_MAX],
    paired: bool,
    /// There are backslashes.
    pub(super) escapes: bool,
    /// There are control characters.
    pub(super) controls: bool,
}

impl Quotes {
    pub(super) fn of(text: &[u8]) -> Self {
        let escapes = memchr(b'\\', text).is_some();
        // Without early exit this runs over many bytes at once.
        let controls = text.iter().fold(false, |any, byte| any | (*byte < 0x20));
        let mut bits = [0; BLOCKS_MAX];
        let paired = !escapes && text.len() <= BLOCKS_MAX * BLOCK_BYTES;
        if paired {
            let (blocks, rest) = text.as_chunks();
            for (bits, block) in bits.iter_mut().zip(blocks) {
                *bits = ByteBlock(block).equal(b'"');
            }
            if !rest.is_empty() {
                bits[blocks.len()] = ByteBlock(&padded(rest)).equal(b'"');
            }
        }
        Self { bits, paired, escapes, controls }
    }

    /// Says whether [`Self::next`] finds the end of a string.
    pub(super) const fn are_paired(&self) -> bool {
        self.paired
    }

    /// Returns the position of the first quote from `from` on.
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        let mut block = from / BLOCK_BYTES;
        let mut bits = self.bits.get(block)? & (u64::MAX << (from % BLOCK_BYTES));
        while bits == 0 {
            block += 1;
            bits = *self.bits.get(block)?;
        }
        Some(block * BLOCK_BYTES + bits.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_found_in_order_wherever_they_are() {
        for length in [0, 1, 63, 64, 65, 128, BLOCKS_MAX * BLOCK_BYTES] {
            for step in [1, 2, 7, 64, 70] {
                let text: Vec<u8> = (0..length).map(|at| if at % step == 0 { b'"' } else { b'a' }).collect();
                let quotes = Quotes::of(&text);
                assert!(quotes.are_paired() && !quotes.escapes && !quotes.controls);
                for from in 0..=length {
                    let expected = text[from..].iter().position(|byte| *byte == b'"').map(|at| from + at);
                    assert_eq!(quotes.next(from), expected, "{length} {step} {from}");
                }
            }
        }
        assert!(!Quotes::of(&[b'a'; BLOCKS_MAX * BLOCK_BYTES + 1]).are_paired());
    }

    #[test]
    fn escapes_and_controls_are_seen_at_every_place() {
        for length in [1, 64, 65, 200, 3000] {
            for place in [0, length / 2, length - 1] {
                let mut text = vec![b' '; length];
                text[place] = b'\\';
                let quotes = Quotes::of(&text);
                assert!(quotes.escapes && !quotes.controls && !quotes.are_paired());
                text[place] = 0x1F;
                let quotes = Quotes::of(&text);
                assert!(quotes.controls && !quotes.escapes);
            }
        }
    }
}
