//! A batch: items of one table with the same ingestion properties.

use calypso_types::DateTime;

use crate::SealReason;

/// What items must have in common to share a batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatchKey {
    pub database: String,
    pub table: String,
    /// The ingestion properties in one spelling.
    pub properties: String,
}

/// A batch that takes no more items.
#[derive(Debug)]
pub struct SealedBatch<T> {
    pub key: BatchKey,
    pub reason: SealReason,
    /// When its first item came.
    pub opened_on: DateTime,
    pub raw_bytes: u64,
    /// In the order they came.
    pub items: Vec<T>,
}
