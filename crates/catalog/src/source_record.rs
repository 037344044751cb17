//! What became of one posted source: where it is on its way, or how its way ended.

use calypso_model::{ExtentId, OperationId, SourceId};
use calypso_types::DateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SourceState {
    /// Its message was received; it waits for its batch to be sealed, or for a retry.
    Queued,
    /// Its batch is being ingested.
    InProgress,
    Succeeded,
    Failed,
    /// `ingestIfNotExists` found the data there already.
    Skipped,
    /// The data is there, but an update policy failed.
    PartiallySucceeded,
    Canceled,
}

impl SourceState {
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::InProgress,
        Self::Succeeded,
        Self::Failed,
        Self::Skipped,
        Self::PartiallySucceeded,
        Self::Canceled,
    ];

    /// Says whether nothing will follow.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Queued | Self::InProgress)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::PartiallySucceeded => "PartiallySucceeded",
            Self::Canceled => "Canceled",
        }
    }
}

/// The batch a source was put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceBatchRecord {
    pub id: Uuid,
    /// Why it was sealed, in the service's words.
    pub seal_reason: String,
    #[serde(with = "calypso_model::policy::ticks")]
    pub sealed_on: DateTime,
    pub items: u64,
    pub raw_bytes: u64,
}

/// Why a source failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFailure {
    /// Kusto's code.
    pub error_code: String,
    /// `Permanent`, `Transient` (a retry follows) or `Exhausted`.
    pub status: String,
    pub details: String,
    #[serde(default)]
    pub from_update_policy: bool,
}

/// See the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    pub source: SourceId,
    pub database: String,
    pub table: String,
    /// The tracked operation that posted it, if one did.
    pub operation: Option<OperationId>,
    /// The URI without secrets.
    pub path: String,
    pub state: SourceState,
    #[serde(with = "calypso_model::policy::ticks")]
    pub received_on: DateTime,
    #[serde(with = "calypso_model::policy::ticks")]
    pub updated_on: DateTime,
    /// Bytes before compression, as told or estimated.
    pub raw_bytes: u64,
    /// How often its ingestion was begun.
    pub attempts: u32,
    /// How often the process ended while it was being ingested.
    #[serde(default)]
    pub interruptions: u32,
    pub batch: Option<SourceBatchRecord>,
    /// Extents its batch was ingested into.
    #[serde(default)]
    pub extents: Vec<ExtentId>,
    /// Rows it brought.
    #[serde(default)]
    pub rows: u64,
    pub failure: Option<SourceFailure>,
}
