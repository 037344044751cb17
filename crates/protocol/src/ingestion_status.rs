//! How the outcome of a queued ingestion is told: messages of the two notification queues, statuses, failure kinds.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-status>

use calypso_types::DateTime;
use serde_json::json;
use uuid::Uuid;

use crate::base64_text;

/// The status of a source, as status entities name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IngestionStatus {
    Pending,
    Queued,
    Succeeded,
    Failed,
    /// `ingestIfNotExists` found the data there already.
    Skipped,
    /// The data is there, but an update policy failed.
    PartiallySucceeded,
    /// `.cancel queued ingestion operation` came first. Not among the statuses of entities, which show it as failed.
    Canceled,
}

impl IngestionStatus {
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Queued,
        Self::Succeeded,
        Self::Failed,
        Self::Skipped,
        Self::PartiallySucceeded,
        Self::Canceled,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Queued => "Queued",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::PartiallySucceeded => "PartiallySucceeded",
            Self::Canceled => "Canceled",
        }
    }

    /// Says whether nothing will follow.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending | Self::Queued)
    }
}

/// What is to be expected of a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureStatus {
    Unknown,
    /// A retry would fail again.
    Permanent,
    /// A retry may succeed.
    Transient,
    /// It was retried as often as the service does.
    Exhausted,
}

impl FailureStatus {
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Permanent, Self::Transient, Self::Exhausted];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Permanent => "Permanent",
            Self::Transient => "Transient",
            Self::Exhausted => "Exhausted",
        }
    }
}

/// What a failure message says beyond a success message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureNotice {
    pub details: String,
    /// Kusto's code, such as `BadRequest_MappingReferenceWasNotFound`.
    pub error_code: String,
    pub failure_status: FailureStatus,
    pub originates_from_update_policy: bool,
    pub should_retry: bool,
}

/// A message of the queue of successes or failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestionNotice {
    pub operation_id: Uuid,
    pub database: String,
    pub table: String,
    pub at: DateTime,
    pub source_id: Uuid,
    /// Without the signature.
    pub source_path: String,
    pub root_activity_id: Uuid,
    pub failure: Option<FailureNotice>,
}

impl IngestionNotice {
    /// Returns the text of the message: base64 of JSON, which every SDK decodes.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut document = json!({
            "OperationId": self.operation_id,
            "Database": self.database,
            "Table": self.table,
            "IngestionSourceId": self.source_id,
            "IngestionSourcePath": self.source_path,
            "RootActivityId": self.root_activity_id,
        });
        match &self.failure {
            None => document["SucceededOn"] = self.at.to_iso().into(),
            Some(failure) => {
                document["FailedOn"] = self.at.to_iso().into();
                document["Details"] = failure.details.as_str().into();
                document["ErrorCode"] = failure.error_code.as_str().into();
                document["FailureStatus"] = failure.failure_status.name().into();
                document["OriginatesFromUpdatePolicy"] = failure.originates_from_update_policy.into();
                document["ShouldRetry"] = failure.should_retry.into();
            }
        }
        base64_text::encode(document.to_string().as_bytes())
    }
}
