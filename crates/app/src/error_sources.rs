//! How the errors of the crates beneath become errors of the service. Particulars that may name our files are logged
//! here and do not go out.

use std::error::Error as StdError;

use calypso_catalog::{Error as CatalogError, ErrorKind as CatalogErrorKind};
use calypso_formats::{Error as FormatError, IngestionErrorCode};
use calypso_sources::{Error as SourceError, ErrorKind as SourceErrorKind};
use calypso_staging::Error as StagingError;
use calypso_storage::{Error as StorageError, ErrorKind as StorageErrorKind};
use calypso_syntax::{Diagnostic, DiagnosticCode};

use crate::{AppError, AppErrorKind};

const DISK: &str = "The server cannot read or write its storage now; try again later.";
const DAMAGED: &str = "Stored data is damaged; the server's log names the place.";
const DEFECT: &str = "The server made a mistake; its log names it.";

impl From<CatalogError> for AppError {
    fn from(error: CatalogError) -> Self {
        match error.kind() {
            CatalogErrorKind::NotFound => Self::new(
                AppErrorKind::NotFound,
                "BadRequest_EntityNotFound",
                "Kusto.Data.Exceptions.EntityNotFoundException",
                format!("{error}."),
            ),
            CatalogErrorKind::AlreadyExists => Self::new(
                AppErrorKind::AlreadyExists,
                "BadRequest_EntityAlreadyExists",
                "Kusto.Data.Exceptions.EntityAlreadyExistsException",
                format!("{error}."),
            ),
            CatalogErrorKind::Argument => Self::argument(error.to_string()),
            CatalogErrorKind::Conflict => Self::conflict(format!("{error}.")),
            CatalogErrorKind::Unavailable => {
                log(&error);
                Self::unavailable(DISK)
            }
            CatalogErrorKind::CorruptData => {
                log(&error);
                Self::corrupt_data(DAMAGED)
            }
            CatalogErrorKind::Internal => {
                log(&error);
                Self::internal(DEFECT)
            }
        }
    }
}

impl From<StagingError> for AppError {
    fn from(error: StagingError) -> Self {
        match error {
            StagingError::NotFound { .. } => Self::coded("Download_SourceNotFound", format!("Staging: {error}.")),
            StagingError::Forbidden { .. } => Self::coded("Download_Forbidden", format!("Staging: {error}.")),
            StagingError::AlreadyExists { .. } => Self::conflict(format!("Staging: {error}.")),
            StagingError::Unavailable { .. } => {
                log(&error);
                Self::unavailable(format!("Staging: {error}."))
            }
            _ => Self::argument(format!("Staging: {error}.")),
        }
    }
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        if let StorageError::Catalog(inner) = error {
            return inner.into();
        }
        match error.kind() {
            StorageErrorKind::NotFound => Self::new(
                AppErrorKind::NotFound,
                "BadRequest_TableNotExist",
                "Kusto.Data.Exceptions.TableNotFoundException",
                "The table was dropped meanwhile.",
            ),
            StorageErrorKind::Throttled => {
                Self::throttled(format!("Ingestion is throttled: {error}.")).with_code("General_ThrottledIngestion")
            }
            StorageErrorKind::Conflict => Self::conflict(format!("{error}.")),
            StorageErrorKind::LimitExceeded => match error {
                StorageError::RecordTooLarge { limit, .. } => Self::payload_too_large(limit),
                other => Self::limit_exceeded(other.to_string()),
            },
            StorageErrorKind::Corrupt => {
                log(&error);
                Self::corrupt_data(DAMAGED)
            }
            StorageErrorKind::Poisoned | StorageErrorKind::Io => {
                log(&error);
                Self::unavailable(DISK)
            }
            StorageErrorKind::BadRequest | StorageErrorKind::Internal => {
                log(&error);
                Self::internal(DEFECT)
            }
        }
    }
}

impl From<FormatError> for AppError {
    fn from(error: FormatError) -> Self {
        let code = error.code();
        if let FormatError::Sink(source) = error {
            return match source.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => {
                    log(other.as_ref());
                    Self::internal(DEFECT)
                }
            };
        }
        let message = match code.hresult() {
            Some(hresult) => format!("{code_name} (0x{hresult:X}): {error}.", code_name = code.name()),
            None => format!("{}: {error}.", code.name()),
        };
        let mut converted = Self::coded(code.name(), message).with_permanent(code.is_permanent());
        converted.kind = match code {
            IngestionErrorCode::GeneralInternalServerError => AppErrorKind::Internal,
            IngestionErrorCode::StreamInputStreamTooLarge | IngestionErrorCode::BadRequestFileTooLarge => {
                AppErrorKind::PayloadTooLarge
            }
            _ => AppErrorKind::Argument,
        };
        converted
    }
}

impl From<SourceError> for AppError {
    fn from(error: SourceError) -> Self {
        let converted = match error.kind() {
            SourceErrorKind::NotSupported => match &error {
                SourceError::NotSupported { what } => Self::not_supported(what),
                other => Self::not_supported(other.to_string()),
            },
            SourceErrorKind::Refused => Self::new(
                AppErrorKind::Forbidden,
                error.code(),
                "Kusto.Data.Exceptions.KustoRequestDeniedException",
                format!("{error}."),
            ),
            SourceErrorKind::TooLarge => match error {
                SourceError::TooLarge { bytes_max } => Self::payload_too_large(bytes_max).with_code(error.code()),
                _ => Self::coded(error.code(), format!("{error}.")),
            },
            SourceErrorKind::Internal => {
                log(&error);
                Self::unavailable(DISK)
            }
            SourceErrorKind::Cancelled => Self::cancelled(),
            SourceErrorKind::Argument | SourceErrorKind::Unavailable => Self::coded(error.code(), format!("{error}.")),
        };
        converted.with_permanent(error.is_permanent())
    }
}

impl From<calypso_model::Error> for AppError {
    fn from(error: calypso_model::Error) -> Self {
        match error.code() {
            "General_BadRequest" => Self::argument(error.to_string()),
            code => Self::coded(code, format!("{error}.")),
        }
    }
}

/// Returns the error for the first finding in `text`.
pub(crate) fn from_diagnostic(text: &str, diagnostic: &Diagnostic) -> AppError {
    let position = calypso_syntax::LineColumn::of(text, diagnostic.span.start);
    let mut message = format!("{} [line:position={}:{}]", diagnostic.message, position.line, position.column);
    if let Some(hint) = &diagnostic.hint {
        message.push_str(". ");
        message.push_str(hint);
    }
    if diagnostic.code == DiagnosticCode::NotSupported {
        // Some findings are whole sentences, others just name the thing.
        let what = diagnostic.message.strip_suffix(" is not supported").unwrap_or(&diagnostic.message);
        return AppError::not_supported(what);
    }
    if diagnostic.code.is_syntax() {
        return AppError::syntax(diagnostic.code.wire(), message);
    }
    AppError::semantic(diagnostic.code.wire(), message)
}

/// Writes an error and its causes to the log.
pub(crate) fn log(error: &(dyn StdError + 'static)) {
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(%error, causes, "a request failed on the server's side");
}
