//! The resources of built-in staging: fixed, so that none need to be created.

use crate::{ResourceKind, SasResource, error::what};

/// The container that clients upload into.
pub const TEMP_CONTAINER: &str = "temp-0";
/// The container for exports and for tests of clients.
pub const EXPORT_CONTAINER: &str = "export-0";
/// The table of statuses.
pub const STATUS_TABLE: &str = "ingestionsstatus";

/// A queue of built-in staging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueName {
    ReadyForAggregation,
    FailedIngestions,
    SuccessfulIngestions,
}

impl QueueName {
    pub const ALL: [Self; 3] = [Self::ReadyForAggregation, Self::FailedIngestions, Self::SuccessfulIngestions];

    /// The name in URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadyForAggregation => "ready-for-aggregation",
            Self::FailedIngestions => "failed-ingestions",
            Self::SuccessfulIngestions => "successful-ingestions",
        }
    }

    /// The number in the index; part of the format.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::ReadyForAggregation => 0,
            Self::FailedIngestions => 1,
            Self::SuccessfulIngestions => 2,
        }
    }

    /// Whether the oldest message gives way when the queue is full: nobody may be reading notifications.
    pub(super) const fn drops_oldest(self) -> bool {
        !matches!(self, Self::ReadyForAggregation)
    }
}

/// A resource with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedResource {
    /// [`TEMP_CONTAINER`] or [`EXPORT_CONTAINER`].
    Container(&'static str),
    Queue(QueueName),
    /// [`STATUS_TABLE`].
    Table,
}

impl NamedResource {
    /// Finds the resource of a name in a URL.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        if let Some(container) = [TEMP_CONTAINER, EXPORT_CONTAINER].into_iter().find(|container| *container == name) {
            return Some(Self::Container(container));
        }
        if name.eq_ignore_ascii_case(STATUS_TABLE) {
            return Some(Self::Table);
        }
        QueueName::ALL.into_iter().find(|queue| queue.as_str() == name).map(Self::Queue)
    }

    /// Returns the container of a name in a URL.
    pub(super) fn container(name: &str) -> Result<&'static str, crate::Error> {
        match Self::find(name) {
            Some(Self::Container(container)) => Ok(container),
            _ => Err(crate::Error::NotFound { what: what::CONTAINER }),
        }
    }
}

/// What clients are told of, with the permissions that they get.
pub(crate) const GRANTED: [(ResourceKind, SasResource<'static>, &str, &str); 6] = [
    (
        ResourceKind::ReadyForAggregationQueue,
        SasResource::Queue(QueueName::ReadyForAggregation.as_str()),
        QueueName::ReadyForAggregation.as_str(),
        "raup",
    ),
    (
        ResourceKind::FailedIngestionsQueue,
        SasResource::Queue(QueueName::FailedIngestions.as_str()),
        QueueName::FailedIngestions.as_str(),
        "raup",
    ),
    (
        ResourceKind::SuccessfulIngestionsQueue,
        SasResource::Queue(QueueName::SuccessfulIngestions.as_str()),
        QueueName::SuccessfulIngestions.as_str(),
        "raup",
    ),
    (ResourceKind::TempStorage, SasResource::Container(TEMP_CONTAINER), TEMP_CONTAINER, "racwdl"),
    (ResourceKind::StatusTable, SasResource::Table(STATUS_TABLE), STATUS_TABLE, "raud"),
    (ResourceKind::ExportContainer, SasResource::Container(EXPORT_CONTAINER), EXPORT_CONTAINER, "racwdl"),
];
