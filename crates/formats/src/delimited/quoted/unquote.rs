//! Taking the quotes off fields, in place.

use calypso_types::byte_block::{BLOCK_BYTES, ask_from};
use memchr::memchr;

use super::prefix_xor;

/// Takes the quotes off those fields of `record` that are in quotes; `spans` are their places.
pub(super) fn unquote_fields(record: &mut [u8], spans: &mut [(u32, u32)]) {
    for (start, end) in spans {
        let field = &mut record[*start as usize..*end as usize];
        if let [b'"', quoted @ ..] = field {
            // Within the field, so no more than it.
            *end = *start + 1 + unquote(quoted) as u32;
            *start += 1;
        }
    }
}

/// Makes the text of what follows an opening quote, at its start, and returns its length. What is left over is made
/// ASCII: a character cut in two would spoil the record.
fn unquote(quoted: &mut [u8]) -> usize {
    let Some(first) = memchr(b'"', quoted) else { return quoted.len() };
    if first + 1 == quoted.len() {
        return first;
    }
    let length = first + join(&mut quoted[first..]);
    quoted[length..].fill(b'"');
    length
}

/// As [`unquote`], of bytes that begin with a quote.
fn join(bytes: &mut [u8]) -> usize {
    let mut places = Places { read: 0, written: 0, second: false };
    while places.read < bytes.len() {
        let quotes = ask_from(bytes, places.read, |block, shift| block.equal(b'"') >> shift);
        let length = (bytes.len() - places.read).min(BLOCK_BYTES);
        if !places.take(quotes, length, bytes) {
            return join_bytewise(bytes, places);
        }
    }
    // The last quote closes.
    places.written - usize::from(places.second)
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
    /// Takes the next bytes, a block at most, whose quotes are given, unless one of them closes the field and is not the
    /// last byte.
    #[inline]
    fn take(&mut self, quotes: u64, length: usize, bytes: &mut [u8]) -> bool {
        // Whether an odd number of quotes comes up to a byte, with those before these bytes: the first ones of pairs.
        let odd = prefix_xor(quotes) ^ if self.second { u64::MAX } else { 0 };
        let (first, second) = (quotes & odd, quotes & !odd);
        // Behind each first one is a second one.
        let unpaired = (first << 1 | u64::from(self.second)) ^ second;
        if unpaired & (u64::MAX >> (BLOCK_BYTES - length)) != 0 {
            return false;
        }
        let mut block: RoomyBlock = [0; BLOCK_BYTES + RUN_BYTES];
        block[..length].copy_from_slice(&bytes[self.read..self.read + length]);
        let (joined, kept) = leave_out(&block, second, length);
        bytes[self.written..self.written + kept].copy_from_slice(&joined[..kept]);
        self.read += length;
        self.written += kept;
        self.second = first >> (length - 1) == 1;
        true
    }
}

/// Bytes that are copied at a time; runs between quotes are seldom longer.
const RUN_BYTES: usize = 16;

/// A block with room behind it, so that a run can be copied from or to any place of it.
type RoomyBlock = [u8; BLOCK_BYTES + RUN_BYTES];

/// Returns the first `length` bytes of `block` without those in `unwanted`, and how many they are.
#[inline]
fn leave_out(block: &RoomyBlock, mut unwanted: u64, length: usize) -> (RoomyBlock, usize) {
    let mut kept: RoomyBlock = [0; BLOCK_BYTES + RUN_BYTES];
    let (mut read, mut written) = (0, 0);
    loop {
        let end = if unwanted == 0 { length } else { unwanted.trailing_zeros() as usize };
        // What is copied beyond the run, the next one covers.
        for step in (0..end - read).step_by(RUN_BYTES) {
            let run = block[read + step..].first_chunk::<RUN_BYTES>();
            let place = kept[written + step..].first_chunk_mut::<RUN_BYTES>();
            if let (Some(run), Some(place)) = (run, place) {
                *place = *run;
            }
        }
        written += end - read;
        if unwanted == 0 {
            return (kept, written);
        }
        read = end + 1;
        unwanted &= unwanted - 1;
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
