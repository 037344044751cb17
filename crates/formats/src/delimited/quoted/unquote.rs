//! Taking the quotes off fields, in place.

use memchr::memchr;

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
    while let Some(word) = bytes[places.read..].first_chunk() {
        let word = u64::from_le_bytes(*word);
        if !places.take(word, bytes) {
            break;
        }
    }
    join_bytewise(bytes, places)
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
    /// Takes eight bytes, unless a quote among them closes the field and is not the last byte.
    #[inline]
    fn take(&mut self, mut word: u64, bytes: &mut [u8]) -> bool {
        // The highest bit of each quote.
        let quotes = quotes_of(word);
        // Whether an odd number of quotes comes up to a byte, with those before the word: the first ones of pairs.
        let odd = prefix_xor(quotes) ^ if self.second { HIGH_BITS } else { 0 };
        let (first, mut second) = (quotes & odd, quotes & !odd);
        // Behind each first one is a second one.
        let expected = first << BYTE_BITS | if self.second { HIGH_BITS & 0xFF } else { 0 };
        if expected != second {
            return false;
        }
        let left_out = second.count_ones() as usize;
        while second != 0 {
            // The last one first, so that the places of the others stay.
            let shift = (u64::BITS - 1 - second.leading_zeros()) & !(BYTE_BITS - 1);
            let below = (1 << shift) - 1;
            word = word & below | word >> BYTE_BITS & !below;
            second &= below;
        }
        if let Some(out) = bytes[self.written..].first_chunk_mut() {
            *out = word.to_le_bytes();
        }
        self.read += WORD_BYTES;
        self.written += WORD_BYTES - left_out;
        self.second = first >> (u64::BITS - 1) == 1;
        true
    }
}

const WORD_BYTES: usize = 8;
const BYTE_BITS: u32 = 8;
/// Every byte's highest bit.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Returns the highest bit of each byte that is a quote.
const fn quotes_of(word: u64) -> u64 {
    let different = word ^ u64::from_ne_bytes([b'"'; WORD_BYTES]);
    let seven = different & !HIGH_BITS;
    !((seven + !HIGH_BITS) | different) & HIGH_BITS
}

/// Returns for each byte's highest bit whether an odd number of them is set from the lowest up to it.
const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
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
