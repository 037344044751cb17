//! A stored document: JSON text with a CRC-32C that also covers the row's keys.

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::error::Error;

/// A document about to be written, with the keys of its row.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// First key: the id, or the database of a function; empty where a row has none.
    pub(crate) key: Vec<u8>,
    /// Second key: the owner's id, or a function's name; empty where a row has none.
    pub(crate) second_key: Vec<u8>,
    pub(crate) text: String,
    pub(crate) crc32c: u32,
}

impl Document {
    /// Encodes `entity` for a row of `table`.
    pub(crate) fn encode<T: Serialize>(
        table: &'static str,
        key: &[u8],
        second_key: &[u8],
        entity: &T,
    ) -> Result<Self, Error> {
        let text = serde_json::to_string(entity)
            .map_err(|source| Error::Encode { entity: format!("a row of '{table}'"), source })?;
        let crc32c = checksum(table, key, second_key, text.as_bytes());
        Ok(Self { key: key.to_vec(), second_key: second_key.to_vec(), text, crc32c })
    }
}

/// A row as it was read. Every byte of it is doubted until `verify`.
#[derive(Debug)]
pub(crate) struct StoredRow {
    pub(crate) table: &'static str,
    /// SQLite's row id, to name the row in errors.
    pub(crate) row: i64,
    pub(crate) key: Vec<u8>,
    pub(crate) second_key: Vec<u8>,
    pub(crate) document: Vec<u8>,
    pub(crate) crc32c: i64,
}

impl StoredRow {
    /// Checks the checksum.
    pub(crate) fn verify(&self) -> Result<(), Error> {
        let computed = checksum(self.table, &self.key, &self.second_key, &self.document);
        if i64::from(computed) == self.crc32c {
            return Ok(());
        }
        Err(self.corrupt(format!("checksum is {computed:08x}, stored {:08x}", self.crc32c)))
    }

    /// Checks the checksum and parses the document.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.verify()?;
        serde_json::from_slice(&self.document).map_err(|error| self.corrupt(format!("not readable: {error}")))
    }

    /// Returns the second key as an id.
    pub(crate) fn owner(&self) -> Result<Uuid, Error> {
        Uuid::from_slice(&self.second_key).map_err(|_| self.corrupt("the owner's id is not 16 bytes".to_owned()))
    }

    /// Checks that document and keys speak of the same entity.
    pub(crate) fn require(&self, holds: bool, what: &str) -> Result<(), Error> {
        if holds { Ok(()) } else { Err(self.corrupt(what.to_owned())) }
    }

    pub(crate) fn corrupt(&self, reason: String) -> Error {
        Error::Corrupt { table: self.table, row: self.row, reason }
    }
}

/// Returns the CRC-32C of a row: the table's name, both keys with their lengths, and the document. Keys count, so that
/// a document found under another row's keys is recognised as damage.
pub(crate) fn checksum(table: &str, key: &[u8], second_key: &[u8], document: &[u8]) -> u32 {
    let mut crc = crc32c::crc32c(table.as_bytes());
    for part in [key, second_key] {
        crc = crc32c::crc32c_append(crc, &(part.len() as u64).to_le_bytes());
        crc = crc32c::crc32c_append(crc, part);
    }
    crc32c::crc32c_append(crc, document)
}

/// Returns the checksum of the one row of `cluster`.
pub(crate) fn version_checksum(id: Uuid, version: i64) -> u32 {
    checksum("cluster", id.as_bytes(), &[], &version.to_le_bytes())
}
