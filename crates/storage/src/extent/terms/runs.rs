//! Finding the terms of a text: 64 bytes at a time, without a branch for each.

use calypso_types::byte_block::{BLOCK_BYTES, ask_from};

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

/// Calls `visit` with the hash of each maximal run of letters and digits of at least `bytes_min` bytes, in lower case.
pub(super) fn for_each_term(text: &[u8], bytes_min: usize, mut visit: impl FnMut(u64)) {
    let mut visit_run = |start: usize, end: usize| {
        if end - start >= bytes_min {
            visit(run_hash(text, start, end));
        }
    };
    // Where the run starts that reaches the end of the last block; one, if there is such a run.
    let (mut open, mut within) = (0, 0);
    for base in (0..text.len()).step_by(BLOCK_BYTES) {
        let mask = ask_from(text, base, |block, shift| block.alphanumeric() >> shift);
        let before = mask << 1 | within;
        let (mut starts, mut ends) = (mask & !before, !mask & before);
        if within == 1 && ends != 0 {
            visit_run(open, base + ends.trailing_zeros() as usize);
            ends &= ends - 1;
        }
        // Each end has its start before it.
        while ends != 0 {
            visit_run(base + starts.trailing_zeros() as usize, base + ends.trailing_zeros() as usize);
            starts &= starts - 1;
            ends &= ends - 1;
        }
        if starts != 0 {
            open = base + starts.trailing_zeros() as usize;
        }
        within = mask >> (BLOCK_BYTES - 1);
    }
    if within == 1 {
        // The text ends with a block, and no further one has ended the run.
        visit_run(open, text.len());
    }
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

/// Returns the hash of the run from `start` to `end` in lower case.
#[inline(always)]
fn run_hash(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    if length > SHORT_BYTES_MAX {
        return long_run_hash(&text[start..end]);
    }
    let bytes = match (text[start..].first_chunk(), text.last_chunk::<SHORT_BYTES_MAX>()) {
        (Some(bytes), _) => u128::from_le_bytes(*bytes),
        (None, Some(bytes)) => u128::from_le_bytes(*bytes) >> ((start + SHORT_BYTES_MAX - text.len()) * 8),
        (None, None) => {
            let mut bytes = [0; SHORT_BYTES_MAX];
            bytes[..length].copy_from_slice(&text[start..end]);
            u128::from_le_bytes(bytes)
        }
    };
    short_hash((bytes | SMALL_LETTERS) & FIRST_BYTES[length], length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<u64> {
        let mut hashes = Vec::new();
        for_each_term(text.as_bytes(), 3, |hash| hashes.push(hash));
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
