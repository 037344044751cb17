//! How the outcome of a queued ingestion is told: messages of the two notification queues, statuses, failure kinds.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-status>

use calypso_types::DateTime;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, base64_text, ingestion_message::message_object, members::Members};

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

    /// Finds a status by its name, without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(name))
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

    /// Finds a failure status by its name, without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(name))
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
    /// Reads the text of a message of either queue: JSON, or base64 of it. A guid that is missing is all zeros; what
    /// tells neither of a success nor of a failure counts as a success.
    ///
    /// # Errors
    /// When it is neither, or does not name its source.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document = message_object(text)?;
        let members = Members(&document);
        let guid = |name| members.text(name).and_then(|text| Uuid::try_parse(text.trim()).ok());
        let time = |name| members.text(name).and_then(|text| DateTime::parse(&text));
        let source_id = guid("IngestionSourceId").ok_or(Error::MissingMember("IngestionSourceId"))?;
        let error_code = members.text("ErrorCode").filter(|code| !code.is_empty());
        let failure = (error_code.is_some() || members.get("FailedOn").is_some()).then(|| FailureNotice {
            details: members.text("Details").unwrap_or_default(),
            error_code: error_code.unwrap_or_else(|| "Unknown".to_owned()),
            failure_status: members
                .text("FailureStatus")
                .and_then(|text| FailureStatus::parse(&text))
                .unwrap_or(FailureStatus::Unknown),
            originates_from_update_policy: members.flag("OriginatesFromUpdatePolicy"),
            should_retry: members.flag("ShouldRetry"),
        });
        Ok(Self {
            operation_id: guid("OperationId").unwrap_or_default(),
            database: members.text("Database").unwrap_or_default(),
            table: members.text("Table").unwrap_or_default(),
            at: time("FailedOn").or_else(|| time("SucceededOn")).unwrap_or(DateTime::MIN),
            source_id,
            source_path: members.text("IngestionSourcePath").unwrap_or_default(),
            root_activity_id: guid("RootActivityId").unwrap_or_default(),
            failure,
        })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn success() -> IngestionNotice {
        IngestionNotice {
            operation_id: Uuid::from_u128(1),
            database: "db".to_owned(),
            table: "T".to_owned(),
            at: DateTime::UNIX_EPOCH,
            source_id: Uuid::from_u128(2),
            source_path: "http://h/b".to_owned(),
            root_activity_id: Uuid::from_u128(3),
            failure: None,
        }
    }

    #[test]
    fn notices_that_are_written_are_read_again() {
        assert_eq!(IngestionNotice::parse(&success().to_text()).unwrap(), success());
        let failure = FailureNotice {
            details: "no".to_owned(),
            error_code: "BadRequest_EmptyBlob".to_owned(),
            failure_status: FailureStatus::Permanent,
            originates_from_update_policy: false,
            should_retry: false,
        };
        let failed = IngestionNotice { failure: Some(failure), ..success() };
        assert_eq!(IngestionNotice::parse(&failed.to_text()).unwrap(), failed);
    }

    #[test]
    fn a_notice_without_its_source_is_refused() {
        assert_eq!(IngestionNotice::parse("{}"), Err(Error::MissingMember("IngestionSourceId")));
    }
}
