//! What may go wrong, told by what the caller should do.

mod service_error;
#[cfg(test)]
mod tests;

use std::{error::Error as StdError, fmt};

pub use service_error::ServiceError;

use crate::Dataset;

/// What the caller should do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call itself is wrong: a connection string, an option, a URL. Correct the program.
    InvalidArgument,
    /// No token could be had, or the service did not accept it. Correct the credential.
    Authentication,
    /// The host is on no list of trusted ones, so no token was sent: [`crate::trusted_endpoints`].
    UntrustedEndpoint,
    /// The service cannot be reached, or the connection broke. Try again.
    Unreachable,
    /// No answer in time. The service may still be at work.
    Timeout,
    /// The service has too much to do (429). Try again later.
    Throttled,
    /// The service answered with an error: [`Error::service_error`] has its particulars.
    Service,
    /// Rows came, then an error: [`Error::partial_results`] has the rows.
    PartialFailure,
    /// The answer is not one of Kusto's, or ends too early.
    MalformedAnswer,
    /// A row cannot become the type that was asked for.
    Conversion,
    /// The request was cancelled at the service.
    Cancelled,
    /// An answer or a frame exceeds the client's limit.
    TooLarge,
}

/// A request that did not succeed.
///
/// Texts carry no secrets: neither tokens nor keys nor the signatures of URLs.
pub struct Error(Box<Particulars>);

struct Particulars {
    kind: ErrorKind,
    message: String,
    permanent: bool,
    hint: Option<String>,
    status: Option<u16>,
    service: Option<ServiceError>,
    client_request_id: Option<String>,
    activity_id: Option<String>,
    partial: Option<Dataset>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Returns an error of `kind` with a sentence that names the thing. Whether it is permanent follows from the kind;
    /// token providers of applications return such errors too.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let passing = [ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::Throttled, ErrorKind::MalformedAnswer];
        Self(Box::new(Particulars {
            kind,
            message: message.into(),
            permanent: !passing.contains(&kind),
            hint: None,
            status: None,
            service: None,
            client_request_id: None,
            activity_id: None,
            partial: None,
            source: None,
        }))
    }

    /// Says what the caller should do.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Says whether the same request can never succeed: the service's own word (`@permanent`) where it gave one.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.0.permanent
    }

    /// Says whether the service asked for fewer requests (429).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled
    }

    /// Returns the HTTP status, if an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the service's most particular code: `SEM0100` rather than `General_BadRequest`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.service.as_ref().map(|error| error.innermost().code())
    }

    /// Returns the error object of the service.
    #[must_use]
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// Returns the id that the request was sent with, by which `.show queries` lists it.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.0.client_request_id.as_deref()
    }

    /// Returns the id that the service gave the request; what an operator asks for.
    #[must_use]
    pub fn activity_id(&self) -> Option<&str> {
        let inner = || self.0.service.as_ref().and_then(ServiceError::activity_id);
        self.0.activity_id.as_deref().or_else(inner)
    }

    /// Returns what the user may try, if anything is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Returns the results that came before a [`ErrorKind::PartialFailure`].
    #[must_use]
    pub fn partial_results(&self) -> Option<&Dataset> {
        self.0.partial.as_ref()
    }

    /// Takes the results that came before a [`ErrorKind::PartialFailure`]; [`Dataset::error`] still tells of it.
    ///
    /// # Errors
    /// The error itself, if nothing came.
    pub fn into_partial_results(mut self) -> Result<Dataset, Self> {
        self.0.partial.take().ok_or(self)
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_permanence(mut self, permanent: bool) -> Self {
        self.0.permanent = permanent;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_service_error(mut self, error: ServiceError) -> Self {
        self.0.hint = self.0.hint.take().or_else(|| error.hint());
        self.0.service = Some(error);
        self
    }

    pub(crate) fn with_partial_results(mut self, dataset: Dataset) -> Self {
        self.0.partial = Some(dataset);
        self
    }

    /// Notes the ids of the request; ids that are known already stay.
    pub(crate) fn with_ids(mut self, client_request_id: &str, activity_id: Option<&str>) -> Self {
        self.0.client_request_id.get_or_insert_with(|| client_request_id.to_owned());
        if let Some(id) = activity_id {
            self.0.activity_id.get_or_insert_with(|| id.to_owned());
        }
        self
    }

    /// Returns an error for a call that is wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// Returns an error for an answer that is not Kusto's.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::MalformedAnswer, message)
    }

    /// Returns the error that a service answered in place of results.
    pub(crate) fn service(error: ServiceError) -> Self {
        Self::new(ErrorKind::Service, error.to_string()).with_permanence(error.is_permanent()).with_service_error(error)
    }

    /// Returns the error of results that came with `error` among them or behind them.
    pub(crate) fn partial_failure(error: &ServiceError) -> Self {
        let cancelled =
            error.code().contains("Cancel") || error.type_name().is_some_and(|name| name.contains("Cancel"));
        let kind = if cancelled { ErrorKind::Cancelled } else { ErrorKind::PartialFailure };
        Self::new(kind, error.to_string()).with_permanence(error.is_permanent()).with_service_error(error.clone())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("permanent", &inner.permanent)
            .field("status", &inner.status)
            .field("code", &self.code())
            .field("client_request_id", &inner.client_request_id)
            .field("activity_id", &self.activity_id())
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// Returns the innermost cause: the outer ones only say that a request failed.
pub(crate) fn deepest(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
