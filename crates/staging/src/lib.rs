//! Staging storage: the blobs, queues and tables between a client of queued ingestion and the batching manager.
//!
//! Clients speak Azure Storage's protocols with it. `account` is what the rest of the server needs of it.

mod account;
mod entity;
mod error;
mod origin;
mod queue;
mod staged_blob;

pub use account::{Resource, ResourceKind, StagingAccount};
pub use entity::{Entity, EntityValue};
pub use error::Error;
pub use origin::Origin;
pub use queue::{MESSAGES_PER_CALL_MAX, Message, MessageQueue, Receipt};
pub use staged_blob::StagedBlob;
