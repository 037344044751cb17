//! One run of a management command, an ingestion or a background job, as `.show operations` lists it.
//!
//! <https://learn.microsoft.com/kusto/management/show-operations>

use calypso_model::OperationId;
use calypso_types::{DateTime, TimeSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The states of `.show operations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OperationState {
    InProgress,
    Completed,
    Failed,
    PartiallySucceeded,
    /// The server stopped before the operation finished.
    Abandoned,
    BadInput,
    Scheduled,
    Throttled,
    Canceled,
    Skipped,
}

impl OperationState {
    /// Returns Kusto's spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::PartiallySucceeded => "PartiallySucceeded",
            Self::Abandoned => "Abandoned",
            Self::BadInput => "BadInput",
            Self::Scheduled => "Scheduled",
            Self::Throttled => "Throttled",
            Self::Canceled => "Canceled",
            Self::Skipped => "Skipped",
        }
    }

    /// Returns whether nothing more will happen.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::InProgress | Self::Scheduled)
    }
}

/// The latest state of an operation. Kusto keeps a record per state change; this catalog keeps the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    pub id: OperationId,
    /// Kusto's command alias: `TableCreate`, `DataIngestPull`, `RowStoreSeal`, `ExtentsMerge`, `ExtentsDrop`, …
    pub operation: String,
    #[serde(default)]
    pub node_id: String,
    #[serde(with = "calypso_model::policy::ticks")]
    pub started_on: DateTime,
    #[serde(with = "calypso_model::policy::ticks")]
    pub last_updated_on: DateTime,
    pub state: OperationState,
    /// What went wrong, or progress; empty when there is nothing to say.
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub root_activity_id: Uuid,
    /// Whether trying again may help.
    #[serde(default)]
    pub should_retry: bool,
    /// Empty for an operation on the cluster.
    #[serde(default)]
    pub database: String,
    #[serde(default)]
    pub principal: String,
    #[serde(default)]
    pub user: String,
    #[serde(with = "calypso_model::policy::ticks")]
    pub admin_epoch_start_time: DateTime,
}

impl Operation {
    /// Returns an operation that starts now, in progress.
    #[must_use]
    pub fn start(id: OperationId, operation: &str, database: &str, now: DateTime) -> Self {
        Self {
            id,
            operation: operation.to_owned(),
            node_id: String::new(),
            started_on: now,
            last_updated_on: now,
            state: OperationState::InProgress,
            status: String::new(),
            root_activity_id: Uuid::nil(),
            should_retry: false,
            database: database.to_owned(),
            principal: String::new(),
            user: String::new(),
            admin_epoch_start_time: now,
        }
    }

    /// Returns the operation in another state.
    #[must_use]
    pub fn into_state(mut self, state: OperationState, status: &str, now: DateTime) -> Self {
        self.state = state;
        status.clone_into(&mut self.status);
        self.last_updated_on = now;
        self
    }

    /// Returns the time from the start to the last update.
    #[must_use]
    pub fn duration(&self) -> TimeSpan {
        TimeSpan(self.last_updated_on.0.saturating_sub(self.started_on.0))
    }
}
