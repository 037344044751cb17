//! Terms of string values: maximal runs of ASCII letters and digits, lower-cased, of three characters or more.
//!
//! Kusto's `has` looks for whole terms, ignoring case (<https://learn.microsoft.com/kusto/query/datatypes-string-operators>).
//! Runs end at every other byte, also at non-ASCII letters. That is safe whatever the operator takes for a boundary:
//! where a text holds the searched text literally, it holds the ASCII runs of it. Only three letters fold into ASCII
//! from outside (K, ſ, İ); a row group that holds one of them gets no filter.

use arrow::array::{Array as _, ArrayRef, AsArray as _, ByteView};

use self::{distinct_hashes::DistinctHashes, runs::for_each_term, term_hash::term_hash};
use super::term_filter;

mod distinct_hashes;
mod runs;
mod term_hash;

/// Shorter runs are not kept: nearly every block would hold them.
pub(super) const TERM_BYTES_MIN: usize = 3;
/// A row group with more distinct terms in a column gets no filter for it.
const DISTINCT_MAX: usize = 2_000_000;
/// Hashes seen lately; most terms of a log repeat, and need not be gathered again.
const RECENT: usize = 4096;

/// Short values seen lately; columns of few values repeat them in nearly every row.
const RECENT_VALUES: usize = 2048;
/// Longest value that a string view holds by itself, and with it all that there is to compare.
const INLINE_BYTES_MAX: u32 = 12;
/// Spreads views over the slots of those seen lately.
const VIEW_FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// Collects the distinct terms of one column in one row group.
pub(super) struct TermCollector {
    hashes: DistinctHashes,
    recent: Box<[u64; RECENT]>,
    /// Not everything that may match is in the set.
    incomplete: bool,
    /// The views of short values seen lately. None is the empty string's, which has no terms.
    recent_values: Box<[u128; RECENT_VALUES]>,
}

impl TermCollector {
    pub(super) fn new() -> Self {
        Self {
            hashes: DistinctHashes::default(),
            recent: Box::new([0; RECENT]),
            incomplete: false,
            recent_values: Box::new([0; RECENT_VALUES]),
        }
    }

    /// Adds the terms of a string column.
    pub(super) fn add_strings(&mut self, column: &ArrayRef) {
        let Some(strings) = column.as_string_view_opt() else {
            self.incomplete = true;
            return;
        };
        let buffers = strings.data_buffers();
        // Asked once, not for each text.
        let are_ascii = buffers.iter().all(|buffer| buffer.is_ascii());
        for (row, view) in strings.views().iter().enumerate() {
            if self.incomplete {
                return;
            }
            if strings.is_null(row) {
                continue;
            }
            let length = *view as u32;
            let is_ascii = if length > INLINE_BYTES_MAX {
                let view = ByteView::from(*view);
                self.add_text(&buffers[view.buffer_index as usize][view.offset as usize..], length);
                are_ascii
            } else if self.is_recent(*view) {
                true
            } else {
                let text = (*view >> u32::BITS).to_le_bytes();
                self.add_text(&text, length);
                text.is_ascii()
            };
            self.incomplete |= !is_ascii && folds_into_ascii(strings.value(row));
        }
    }

    /// Adds the values of a guid column.
    pub(super) fn add_guids(&mut self, column: &ArrayRef) {
        let Some(guids) = column.as_fixed_size_binary_opt() else {
            self.incomplete = true;
            return;
        };
        for row in (0..guids.len()).filter(|row| guids.is_valid(*row)) {
            self.insert(term_hash(guids.value(row)));
        }
    }

    /// Returns the filter of what was added and starts afresh; `None` if it would not be complete.
    pub(super) fn take_filter(&mut self) -> Option<Vec<u8>> {
        let distinct = (!self.incomplete).then(|| self.hashes.count()).filter(|distinct| *distinct <= DISTINCT_MAX);
        let filter = distinct.map(|distinct| term_filter::build(self.hashes.all(), distinct));
        self.hashes.clear();
        self.recent.fill(0);
        self.recent_values.fill(0);
        self.incomplete = false;
        filter
    }

    /// Says whether the short value of `view` was added lately, and remembers it.
    fn is_recent(&mut self, view: u128) -> bool {
        let mixed = (view as u64 ^ (view >> 64) as u64).wrapping_mul(VIEW_FACTOR);
        let slot = &mut self.recent_values[(mixed >> 32) as usize % RECENT_VALUES];
        std::mem::replace(slot, view) == view
    }

    /// Adds the terms of a text: the first `length` of `bytes`.
    fn add_text(&mut self, bytes: &[u8], length: u32) {
        for_each_term(bytes, length as usize, TERM_BYTES_MIN, |hash| self.insert(hash));
    }

    fn insert(&mut self, hash: u64) {
        let slot = &mut self.recent[hash as usize % RECENT];
        if *slot == hash {
            return;
        }
        *slot = hash;
        if self.hashes.insert(hash).is_some_and(|distinct| distinct > DISTINCT_MAX) {
            self.incomplete = true;
        }
    }
}

/// Returns the hashes of the terms that any text containing `text` must hold; empty if none is long enough.
pub(super) fn required_hashes(text: &str) -> Vec<u64> {
    let lower = text.to_ascii_lowercase();
    split_runs(lower.as_bytes()).filter(|run| run.len() >= TERM_BYTES_MIN).map(term_hash).collect()
}

/// Returns the hash of a guid.
pub(super) fn guid_hash(guid: [u8; 16]) -> u64 {
    term_hash(&guid)
}

fn split_runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| !byte.is_ascii_alphanumeric())
}

fn folds_into_ascii(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{212A}' | '\u{017F}' | '\u{0130}'))
}
