//! Where rows live: the row log makes a streamed row durable, the row store makes it visible, a seal turns it into an
//! extent, merges and retention look after extents. One commit of the catalog decides every step.
//!
//! Knows no KQL, no HTTP and no query engine. Start with `storage` (open, and what it recovers), then follow a row:
//! `append` → `row_log` → `row_store` → `seal` → `extent`; or a file: `ingest` → `extent`. `snapshot` and `scan` are how
//! a query sees both. `merge`, `retention` and `garbage` run from `maintenance`.
//!
//! # Why no acknowledged row is lost or doubled
//!
//! A row is acknowledged after its record is synced and it is in the row store. A seal takes the rows of a table below
//! a position P, writes them to a durable extent that nobody knows yet, then commits *add the extent* and *sealed
//! through P* at once, and only then forgets the rows. Replay after a crash keeps records at or above the table's
//! sealed position: before the commit all rows are in the log and the extent is an orphan that the next start
//! removes; after it they are in the extent and the log's copy no longer counts. A query takes the row stores first and the
//! catalog version second, and ignores rows below that version's sealed position, so it sees each row once.

mod error;
mod settings;
mod storage;

mod append;
mod keyed_lock;
mod row_log;
mod row_schema;
mod row_store;

mod extent;
mod extent_files;
mod extent_set;

mod batch_channel;
mod clear;
mod ingest;
mod seal;
mod sources;

mod ingestion_times;
mod scan;
mod snapshot;
mod statistics;
mod system_columns;

mod garbage;
mod maintenance;
mod merge;
mod move_extents;
mod operations;
mod retention;

#[cfg(test)]
mod tests;

pub use append::{AppendRows, Appended};
pub use batch_channel::{BatchReceiver, BatchSender, batch_channel};
pub use error::{Error, ErrorKind};
pub use extent_files::{ExtentFiles, ExtentSink, ExtentSource, LocalExtentFiles};
pub use ingest::{DerivedExtents, IngestOptions, Ingested, WrittenExtents};
pub use maintenance::Maintenance;
pub use move_extents::ExtentMove;
pub use row_log::{LocalLogFiles, LogFile, LogFiles};
pub use scan::{ScanUnit, TableScan};
pub use seal::SealReason;
pub use settings::*;
pub use snapshot::StorageSnapshot;
pub use sources::SourceReservation;
pub use statistics::{RowStoreStatistics, TableDetails};
pub use storage::{Storage, StorageComponents};
pub use system_columns::SystemColumn;
