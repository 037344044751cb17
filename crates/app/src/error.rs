//! The one error of the service: what went wrong, in Kusto's words, and what the caller should do about it.

use std::borrow::Cow;

/// What the caller should do about an error. `http` turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppErrorKind {
    /// The text does not parse.
    Syntax,
    /// The text parses but means nothing: unknown names, wrong types.
    Semantic,
    /// A value, option, policy or data record is wrong.
    Argument,
    /// Kusto knows it, this service does not (yet).
    NotSupported,
    /// An entity does not exist.
    NotFound,
    /// An entity exists already.
    AlreadyExists,
    /// Somebody else changed it meanwhile.
    Conflict,
    /// Nobody knows who asks.
    Unauthenticated,
    /// The caller may not.
    Forbidden,
    /// Too much at once: try again later.
    Throttled,
    /// The body is larger than accepted.
    PayloadTooLarge,
    /// A limit on results or resources was hit.
    LimitExceeded,
    /// The caller, or somebody for him, gave up.
    Cancelled,
    /// The deadline passed.
    TimedOut,
    /// A part of the service cannot be reached now.
    Unavailable,
    /// Stored data is damaged.
    CorruptData,
    /// A mistake of ours.
    Internal,
}

/// The cause beneath a bad request: `SEM0100`, `SYN0002` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InnerError {
    pub code: Cow<'static, str>,
    /// Name of the .NET exception that Kusto's service would have thrown.
    pub type_name: Cow<'static, str>,
    pub message: String,
}

/// An error of a use case. External text only: no secrets, no paths of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    pub kind: AppErrorKind,
    /// Wire code, such as `BadRequest_TableNotExist`.
    pub code: Cow<'static, str>,
    /// Name of the .NET exception, which some clients look at.
    pub type_name: Cow<'static, str>,
    /// The full text (`@message`).
    pub message: String,
    pub inner: Option<Box<InnerError>>,
    /// Whether the same request can never succeed. Managed streaming decides by it.
    pub permanent: bool,
}

const BAD_REQUEST_TYPE: &str = "Kusto.Data.Exceptions.KustoBadRequestException";
const INVALID_PREFIX: &str = "Request is invalid and cannot be processed: ";

impl AppError {
    /// Returns an error with everything said by the caller.
    #[must_use]
    pub fn new(
        kind: AppErrorKind,
        code: impl Into<Cow<'static, str>>,
        type_name: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let permanent = kind.is_permanent();
        Self { kind, code: code.into(), type_name: type_name.into(), message: message.into(), inner: None, permanent }
    }

    fn bad_request(kind: AppErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(kind, code, BAD_REQUEST_TYPE, message)
    }

    /// The text does not parse. `message` says where and what; the words `Syntax error:` are added.
    #[must_use]
    pub fn syntax(code: impl Into<Cow<'static, str>>, message: impl AsRef<str>) -> Self {
        let code = code.into();
        let text = format!("Syntax error: {code}: {}", message.as_ref());
        let inner =
            InnerError { code, type_name: "Kusto.Data.Exceptions.SyntaxException".into(), message: text.clone() };
        let mut error =
            Self::bad_request(AppErrorKind::Syntax, "General_BadRequest", format!("{INVALID_PREFIX}{text}"));
        error.inner = Some(Box::new(inner));
        error
    }

    /// The text means nothing. `message` names the thing; the words `Semantic error:` are added, which clients match.
    #[must_use]
    pub fn semantic(code: impl Into<Cow<'static, str>>, message: impl AsRef<str>) -> Self {
        let code = code.into();
        let text = format!("Semantic error: {code}: {}", message.as_ref());
        let inner =
            InnerError { code, type_name: "Kusto.Data.Exceptions.SemanticException".into(), message: text.clone() };
        let mut error =
            Self::bad_request(AppErrorKind::Semantic, "General_BadRequest", format!("{INVALID_PREFIX}{text}"));
        error.inner = Some(Box::new(inner));
        error
    }

    /// A value, option or record is wrong.
    #[must_use]
    pub fn argument(message: impl AsRef<str>) -> Self {
        let message = format!("{INVALID_PREFIX}{}", message.as_ref());
        Self::bad_request(AppErrorKind::Argument, "General_BadRequest", message)
    }

    /// A bad request with a documented code of its own, such as `BadRequest_NoRecordsOrWrongFormat`.
    #[must_use]
    pub fn coded(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(AppErrorKind::Argument, code, BAD_REQUEST_TYPE, message)
    }

    /// Kusto knows `what`, we do not.
    #[must_use]
    pub fn not_supported(what: impl AsRef<str>) -> Self {
        let message = format!("{INVALID_PREFIX}{} is not supported by Calypso", what.as_ref());
        Self::bad_request(AppErrorKind::NotSupported, "BadRequest_NotSupported", message)
    }

    /// There is no database `name`.
    #[must_use]
    pub fn database_not_found(name: &str) -> Self {
        let message = format!("Database '{name}' was not found.");
        Self::new(
            AppErrorKind::NotFound,
            "BadRequest_DatabaseNotExist",
            "Kusto.Data.Exceptions.DatabaseNotFoundException",
            message,
        )
    }

    /// There is no table `name` in `database`.
    #[must_use]
    pub fn table_not_found(database: &str, name: &str) -> Self {
        let message = format!("Table '{name}' was not found in database '{database}'.");
        Self::new(
            AppErrorKind::NotFound,
            "BadRequest_TableNotExist",
            "Kusto.Data.Exceptions.TableNotFoundException",
            message,
        )
    }

