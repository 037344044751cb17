//! The filters of an extent: bytes behind the last row group, and a directory that says which is where.
//!
//! Directory: count (u32), then per filter column id (u32), row group (u32), offset (u64), length (u32), CRC-32C (u32);
//! then the CRC-32C of all that. The footer's entry `calypso.filters.2` gives its offset and length.

use std::collections::HashMap;

/// The footer entry that locates the directory: `offset length`.
pub(super) const FILTERS_KEY: &str = "calypso.filters.2";
const ENTRY_BYTES: usize = 24;

/// Where one filter lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FilterEntry {
    pub(super) offset: u64,
    pub(super) length: u32,
    pub(super) crc: u32,
}

/// The filters of an extent by column id and row group.
#[derive(Debug, Default)]
pub(super) struct FilterDirectory {
    entries: HashMap<(u32, u32), FilterEntry>,
}

impl FilterDirectory {
    pub(super) fn insert(&mut self, column: u32, row_group: u32, entry: FilterEntry) {
        self.entries.insert((column, row_group), entry);
    }

    pub(super) fn get(&self, column: u32, row_group: usize) -> Option<&FilterEntry> {
        self.entries.get(&(column, u32::try_from(row_group).ok()?))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.entries.len() * ENTRY_BYTES);
        bytes.extend_from_slice(&u32::try_from(self.entries.len()).unwrap_or(u32::MAX).to_le_bytes());
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| **key);
        for ((column, row_group), entry) in entries {
            bytes.extend_from_slice(&column.to_le_bytes());
            bytes.extend_from_slice(&row_group.to_le_bytes());
            bytes.extend_from_slice(&entry.offset.to_le_bytes());
            bytes.extend_from_slice(&entry.length.to_le_bytes());
            bytes.extend_from_slice(&entry.crc.to_le_bytes());
        }
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Decodes a directory; the reason if it is damaged.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let Some((body, crc)) = bytes.split_last_chunk::<4>() else {
            return Err("the filter directory is cut off");
        };
        if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return Err("the filter directory's checksum does not match");
        }
        let Some((count, entries)) = body.split_first_chunk::<4>() else {
            return Err("the filter directory is cut off");
        };
        if entries.len() != u32::from_le_bytes(*count) as usize * ENTRY_BYTES {
            return Err("the filter directory has another length than it says");
        }
        let mut directory = Self::default();
        for entry in entries.chunks_exact(ENTRY_BYTES) {
            let offset = u64::from_le_bytes(entry[8..16].try_into().expect("eight bytes"));
            let found = FilterEntry { offset, length: read_u32(entry, 16), crc: read_u32(entry, 20) };
            directory.insert(read_u32(entry, 0), read_u32(entry, 4), found);
        }
        Ok(directory)
    }
}

/// Returns the value of the footer entry.
pub(super) fn locate(offset: u64, length: usize) -> String {
    format!("{offset} {length}")
}

/// Returns offset and length in the value of the footer entry.
pub(super) fn located(value: &str) -> Option<(u64, usize)> {
    let (offset, length) = value.split_once(' ')?;
    Some((offset.parse().ok()?, length.parse().ok()?))
}

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}
