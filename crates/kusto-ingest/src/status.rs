//! Following a queued source to its end: by the table of statuses, by the queues of notices, or by REST.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-status>,
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-status-http>

mod by_operation;
mod by_queue;
mod by_table;
mod poll;
mod untracked;

pub(crate) use by_operation::ByOperation;
pub(crate) use by_queue::ByQueue;
pub(crate) use by_table::{ByTable, pending_entity};
pub(crate) use poll::Poll;
pub(crate) use untracked::Untracked;

use uuid::Uuid;

/// What is followed.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    pub(crate) source_id: Uuid,
    pub(crate) database: String,
    pub(crate) table: String,
    /// Without the signature.
    pub(crate) blob_path: String,
}