    /// There is no `entity_type` (`Function`, `Column`, …) called `name`.
    #[must_use]
    pub fn entity_not_found(entity_type: &str, name: &str) -> Self {
        let message = format!("Entity '{name}' of kind '{entity_type}' was not found.");
        Self::new(
            AppErrorKind::NotFound,
            "BadRequest_EntityNotFound",
            "Kusto.Data.Exceptions.EntityNotFoundException",
            message,
        )
    }

    /// There is no ingestion mapping `name` of `kind` for `table`.
    #[must_use]
    pub fn mapping_not_found(table: &str, kind: &str, name: &str) -> Self {
        let message = format!("Mapping reference '{name}' of type '{kind}' could not be found for table '{table}'.");
        Self::new(
            AppErrorKind::NotFound,
            "BadRequest_MappingReferenceWasNotFound",
            "Kusto.Data.Exceptions.MappingNotFoundException",
            message,
        )
    }

    /// `entity_type` called `name` exists already.
    #[must_use]
    pub fn already_exists(entity_type: &str, name: &str) -> Self {
        let message = format!("Entity '{name}' of kind '{entity_type}' already exists.");
        Self::new(
            AppErrorKind::AlreadyExists,
            "BadRequest_EntityAlreadyExists",
            "Kusto.Data.Exceptions.EntityAlreadyExistsException",
            message,
        )
    }

    /// Somebody else changed the entity meanwhile.
    #[must_use]
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(AppErrorKind::Conflict, "Conflict", "Kusto.Data.Exceptions.KustoConflictException", message)
    }

    /// The caller may not do this.
    #[must_use]
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(AppErrorKind::Forbidden, "Forbidden", "Kusto.Data.Exceptions.KustoRequestDeniedException", message)
    }

    /// The caller did not prove who he is.
    #[must_use]
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(
            AppErrorKind::Unauthenticated,
            "Unauthorized",
            "Kusto.Data.Exceptions.KustoRequestDeniedException",
            message,
        )
    }

    /// Too much at once; managed streaming then queues.
    #[must_use]
    pub fn throttled(message: impl Into<String>) -> Self {
        Self::new(
            AppErrorKind::Throttled,
            "TooManyRequests",
            "Kusto.Data.Exceptions.KustoRequestThrottledException",
            message,
        )
    }

    /// The body exceeds `bytes_max`. The words are those managed streaming looks for.
    #[must_use]
    pub fn payload_too_large(bytes_max: u64) -> Self {
        let message =
            format!("Request payload is too large: it exceeds the maximum allowed size of {bytes_max} bytes.");
        Self::new(
            AppErrorKind::PayloadTooLarge,
            "KustoRequestPayloadTooLargeException",
            "Kusto.Data.Exceptions.KustoRequestPayloadTooLargeException",
            message,
        )
    }

    /// Streaming ingestion is off for the table. The words are those managed streaming looks for.
    #[must_use]
    pub fn streaming_policy_not_enabled(database: &str, table: &str) -> Self {
        let message =
            format!("Streaming ingestion policy is not enabled for table '{table}' in database '{database}'.");
        Self::new(
            AppErrorKind::Argument,
            "BadRequest_StreamingIngestionPolicyNotEnabled",
            "Kusto.Data.Exceptions.StreamingIngestionPolicyNotEnabledException",
            message,
        )
    }

    /// A query needs more memory, depth or columns than it may have.
    #[must_use]
    pub fn limit_exceeded(message: impl AsRef<str>) -> Self {
        let message = format!("Query execution has exceeded the allowed limits (80DA0001): {}", message.as_ref());
        Self::new(
            AppErrorKind::LimitExceeded,
            "LimitsExceeded",
            "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException",
            message,
        )
    }

    /// The request was cancelled.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(
            AppErrorKind::Cancelled,
            "Cancelled",
            "Kusto.Data.Exceptions.KustoRequestCancelledException",
            "Request was canceled.",
        )
    }

    /// The deadline passed.
    #[must_use]
    pub fn timed_out() -> Self {
        Self::new(
            AppErrorKind::TimedOut,
            "Timeout",
            "Kusto.Data.Exceptions.KustoServiceTimeoutException",
            "Request execution timed out: the server timeout passed before it completed.",
        )
    }

    /// A part of the service cannot be reached now.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(
            AppErrorKind::Unavailable,
            "ServiceUnavailable",
            "Kusto.Data.Exceptions.KustoServiceException",
            message,
        )
    }

    /// Stored data is damaged.
    #[must_use]
    pub fn corrupt_data(message: impl Into<String>) -> Self {
        Self::new(
            AppErrorKind::CorruptData,
            "General_InternalServerError",
            "Kusto.Data.Exceptions.KustoServiceException",
            message,
        )
    }

    /// A mistake of ours. Log the particulars; `message` goes out.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(
            AppErrorKind::Internal,
            "General_InternalServerError",
            "Kusto.Data.Exceptions.KustoServiceException",
            message,
        )
    }

    /// Says whether an update policy failed, and not the ingestion that triggered it.
    #[must_use]
    pub fn is_of_update_policy(&self) -> bool {
        self.code.starts_with("UpdatePolicy_")
    }

    /// Overrides permanence.
    #[must_use]
    pub fn with_permanent(mut self, permanent: bool) -> Self {
        self.permanent = permanent;
        self
    }

    /// Overrides the wire code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }
}

impl AppErrorKind {
    /// Says whether repeating the same request is pointless.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        !matches!(
            self,
            Self::Throttled
                | Self::LimitExceeded
                | Self::Cancelled
                | Self::TimedOut
                | Self::Unavailable
                | Self::Internal
        )
    }
}
