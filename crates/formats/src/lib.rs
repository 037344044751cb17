//! Data formats and ingestion mappings: the bytes of a source become record batches in the schema of a table.
//!
//! Pure: no queues, no storage, no network, no async. Read `ingestion` for the entry points, `delimited`, `json`,
//! `w3c_log` and `typed` for the readers, `mapping` for how columns are filled, `batch` for conversion into columns,
//! `compression` and `random_access` for what comes before.

mod data_format;
mod error;
mod error_code;
mod infer;
mod ingestion;
pub mod limits;
mod validation;

mod compression;
mod random_access;
mod window;
mod zip_pattern;

mod delimited;
mod json;
mod typed;
mod w3c_log;

mod batch;
mod mapping;

#[cfg(test)]
mod testing;

pub use compression::{Compression, decompress};
pub use data_format::DataFormat;
pub use error::{Error, Position, SinkError};
pub use error_code::{IngestionErrorCategory, IngestionErrorCode};
pub use infer::infer_columns;
pub use ingestion::{BATCH_ROWS_DEFAULT, Ingestion, Options, Sink, Summary, check, read, read_body};
pub use validation::{ValidationImplications, ValidationOptions, ValidationPolicy};
pub use zip_pattern::ZipPattern;
