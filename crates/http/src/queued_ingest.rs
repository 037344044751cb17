//! `/v1/rest/ingestion/…`: queued ingestion over REST.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-use-http>,
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-status-http>,
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-configuration-http>

use axum::{
    Extension,
    extract::{Path, Query, Request, State, rejection::PathRejection},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
};
use calypso_app::{AppError, AppErrorKind};
use calypso_protocol::{RequestOptions, SubmissionBody, submission_result};

use crate::{
    body,
    context::Call,
    errors::{self, malformed},
    request_scope::RequestScope,
    state::HttpState,
};

/// Largest body of a submission: twenty URLs with their signatures, and a mapping.
const SUBMISSION_BYTES_MAX: usize = 4 * 1024 * 1024;

/// `GET /v1/rest/ingestion/configuration`
pub(crate) async fn configuration(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let call = Call::new(&state, &scope, &parts, &RequestOptions::default(), state.settings.command_timeout);
    match call.run(state.service.ingestion_configuration(call.context.clone())).await {
        Ok(configuration) => json(configuration.to_json()),
        Err(error) => errors::respond(&error, &scope, &state),
    }
}

/// `POST /v1/rest/ingestion/queued/{database}/{table}`
pub(crate) async fn submit(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((database, table))) = path else { return not_a_path(&scope, &state) };
    let (parts, body) = request.into_parts();
    let call = Call::new(&state, &scope, &parts, &RequestOptions::default(), state.settings.command_timeout);
    let work = async {
        let bytes = body::read(&parts.headers, body, SUBMISSION_BYTES_MAX).await?;
        let body = SubmissionBody::parse(&bytes).map_err(|error| malformed(&error))?;
        state.service.queue_ingestion(call.context.clone(), database, table, body).await
    };
    match call.run(work).await {
        Ok(operation) => json(submission_result(operation)),
        Err(error) => errors::respond(&error, &scope, &state),
    }
}

/// `GET /v1/rest/ingestion/queued/{database}/{table}/{operation}?details=true`
pub(crate) async fn status(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((database, table, operation))) = path else { return not_a_path(&scope, &state) };
    let (parts, _) = request.into_parts();
    let call = Call::new(&state, &scope, &parts, &RequestOptions::default(), state.settings.command_timeout);
    let details = wants_details(&parts.uri);
    let asked = state.service.queued_ingestion_status(call.context.clone(), database, table, operation, details);
    match call.run(asked).await {
        Ok(status) => json(status.to_json()),
        Err(error) if error.kind == AppErrorKind::NotFound => errors::respond_not_found(&error, &scope, &state),
        Err(error) => errors::respond(&error, &scope, &state),
    }
}

fn wants_details(uri: &Uri) -> bool {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default();
    pairs.iter().any(|(name, value)| name.eq_ignore_ascii_case("details") && value.eq_ignore_ascii_case("true"))
}

fn not_a_path(scope: &RequestScope, state: &HttpState) -> Response {
    let error = AppError::argument("database, table and operation in the path must be UTF-8, percent-encoded");
    errors::respond(&error, scope, state)
}

fn json(text: String) -> Response {
    let json: [(_, HeaderValue); 1] = [(header::CONTENT_TYPE, errors::JSON)];
    (json, text).into_response()
}
