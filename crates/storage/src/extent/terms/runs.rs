//! Finding the terms of a text: 64 bytes at a time, without a branch for each.

use calypso_types::byte_block::{BLOCK_BYTES, ByteBlock, padded};

use super::term_hash::{SHORT_BYTES_MAX, short_hash, term_hash};

/// Makes letters small and leaves digits as they are, sixteen at a time.
const SMALL_LETTERS: u128 = u128::from_ne_bytes([0x20; SHORT_BYTES_MAX]);

/// The first bytes of a word, as many as the place says.
const FIRST_BYTES: [u128; SHORT_BYTES_MAX + 1] = {
    let mut masks = [0; SHORT_BYTES_MAX + 1];
    let mut length = 1;
    while length <= SHORT_BYTES_MAX {
        masks[length] = u128::MAX >> ((SHORT_BYTES_MAX - length) * 8);
        length += 1;
    }
    masks
};

/// A block with room behind it, so that a short run can be read as a whole wherever it starts.
const ROOMY_BYTES: usize = BLOCK_BYTES + SHORT_BYTES_MAX;

/// Calls `visit` with the hash of each maximal run of letters and digits of at least `bytes_min` bytes, in lower case,
/// of a text: the first `length` of `bytes`, which may go on behind it.
#[inline]
pub(super) fn for_each_term(bytes: &[u8], length: usize, bytes_min: usize, mut visit: impl FnMut(u64)) {
    let mut base = 0;
    while base < length {
        let short;
        let roomy: &[u8; ROOMY_BYTES] = match bytes[base..].first_chunk() {
            Some(roomy) => roomy,
            None => {
                short = padded(&bytes[base..]);
                &short
            }
        };
        let mask = alphanumeric(roomy, length - base);
        // A run that reaches the end of the block is left to the next one, which starts with it.
        let open = mask.leading_ones();
        if open == u64::BITS {
            let run = &bytes[base..base + run_length(&bytes[base..length])];
            visit(long_run_hash(run));
            base += run.len();
            continue;
        }
        let mask = mask & u64::MAX >> open;
        let before = mask << 1;
        let (mut starts, mut ends) = (mask & !before, !mask & before);
        // Each end has its start before it.
        while ends != 0 {
            let (start, end) = (starts.trailing_zeros() as usize, ends.trailing_zeros() as usize);
            starts &= starts - 1;
            ends &= ends - 1;
            let length = end - start;
            if length >= bytes_min {
                visit(if length > SHORT_BYTES_MAX {
                    long_run_hash(&roomy[start..end])
                } else {
                    hash(roomy, start, length)
                });
            }
        }
        base += BLOCK_BYTES - open as usize;
    }
}

/// Says which of the first `length` bytes are letters or digits.
#[inline(always)]
fn alphanumeric(roomy: &[u8; ROOMY_BYTES], length: usize) -> u64 {
    let block = roomy.first_chunk().expect("a block is shorter than one with room");
    let mask = ByteBlock(block).alphanumeric();
    if length < BLOCK_BYTES { mask & !(u64::MAX << length) } else { mask }
}

/// Returns how many of the first bytes are letters or digits.
fn run_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Returns the hash of the short run at `start`, which is within the block, in lower case.
#[inline(always)]
fn hash(roomy: &[u8; ROOMY_BYTES], start: usize, length: usize) -> u64 {
    let start = start % BLOCK_BYTES;
    let bytes = roomy[start..start + SHORT_BYTES_MAX].try_into().expect("as many");
    short_hash((u128::from_le_bytes(bytes) | SMALL_LETTERS) & FIRST_BYTES[length], length)
}

/// Longest run that is made lower-case without asking for memory.
const MEDIUM_BYTES_MAX: usize = 64;

/// Returns the hash of `run` in lower case.
fn long_run_hash(run: &[u8]) -> u64 {
    let mut lower = [0; MEDIUM_BYTES_MAX];
    match lower.get_mut(..run.len()) {
        Some(lower) => {
            lower.copy_from_slice(run);
            lower.make_ascii_lowercase();
            term_hash(lower)
        }
        None => term_hash(&run.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<u64> {
        let found = |bytes: &[u8]| {
            let mut hashes = Vec::new();
            for_each_term(bytes, text.len(), 3, |hash| hashes.push(hash));
            hashes
        };
        let hashes = found(text.as_bytes());
        for behind in ["a", "-abc", &"a".repeat(100)] {
            assert_eq!(found(format!("{text}{behind}").as_bytes()), hashes, "{text} {behind}");
        }
        hashes
    }

    fn expected(text: &str) -> Vec<u64> {
        let lower = text.to_ascii_lowercase();
        let runs = lower.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
        runs.filter(|run| run.len() >= 3).map(term_hash).collect()
    }

    #[test]
    fn terms_are_found_wherever_they_lie() {
        for text in ["", "a", "ab abc", "Error in Service-42", "größe straße", "abc", " abc", "abc ", "-abc-DEF-12-345"]
        {
            assert_eq!(found(text), expected(text), "{text}");
        }
        for length in 1..200 {
            for gap in [1, 2, 7, 64] {
                let text = ["xQ7Z".repeat(50)[..length].to_owned(), "Y".repeat(length)].join(&" ".repeat(gap));
                assert_eq!(found(&text), expected(&text), "{length} {gap}");
                let moved = format!("{}{text}", ".".repeat(gap));
                assert_eq!(found(&moved), expected(&moved), "{length} {gap}");
            }
        }
    }
}
