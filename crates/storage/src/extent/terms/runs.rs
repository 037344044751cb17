//! Finding the terms of a text: 64 bytes at a time, without a branch for each.

use calypso_types::byte_block::{BLOCK_BYTES, ByteBlock, padded};

use super::term_hash::{SHORT_BYTES_MAX, short_hash, term_hash};

/// Finds terms. Its memory, the text in lower case with room behind it, so that sixteen bytes can be read at any place,
/// is used again for the next text.
#[derive(Debug, Default)]
pub(super) struct TermFinder {
    lower: Vec<u8>,
}

/// What is known of a text at the end of a block.
#[derive(Default)]
struct Progress {
    /// Where the run starts that reaches the end.
    start: usize,
    /// One, if there is such a run.
    within: u64,
}

impl TermFinder {
    /// Calls `visit` with the hash of each maximal run of letters and digits of at least `bytes_min` bytes.
    pub(super) fn for_each_term(&mut self, text: &[u8], bytes_min: usize, mut visit: impl FnMut(u64)) {
        let room = text.len().next_multiple_of(BLOCK_BYTES) + SHORT_BYTES_MAX;
        if self.lower.len() < room {
            self.lower.resize(room, 0);
        }
        let mut progress = Progress::default();
        let mut visit_run = |finder: &Self, start: usize, end: usize| {
            if end - start >= bytes_min {
                visit(finder.hash(start, end));
            }
        };
        let (blocks, rest) = text.as_chunks::<BLOCK_BYTES>();
        for (number, block) in blocks.iter().enumerate() {
            self.take(block, number * BLOCK_BYTES, &mut progress, &mut visit_run);
        }
        if !rest.is_empty() {
            self.take(&padded(rest), text.len() - rest.len(), &mut progress, &mut visit_run);
        } else if progress.within == 1 {
            // No block follows to end the run.
            visit_run(self, progress.start, text.len());
        }
    }

    /// Takes the next block of the text, at `base`, and visits the runs that end in it.
    #[inline]
    fn take(
        &mut self,
        block: &[u8; BLOCK_BYTES],
        base: usize,
        progress: &mut Progress,
        visit_run: &mut impl FnMut(&Self, usize, usize),
    ) {
        self.lower[base..base + BLOCK_BYTES].copy_from_slice(&block.map(|byte| byte.to_ascii_lowercase()));
        let mask = ByteBlock(block).alphanumeric();
        let before = mask << 1 | progress.within;
        let (mut starts, mut ends) = (mask & !before, !mask & before);
        if progress.within == 1 && ends != 0 {
            visit_run(self, progress.start, base + ends.trailing_zeros() as usize);
            ends &= ends - 1;
        }
        // Each end has its start before it.
        while ends != 0 {
            let (start, end) = (starts.trailing_zeros() as usize, ends.trailing_zeros() as usize);
            visit_run(self, base + start, base + end);
            starts &= starts - 1;
            ends &= ends - 1;
        }
        if starts != 0 {
            progress.start = base + starts.trailing_zeros() as usize;
        }
        progress.within = mask >> (BLOCK_BYTES - 1);
    }

    fn hash(&self, start: usize, end: usize) -> u64 {
        let length = end - start;
        match self.lower[start..].first_chunk() {
            Some(bytes) if length <= SHORT_BYTES_MAX => {
                let unwanted = (SHORT_BYTES_MAX - length) as u32 * 8;
                // At least one byte is wanted, so the shift is less than the width.
                short_hash(u128::from_le_bytes(*bytes) << unwanted >> unwanted, length)
            }
            _ => term_hash(&self.lower[start..end]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<u64> {
        let mut finder = TermFinder::default();
        // What an earlier text leaves behind must not show.
        finder.for_each_term(&b"other text of the past, ".repeat(30), 3, |_| {});
        let mut hashes = Vec::new();
        finder.for_each_term(text.as_bytes(), 3, |hash| hashes.push(hash));
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
                let text = ["x".repeat(length), "y".repeat(length)].join(&" ".repeat(gap));
                assert_eq!(found(&text), expected(&text), "{length} {gap}");
                let moved = format!("{}{text}", ".".repeat(gap));
                assert_eq!(found(&moved), expected(&moved), "{length} {gap}");
            }
        }
    }
}
