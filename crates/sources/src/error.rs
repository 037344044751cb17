//! Why a source could not be read, in the codes of Kusto's ingestion errors.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/ingestion-errors>

use std::io;

/// What the caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Name another source, or give it other credentials.
    Argument,
    /// The server's settings do not let sources come from there.
    Refused,
    /// Kusto knows it, this crate does not.
    NotSupported,
    TooLarge,
    /// The source may answer later.
    Unavailable,
    /// This machine's disk or its HTTP client is at fault.
    Internal,
    /// The caller gave up.
    Cancelled,
}

/// An error of a source. Its text has no secrets: a source is named without its credentials.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("The URI of the source is empty")]
    EmptyUri,
    #[error("'{location}' is not a source that can be read: {reason}")]
    InvalidUri { location: String, reason: String },
    /// `what` is a noun.
    #[error("{what} is not supported")]
    NotSupported { what: String },
    #[error("The source is a file of the server's machine; reading those is not allowed by the server's settings")]
    LocalFilesNotAllowed,
    #[error("The source '{location}' cannot be fetched: {reason}")]
    Refused { location: String, reason: &'static str },
    #[error("The file cannot be opened: {0}")]
    LocalFile(io::Error),
    #[error("The source '{location}' answered with status {status}{}", .code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Answered {
        location: String,
        status: u16,
        /// What the storage service calls it, such as `AuthenticationFailed`.
        code: Option<String>,
    },
    #[error("The source has more than {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("More than {count_max} blobs lie under '{location}'; name a longer prefix")]
    TooMany { location: String, count_max: usize },
    #[error("The source '{location}' cannot be fetched: no connection came about")]
    Unreachable { location: String },
    #[error("The source '{location}' cannot be fetched: {reason}")]
    Broken { location: String, reason: &'static str },
    #[error("The server cannot write to its disk now")]
    Disk(#[source] io::Error),
    #[error("The client that fetches sources cannot be set up")]
    Client,
    #[error("The request was canceled")]
    Cancelled,
}

impl Error {
    /// Returns what the caller should do about it.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::EmptyUri
            | Self::InvalidUri { .. }
            | Self::LocalFilesNotAllowed
            | Self::LocalFile(_)
            | Self::TooMany { .. } => ErrorKind::Argument,
            Self::NotSupported { .. } => ErrorKind::NotSupported,
            Self::Refused { .. } => ErrorKind::Refused,
            Self::Answered { status, .. } => {
                if is_transient(*status) {
                    ErrorKind::Unavailable
                } else {
                    ErrorKind::Argument
                }
            }
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Unreachable { .. } | Self::Broken { .. } => ErrorKind::Unavailable,
            Self::Disk(_) | Self::Client => ErrorKind::Internal,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// Returns Kusto's code of the ingestion error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyUri => "BadRequest_EmptyBlobUri",
            Self::InvalidUri { .. } | Self::LocalFilesNotAllowed | Self::TooMany { .. } => "BadRequest_InvalidBlobUri",
            Self::NotSupported { .. } => "BadRequest_NotSupported",
            Self::Refused { .. } => "Download_Forbidden",
            Self::LocalFile(_) => "Download_SourceNotFound",
            Self::Answered { status, code, .. } => match (*status, code.as_deref()) {
                // Azure's answer to an anonymous caller of an account that is closed to those.
                (409, Some("PublicAccessNotPermitted")) => "Download_Forbidden",
                (status, _) => code_of(status),
            },
            Self::TooLarge { .. } => "BadRequest_FileTooLarge",
            Self::Unreachable { .. } => "Download_TransientNameResolutionFailure",
            Self::Broken { .. } => "Download_UnknownError",
            Self::Disk(_) | Self::Client => "General_InternalServerError",
            Self::Cancelled => "General_TransientUnclassifiedError",
        }
    }

    /// Says whether the same call would fail again however often it is retried.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.kind(), ErrorKind::Argument | ErrorKind::Refused | ErrorKind::NotSupported | ErrorKind::TooLarge)
    }
}

const fn is_transient(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

const fn code_of(status: u16) -> &'static str {
    match status {
        404 | 410 => "Download_SourceNotFound",
        401 | 403 => "Download_Forbidden",
        409 | 412 => "Download_AccessConditionNotSatisfied",
        status if is_transient(status) => "Download_UnknownError",
        _ => "Download_BadRequest",
    }
}
