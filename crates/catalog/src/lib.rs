//! The catalog: what the cluster is made of, kept in embedded SQL, and the one place where a change becomes true.
//!
//! Whatever happens elsewhere (rows in a log, extents on disk) counts only once a commit here names it. Start with
//! `catalog` (open, snapshot, update), then `commit` (what one commit writes, and what a failure leaves behind),
//! `rows` and `schema` (the stored form, see `docs/formats/catalog.md`), `load`; `recent_sources`, `journal` and
//! `operation` are three logs beside it. `ingestion_log` is a file of its own: the ways of posted sources.

mod catalog;
mod commit;
mod commit_event;
mod document;
mod error;
mod ingestion_log;
mod journal;
mod load;
mod operation;
mod operation_log;
mod recent_sources;
mod rows;
mod schema;
mod source_record;
mod statements;

pub use catalog::Catalog;
pub use commit_event::CommitEvent;
pub use error::{Error, ErrorKind};
pub use ingestion_log::{
    IngestionLog, SOURCE_RECORD_RETENTION, SOURCE_RECORDS_MAX, SOURCE_RECORDS_PER_ANSWER_MAX, SourceRecordFilter,
};
pub use journal::{JOURNAL_ROWS_MAX, JournalEntry};
pub use operation::{Operation, OperationState};
pub use operation_log::{OPERATION_RETENTION, OPERATIONS_MAX, OperationFilter};
pub use recent_sources::{SOURCE_RETENTION, SOURCES_MAX};
pub use source_record::{SourceBatchRecord, SourceFailure, SourceRecord, SourceState};
