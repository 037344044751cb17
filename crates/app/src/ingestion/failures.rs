//! The ingestions that failed lately, for `.show ingestion failures`. Kept in memory.

use std::collections::VecDeque;

use calypso_model::OperationId;
use calypso_types::DateTime;
use parking_lot::Mutex;
use uuid::Uuid;

/// Failures kept; the oldest are forgotten first.
const FAILURES_MAX: usize = 10_000;

/// One failed ingestion.
#[derive(Debug, Clone)]
pub(crate) struct IngestionFailure {
    pub(crate) operation: OperationId,
    /// `DataIngestPull`, `TableAppend`, ….
    pub(crate) operation_kind: String,
    pub(crate) database: String,
    pub(crate) table: String,
    pub(crate) failed_on: DateTime,
    /// The URI of the source without its secrets; empty for queries.
    pub(crate) source_path: String,
    pub(crate) details: String,
    pub(crate) permanent: bool,
    pub(crate) activity_id: Uuid,
    pub(crate) error_code: String,
    pub(crate) principal: String,
    pub(crate) user: String,
    pub(crate) properties: String,
    pub(crate) sources: u64,
    /// An update policy failed, not the ingestion that triggered it.
    pub(crate) from_update_policy: bool,
}

/// See the file's header.
#[derive(Default)]
pub(crate) struct IngestionFailures {
    failures: Mutex<VecDeque<IngestionFailure>>,
}

impl IngestionFailures {
    pub(crate) fn note(&self, failure: IngestionFailure) {
        let mut failures = self.failures.lock();
        if failures.len() >= FAILURES_MAX {
            failures.pop_front();
        }
        failures.push_back(failure);
    }

    /// Returns the failures, oldest first.
    pub(crate) fn list(&self) -> Vec<IngestionFailure> {
        self.failures.lock().iter().cloned().collect()
    }
}
