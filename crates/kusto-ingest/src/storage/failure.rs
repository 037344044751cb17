//! A storage account that did not do what it was asked to.

use std::{error::Error as StdError, fmt};

use azure_core::error::ErrorKind;

use crate::{Error, resources::ResourceUri};

/// Statuses after which the same request may succeed.
const TRANSIENT: [u16; 6] = [408, 429, 500, 502, 503, 504];
/// Statuses of a signature that has expired, or of a resource that is there no more.
const OUTDATED: [u16; 4] = [401, 403, 404, 410];

/// See the file's header. Shows no signature.
#[derive(Debug, Clone)]
pub(crate) struct StorageFailure {
    /// What was being done, such as `uploading a block`.
    doing: &'static str,
    location: String,
    status: Option<u16>,
    cause: String,
}

impl StorageFailure {
    /// Returns the failure of a request that got an answer.
    pub(super) fn answered(doing: &'static str, resource: &ResourceUri, status: u16, cause: impl Into<String>) -> Self {
        Self { doing, location: resource.location(), status: Some(status), cause: cause.into() }
    }

    /// Returns the failure of a request that got none.
    fn unanswered(doing: &'static str, resource: &ResourceUri, cause: impl Into<String>) -> Self {
        Self { doing, location: resource.location(), status: None, cause: cause.into() }
    }

    /// Returns what Azure's libraries tell. Their transport has taken URLs out already.
    pub(super) fn of_library(doing: &'static str, resource: &ResourceUri, error: &azure_core::Error) -> Self {
        match error.kind() {
            ErrorKind::HttpResponse { status, error_code, .. } => {
                Self::answered(doing, resource, (*status).into(), error_code.as_deref().unwrap_or("no error code"))
            }
            _ => Self::unanswered(doing, resource, deepest(error)),
        }
    }

    /// Returns the failure of a request without its URL.
    pub(super) fn of_request(doing: &'static str, resource: &ResourceUri, error: reqwest::Error) -> Self {
        Self::unanswered(doing, resource, deepest(&error.without_url()))
    }

    pub(super) fn timed_out(doing: &'static str, resource: &ResourceUri) -> Self {
        Self::unanswered(doing, resource, format!("no answer within {} seconds", super::REQUEST_TIME_MAX.as_secs()))
    }

    /// Says whether the same request may succeed.
    pub(crate) fn is_transient(&self) -> bool {
        self.status.is_none_or(|status| TRANSIENT.contains(&status))
    }

    /// Says whether fresh resources may help.
    pub(crate) fn is_outdated(&self) -> bool {
        self.status.is_some_and(|status| OUTDATED.contains(&status))
    }

    /// Returns the HTTP status, if there was an answer.
    pub(crate) const fn status(&self) -> Option<u16> {
        self.status
    }
}

impl fmt::Display for StorageFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {} at {}", self.doing, self.cause, self.location)
    }
}

impl StdError for StorageFailure {}

impl From<StorageFailure> for Error {
    fn from(failure: StorageFailure) -> Self {
        let permanent = !failure.is_transient() && !failure.is_outdated();
        let status = failure.status.map(|status| format!(" (status {status})")).unwrap_or_default();
        let reason = format!("{}{status} at {}", failure.cause, failure.location);
        Self::Storage { operation: failure.doing, reason, status: failure.status, permanent }
    }
}

/// Returns the innermost cause: the outer ones only say that a request failed.
fn deepest(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
