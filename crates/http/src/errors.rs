//! The one place where an error becomes a status and Kusto's error object.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http>

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};
use calypso_app::{AppError, AppErrorKind};
use calypso_protocol::{ErrorContext, ErrorEnvelope, InnerErrorEnvelope, REQUEST_INVALID, REQUEST_NOT_COMPLETED};

use crate::{request_scope::RequestScope, state::HttpState};

/// Content type of every JSON answer; clients decide by it how to read an error.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What a caller without a valid token is told; some clients send one only after this.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer");

/// Returns the status that says what the caller should do.
const fn status_of(kind: AppErrorKind) -> StatusCode {
    match kind {
        AppErrorKind::Syntax
        | AppErrorKind::Semantic
        | AppErrorKind::Argument
        | AppErrorKind::NotSupported
        | AppErrorKind::NotFound
        | AppErrorKind::AlreadyExists
        | AppErrorKind::LimitExceeded
        | AppErrorKind::Cancelled => StatusCode::BAD_REQUEST,
        AppErrorKind::Conflict => StatusCode::CONFLICT,
        AppErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        AppErrorKind::Forbidden => StatusCode::FORBIDDEN,
        AppErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        AppErrorKind::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AppErrorKind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        AppErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        AppErrorKind::CorruptData | AppErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Returns the error object of `error` in the request `scope`, at the present time.
pub(crate) fn envelope(error: &AppError, scope: &RequestScope, state: &HttpState) -> ErrorEnvelope {
    let context = ErrorContext::new(
        state.clock.now().to_iso(),
        &scope.client_request_id(),
        &scope.activity_id().to_string(),
        scope.endpoint(),
    );
    let message = if status_of(error.kind).is_server_error() { REQUEST_NOT_COMPLETED } else { REQUEST_INVALID };
    let inner = error.inner.as_ref().map(|inner| InnerErrorEnvelope {
        code: inner.code.to_string(),
        message: inner.message.clone(),
        type_: inner.type_name.to_string(),
        detail: inner.message.clone(),
        context: context.clone(),
        permanent: error.permanent,
        error_code: inner.code.to_string(),
        error_message: inner.message.clone(),
    });
    ErrorEnvelope {
        code: error.code.to_string(),
        message: message.to_owned(),
        type_: error.type_name.to_string(),
        detail: error.message.clone(),
        context,
        permanent: error.permanent,
        inner,
    }
}

/// Returns the response that tells of `error`.
pub(crate) fn respond(error: &AppError, scope: &RequestScope, state: &HttpState) -> Response {
    respond_with(status_of(error.kind), error, scope, state)
}

/// Returns the response that tells of `error`, which says that what the path names does not exist.
pub(crate) fn respond_not_found(error: &AppError, scope: &RequestScope, state: &HttpState) -> Response {
    respond_with(StatusCode::NOT_FOUND, error, scope, state)
}

fn respond_with(status: StatusCode, error: &AppError, scope: &RequestScope, state: &HttpState) -> Response {
    log(error, scope);
    let mut response = Response::new(Body::from(envelope(error, scope, state).to_json()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, CHALLENGE);
    }
    response
}

/// Notes an error where the operator may have to act; what callers do wrong is no news.
pub(crate) fn log(error: &AppError, scope: &RequestScope) {
    let (endpoint, activity_id) = (scope.endpoint(), scope.activity_id());
    match error.kind {
        AppErrorKind::Internal | AppErrorKind::CorruptData => {
            tracing::error!(endpoint, %activity_id, kind = ?error.kind, error = error.message, "request failed");
        }
        AppErrorKind::Unavailable => {
            tracing::warn!(endpoint, %activity_id, error = error.message, "request failed");
        }
        kind => tracing::debug!(endpoint, %activity_id, ?kind, error = error.message, "request refused"),
    }
}

/// Returns the error of a request that does not say what it should.
pub(crate) fn malformed(error: &calypso_protocol::Error) -> AppError {
    AppError::argument(error.to_string())
}

/// Answers requests to paths that do not exist.
pub(crate) async fn no_such_route(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    uri: Uri,
) -> Response {
    let message = format!("There is no endpoint at '{}'.", uri.path());
    let error =
        AppError::new(AppErrorKind::NotFound, "NotFound", "Kusto.Data.Exceptions.KustoRequestException", message);
    respond_with(StatusCode::NOT_FOUND, &error, &scope, &state)
}

/// Answers requests with a method the path does not know.
pub(crate) async fn no_such_method(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    method: Method,
    uri: Uri,
) -> Response {
    let message = format!("The endpoint '{}' does not accept the method {method}.", uri.path());
    let error = AppError::new(
        AppErrorKind::Argument,
        "MethodNotAllowed",
        "Kusto.Data.Exceptions.KustoRequestException",
        message,
    );
    respond_with(StatusCode::METHOD_NOT_ALLOWED, &error, &scope, &state)
}
