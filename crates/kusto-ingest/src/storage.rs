//! Requests to the storage accounts of queued ingestion: blobs and queues through Azure's libraries, entities of tables
//! by two calls of our own, for which there is no library that is kept up.
//!
//! Every URL here has its signature in the query. What leaves this module, errors above all, has it no more.

mod attempts;
mod blob;
mod failure;
mod queue;
mod table;
mod transport;

pub(crate) use attempts::Attempts;
pub(crate) use blob::{BLOCKS_MAX, BlobWriter};
pub(crate) use failure::StorageFailure;
pub(crate) use queue::{MESSAGES_PER_CALL_MAX, QueueReader, QueuedText, post_message};
pub(crate) use table::StatusTable;
pub(crate) use transport::StorageTransport;

/// Longest time for one request to a storage account, of at most 4 MiB.
const REQUEST_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(120);
