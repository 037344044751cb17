//! Taking the quotes off fields, in place.

use calypso_types::byte_block::{BLOCK_BYTES, ask_from, padded};
use memchr::memchr;

use super::prefix_xor;

/// Bytes that are copied at a time; runs between quotes are seldom longer.
const RUN_BYTES: usize = 16;
/// Bytes of a field that are made elsewhere before they come to their place.
const JOINED_BYTES: usize = 1024;

/// Takes the quotes off fields.
pub(super) struct Unquoter {
    /// Text that is yet to come to its place, with room for a block behind it. Writing it in place at once would make
    /// the processor wait wherever it reads what it has just written.
    joined: Box<[u8; JOINED_BYTES + ROOMY_BYTES]>,
}

impl Unquoter {
    pub(super) fn new() -> Self {
        Self { joined: Box::new([0; JOINED_BYTES + ROOMY_BYTES]) }
    }

    /// Takes the quotes off those fields of a record that are in quotes; `spans` are their places in `bytes`, which
    /// starts with the record and may go on behind it.
    pub(super) fn unquote_fields(&mut self, bytes: &mut [u8], spans: &mut [(u32, u32)]) {
        for (start, end) in spans {
            let (first, behind) = (*start as usize, *end as usize);
            if bytes[first..behind].starts_with(b"\"") {
                // Within the field, so no more than it.
                *end = *start + 1 + self.unquote(&mut bytes[first + 1..], behind - first - 1) as u32;
                *start += 1;
            }
        }
    }

    /// Makes the text of what follows an opening quote, the first `length` of `bytes`, at its start, and returns its
    /// length. What is left over is made ASCII: a character cut in two would spoil the record.
    fn unquote(&mut self, bytes: &mut [u8], length: usize) -> usize {
        let Some(first) = memchr(b'"', &bytes[..length]) else { return length };
        if first + 1 == length {
            return first;
        }
        let joined = first + self.join(&mut bytes[first..], length - first);
        bytes[joined..length].fill(b'"');
        joined
    }

    /// As [`Self::unquote`], of bytes that begin with a quote.
    fn join(&mut self, bytes: &mut [u8], length: usize) -> usize {
        let mut places = Places { read: 0, written: 0, second: false };
        let mut waiting = 0;
        while places.read < length {
            let quotes = ask_from(&bytes[..length], places.read, |block, shift| block.equal(b'"') >> shift);
            let block_bytes = (length - places.read).min(BLOCK_BYTES);
            let Some(second) = places.second_of_pairs(quotes, block_bytes) else {
                places.written += put(bytes, places.written, &self.joined[..waiting]);
                return join_bytewise(&mut bytes[..length], places);
            };
            waiting = self.leave_out(waiting, &bytes[places.read..], second, block_bytes);
            places.read += block_bytes;
            if waiting >= JOINED_BYTES || places.read == length {
                places.written += put(bytes, places.written, &self.joined[..waiting]);
                waiting = 0;
            }
        }
        // The last quote closes.
        places.written - usize::from(places.second)
    }

    /// Appends to the `waiting` bytes that are joined the first `length` of `bytes`, a block at most, without those in
    /// `unwanted`; returns how many they are then.
    #[inline]
    fn leave_out(&mut self, waiting: usize, bytes: &[u8], unwanted: u64, length: usize) -> usize {
        let joined = self.joined[waiting..].first_chunk_mut().expect("there is room for a block");
        let kept = match bytes.first_chunk() {
            Some(block) => copy_wanted(joined, block, unwanted, length),
            None => copy_wanted(joined, &padded(bytes), unwanted, length),
        };
        waiting + kept
    }
}

/// A block with room behind it, so that a run can be copied from or to any place of it.
type RoomyBlock = [u8; ROOMY_BYTES];
const ROOMY_BYTES: usize = BLOCK_BYTES + RUN_BYTES;

/// Copies the first `length` bytes of `block` without those in `unwanted`, and returns how many they are.
#[inline]
fn copy_wanted(joined: &mut RoomyBlock, block: &RoomyBlock, mut unwanted: u64, length: usize) -> usize {
    let (mut start, mut kept) = (0, 0);
    loop {
        let end = if unwanted == 0 { length } else { unwanted.trailing_zeros() as usize };
        // What is copied beyond the run, the next one covers.
        joined[kept..kept + RUN_BYTES].copy_from_slice(&block[start..start + RUN_BYTES]);
        if end > start + RUN_BYTES {
            joined[kept + RUN_BYTES..kept + end - start].copy_from_slice(&block[start + RUN_BYTES..end]);
        }
        kept += end - start;
        if unwanted == 0 {
            return kept;
        }
        start = end + 1;
        unwanted &= unwanted - 1;
    }
}

/// Writes `text` at a place and returns its length.
fn put(bytes: &mut [u8], at: usize, text: &[u8]) -> usize {
    bytes[at..at + text.len()].copy_from_slice(text);
    text.len()
}

/// How far the bytes have been joined.
#[derive(Clone, Copy)]
struct Places {
    read: usize,
    written: usize,
    /// The last byte was the first of two quotes, or the one that closes.
    second: bool,
}

impl Places {
    /// Returns which of the next `length` bytes, a block at most, are the second of two quotes, given where quotes are;
    /// none if one of them closes the field and is not the last byte.
    #[inline]
    fn second_of_pairs(&mut self, quotes: u64, length: usize) -> Option<u64> {
        // Whether an odd number of quotes comes up to a byte, with those before these bytes: the first ones of pairs.
        let odd = prefix_xor(quotes) ^ if self.second { u64::MAX } else { 0 };
        let (first, second) = (quotes & odd, quotes & !odd);
        // Behind each first one is a second one.
        let unpaired = (first << 1 | u64::from(self.second)) ^ second;
        if unpaired & (u64::MAX >> (BLOCK_BYTES - length)) != 0 {
            return None;
        }
        self.second = first >> (length - 1) == 1;
        Some(second)
    }
}

/// Joins the rest, from `places` on.
fn join_bytewise(bytes: &mut [u8], places: Places) -> usize {
    let Places { read, mut written, mut second } = places;
    for read in read..bytes.len() {
        let byte = bytes[read];
        let is_quote = byte == b'"';
        if second && !is_quote {
            // The quote before closed the field; what follows is text.
            bytes.copy_within(read.., written - 1);
            return written - 1 + bytes.len() - read;
        }
        bytes[written] = byte;
        // The second of two is left out.
        written += usize::from(!(is_quote && second));
        second = is_quote && !second;
    }
    // The last quote closes, unless it was the second of two, which the end of a file alone could bring.
    written - usize::from(second)
}
