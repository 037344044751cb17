//! Staging storage: the blobs, queues and tables between a client of queued ingestion and the batching manager.
//!
//! Clients speak Azure Storage's protocols with it. `account` is what the rest of the server needs of it, `local` the
//! one that the server brings, `azure` one in Azure Storage, `sas` the signatures that admit clients, `wire` the bodies of the protocols.

mod account;
mod azure;
mod entity;
mod error;
mod local;
mod origin;
mod queue;
mod sas;
mod staged_blob;
pub mod uri;
pub mod wire;

pub use account::{Resource, ResourceKind, StagingAccount};
pub use azure::{AzureConnection, AzureStaging};
pub use entity::{Entity, EntityValue};
pub use error::{Error, what};
pub use local::*;
pub use origin::Origin;
pub use queue::{MESSAGES_PER_CALL_MAX, Message, MessageQueue, Receipt};
pub use sas::{AccountKey, HTTPS_ONLY, LACKS_PERMISSION, SasResource, SharedAccess, SignatureMatch};
pub use staged_blob::StagedBlob;
