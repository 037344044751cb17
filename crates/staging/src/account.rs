//! What the rest of the server needs of a storage account for staging, built in or Azure's.

use async_trait::async_trait;
use calypso_types::DateTime;

use crate::{Entity, Error, MessageQueue, Origin, StagedBlob};

/// The kinds of staging resources, as `.get ingestion resources` names them.
///
/// <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// A blob container that clients upload into.
    TempStorage,
    /// The queue of ingestion messages.
    ReadyForAggregationQueue,
    FailedIngestionsQueue,
    SuccessfulIngestionsQueue,
    /// The table of statuses.
    StatusTable,
    /// A blob container for `.show export containers`.
    ExportContainer,
}

/// A resource that a client may use: its kind, and its URL with the signature that admits the client.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    pub kind: ResourceKind,
    /// `<scheme>://<host>:<port>/<account>/<name>?<signature>`. A secret: never logged.
    pub url: String,
}

/// A storage account that holds the blobs, queues and tables of queued ingestion.
#[async_trait]
pub trait StagingAccount: Send + Sync {
    /// Returns every resource, with signatures that are good for at least a day from `now`.
    ///
    /// `origin` is how the asking client reaches this server; an account elsewhere has its own addresses.
    ///
    /// # Errors
    /// When the account cannot be reached to make sure that its resources exist.
    async fn resources(&self, origin: &Origin, now: DateTime) -> Result<Vec<Resource>, Error>;

    /// The queue of ingestion messages.
    fn ready_queue(&self) -> &dyn MessageQueue;

    /// The queue of failures, for clients.
    fn failed_queue(&self) -> &dyn MessageQueue;

    /// The queue of successes, for clients.
    fn successful_queue(&self) -> &dyn MessageQueue;

    /// Sets properties of the status entity with these keys, creating it if it is not there.
    ///
    /// # Errors
    /// When the account refuses or cannot be reached.
    async fn merge_status(&self, partition_key: &str, row_key: &str, properties: Entity) -> Result<(), Error>;

    /// Returns the blob that `uri` (with its signature) names, if it is one of this process's own: it needs no HTTP.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it is ours but the signature does not admit reading it, [`Error::NotFound`] when it
    /// is ours and gone.
    async fn own_blob(&self, uri: &str, now: DateTime) -> Result<Option<StagedBlob>, Error>;

    /// Deletes a blob of this account, by the URI of its message. A blob that is gone already is no error; a URI that
    /// is not of this account is left alone.
    ///
    /// # Errors
    /// When the account refuses or cannot be reached.
    async fn delete_blob(&self, uri: &str) -> Result<(), Error>;
}
