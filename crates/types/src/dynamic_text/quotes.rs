//! Where the quotes of a text are, and what else its strings may hold: found block by block, as the text is read.

use crate::byte_block::{BLOCK_BYTES, ask_from};

/// See the file's header.
pub(super) struct Quotes<'a> {
    text: &'a [u8],
    /// Which block was looked at last, from 0.
    block: usize,
    /// A bit for each quote of that block.
    bits: u64,
    /// A block looked at so far has backslashes: the next quote need not close a string.
    pub(super) escapes: bool,
    /// A block looked at so far has control characters.
    pub(super) controls: bool,
}

impl<'a> Quotes<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let mut quotes = Self { text, block: 0, bits: 0, escapes: false, controls: false };
        quotes.look_at(0);
        quotes
    }

    fn look_at(&mut self, number: usize) {
        self.block = number;
        self.bits = 0;
        if number * BLOCK_BYTES < self.text.len() {
            ask_from(self.text, number * BLOCK_BYTES, |block, shift| {
                self.bits = block.equal(b'"') >> shift;
                self.escapes |= block.equal(b'\\') >> shift != 0;
                self.controls |= block.below(b' ') >> shift != 0;
            });
        }
    }

    /// Returns the position of the first quote from `from` on. Positions only grow from call to call.
    #[inline]
    pub(super) fn next(&mut self, from: usize) -> Option<usize> {
        let first = from / BLOCK_BYTES;
        if first != self.block {
            self.look_at(first);
        }
        let mut bits = self.bits & (u64::MAX << (from % BLOCK_BYTES));
        while bits == 0 {
            if (self.block + 1) * BLOCK_BYTES >= self.text.len() {
                return None;
            }
            self.look_at(self.block + 1);
            bits = self.bits;
        }
        Some(self.block * BLOCK_BYTES + bits.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: usize = 1024;

    #[test]
    fn quotes_are_found_in_order_wherever_they_are() {
        for length in [0, 1, 63, 64, 65, 128, LONG] {
            for step in [1, 2, 7, 64, 70] {
                let text: Vec<u8> = (0..length).map(|at| if at % step == 0 { b'"' } else { b'a' }).collect();
                let mut quotes = Quotes::of(&text);
                for from in 0..=length {
                    let expected = text[from..].iter().position(|byte| *byte == b'"').map(|at| from + at);
                    assert_eq!(quotes.next(from), expected, "{length} {step} {from}");
                }
                assert!(!quotes.escapes && !quotes.controls);
            }
        }
    }

    #[test]
    fn escapes_and_controls_are_seen_at_every_place_before_a_quote() {
        for length in [1, 64, 65, 200, 3000] {
            for place in [0, length / 2, length - 1] {
                let mut text = vec![b' '; length];
                text.push(b'"');
                for (byte, escapes) in [(b'\\', true), (0x1F, false)] {
                    text[place] = byte;
                    let mut quotes = Quotes::of(&text);
                    assert_eq!(quotes.next(0), Some(length));
                    assert_eq!((quotes.escapes, quotes.controls), (escapes, !escapes), "{length} {place}");
                }
            }
        }
    }
}
