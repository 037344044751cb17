//! Decoded columns of row groups that queries read again: decoding Parquet costs more than most operators on top.
//!
//! Bounded by bytes; the least recently used go first. While there is room everything read is kept; a full cache takes
//! a column only when it was wanted before, so that one scan of a large table does not sweep out what is used often.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use arrow::array::{Array, ArrayRef, AsArray as _};
use calypso_model::ExtentId;
use parking_lot::Mutex;

/// Columns refused lately that are remembered, to be taken when they come again.
const REFUSED_MAX: usize = 65_536;

/// One column of one row group, in batches of `SCAN_BATCH_ROWS` rows.
pub(super) type DecodedColumn = Arc<Vec<ArrayRef>>;

/// A column of a row group of an extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ColumnKey {
    pub(super) extent: ExtentId,
    pub(super) row_group: usize,
    pub(super) column: u32,
}

/// The cache of one storage.
pub(crate) struct ColumnCache {
    bytes_max: u64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    columns: HashMap<ColumnKey, Entry>,
    bytes: u64,
    uses: u64,
    refused: HashSet<ColumnKey>,
    refused_in_order: VecDeque<ColumnKey>,
}

struct Entry {
    column: DecodedColumn,
    bytes: u64,
    used: u64,
}

impl ColumnCache {
    /// Makes a cache that holds at most `bytes_max` bytes; 0 turns it off.
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self { bytes_max, held: Mutex::default() }
    }

    pub(super) fn get(&self, key: ColumnKey) -> Option<DecodedColumn> {
        let mut held = self.held.lock();
        held.uses += 1;
        let used = held.uses;
        let entry = held.columns.get_mut(&key)?;
        entry.used = used;
        Some(entry.column.clone())
    }

    /// Offers a column that was just decoded.
    pub(super) fn put(&self, key: ColumnKey, column: &DecodedColumn) {
        let bytes = bytes_of(column);
        // A column that would take a quarter of the cache for itself is not worth it.
        if bytes > self.bytes_max / 4 {
            return;
        }
        let mut held = self.held.lock();
        let is_full = held.bytes + bytes > self.bytes_max;
        if held.columns.contains_key(&key) || (is_full && !held.was_refused(key)) {
            return;
        }
        held.make_room(self.bytes_max.saturating_sub(bytes));
        held.uses += 1;
        let used = held.uses;
        held.bytes += bytes;
        held.columns.insert(key, Entry { column: column.clone(), bytes, used });
    }

    /// Forgets an extent that is dropped.
    pub(crate) fn forget(&self, extent: ExtentId) {
        let mut held = self.held.lock();
        let dropped: u64 = held.columns.extract_if(|key, _| key.extent == extent).map(|(_, entry)| entry.bytes).sum();
        held.bytes -= dropped;
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> u64 {
        self.held.lock().bytes
    }
}

impl Held {
    /// Says whether `key` was refused lately; if not, it is from now on.
    fn was_refused(&mut self, key: ColumnKey) -> bool {
        if self.refused.remove(&key) {
            return true;
        }
        self.refused.insert(key);
        self.refused_in_order.push_back(key);
        if self.refused_in_order.len() > REFUSED_MAX
            && let Some(oldest) = self.refused_in_order.pop_front()
        {
            self.refused.remove(&oldest);
        }
        false
    }

    fn make_room(&mut self, bytes_max: u64) {
        if self.bytes <= bytes_max {
            return;
        }
        let mut by_use: Vec<(u64, ColumnKey)> = self.columns.iter().map(|(key, entry)| (entry.used, *key)).collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        // A little more than needed, so that the next column does not sort them all again.
        let goal = bytes_max - bytes_max / 16;
        for (_, key) in by_use {
            if self.bytes <= goal {
                return;
            }
            if let Some(entry) = self.columns.remove(&key) {
                self.bytes -= entry.bytes;
            }
        }
    }
}

/// Bytes that a column keeps alive; buffers shared by its batches (pages, dictionaries) counted once.
fn bytes_of(column: &[ArrayRef]) -> u64 {
    let mut buffers: HashMap<*const u8, usize> = HashMap::new();
    let mut bytes = 0;
    for array in column {
        if let Some(strings) = array.as_string_view_opt() {
            bytes += size_of_val::<[u128]>(strings.views()) + array.len() / 8;
            buffers.extend(
                strings
                    .data_buffers()
                    .iter()
                    .map(|buffer| (buffer.data_ptr().as_ptr().cast_const(), buffer.capacity())),
            );
        } else {
            bytes += array.get_buffer_memory_size();
        }
    }
    (bytes + buffers.values().sum::<usize>()) as u64
}
