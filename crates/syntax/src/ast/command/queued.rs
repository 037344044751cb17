//! Commands around queued ingestion: what is queued from storage, and what became of it.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingestion-overview>

use super::{CommandProperties, IngestSource, TableName};

/// A command about queued ingestion.
#[derive(Debug, Clone, PartialEq)]
pub enum QueuedCommand {
    /// `.ingest-from-storage-queued into table …`
    IngestFromStorage(Box<QueuedIngestion>),
    /// `.list blobs (…) …`
    ListBlobs(BlobListing),
    /// `.show queued ingestion operations ["id" | ("id", …)] [details]`; no id is every operation.
    ShowOperations { ids: Vec<String>, details: bool },
    /// `.cancel queued ingestion operation "id" [with (reason = '…')]`
    CancelOperation { id: String, properties: CommandProperties },
}

/// `.ingest-from-storage-queued into table [database('d').]T [EnableTracking=…] [SkipBatching=…]
/// [CompressionFactor=…] [with (…)] <| source`
///
/// <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-storage-queued>
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedIngestion {
    pub table: TableName,
    /// `None` when not written; the documentation also writes it among the properties.
    pub enable_tracking: Option<bool>,
    /// `None` when not written.
    pub skip_batching: Option<bool>,
    /// How many bytes a compressed byte stands for when batches are measured; positive and finite.
    pub compression_factor: Option<f64>,
    pub properties: CommandProperties,
    pub source: QueuedSource,
}

/// What `.ingest-from-storage-queued` reads.
#[derive(Debug, Clone, PartialEq)]
pub enum QueuedSource {
    /// `'uri' 'uri' …`
    Blobs(Vec<IngestSource>),
    /// `.list blobs (…) …`
    Listing(BlobListing),
}

/// `.list blobs ('uri', …) [Prefix='…'] [Suffix='…'] [MaxFiles=n] [PathFormat=(…)]`
///
/// <https://learn.microsoft.com/kusto/management/data-ingestion/list-blobs>
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlobListing {
    /// Containers, or containers with the beginning of the blobs' paths.
    pub locators: Vec<IngestSource>,
    /// What the blobs' names behind the locator begin with.
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub files_max: Option<u64>,
    pub path_format: Option<PathFormat>,
}

/// `("text" datetime_pattern("pattern", variable) "text" …)`: where in a blob's path a time stands. At least one
/// piece captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFormat(pub Vec<PathPiece>);

/// A piece of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPiece {
    /// Text as it stands in the path.
    Text(String),
    /// A time, written as the .NET pattern says.
    Time { pattern: String, variable: String },
}
