//! `POST /v1/rest/ingest/{database}/{table}`: streaming ingestion.
//!
//! <https://learn.microsoft.com/kusto/api/rest/streaming-ingest>

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use calypso_app::{AppError, StreamBody, StreamRequest};
use calypso_protocol::{BlobReference, RequestOptions, managed_streaming_source_id, v1};

use crate::{
    body,
    context::Call,
    errors::{self, malformed},
    request_scope::RequestScope,
    state::HttpState,
};

/// Largest body that names a blob.
const BLOB_REFERENCE_BYTES_MAX: usize = 64 * 1024;

pub(crate) async fn post(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((database, table))) = path else {
        let error = AppError::argument("database and table in the path must be UTF-8, percent-encoded");
        return errors::respond(&error, &scope, &state);
    };
    match ingest(&state, &scope, database, table, request).await {
        Ok(response) => response,
        Err(error) => errors::respond(&error, &scope, &state),
    }
}

async fn ingest(
    state: &HttpState,
    scope: &RequestScope,
    database: String,
    table: String,
    request: Request,
) -> Result<Response, AppError> {
    let (parts, body) = request.into_parts();
    let Ok(_slot) = state.streaming_slots.try_acquire() else {
        return Err(AppError::throttled("Too many streaming ingestion requests are under way; try again later."));
    };
    let arguments = Arguments::read(&parts)?;
    let options = header_options(&parts)?;
    let call = Call::new(state, scope, &parts, &options, state.settings.ingest_timeout);
    let limit = if arguments.from_blob { BLOB_REFERENCE_BYTES_MAX } else { state.settings.streaming_body_bytes_max };
    let bytes = call.run(body::read(&parts.headers, body, limit)).await?;
    let bytes_count = bytes.len() as u64;
    let body = if arguments.from_blob {
        StreamBody::BlobUri(BlobReference::parse(&bytes).map_err(|error| malformed(&error))?.source_uri)
    } else {
        StreamBody::Bytes(bytes)
    };
    let request = StreamRequest {
        database,
        table,
        format: arguments.format,
        mapping: arguments.mapping,
        body,
        source_id: managed_streaming_source_id(&scope.client_request_id()),
    };
    let response = call.run(state.service.stream_ingest(call.context.clone(), request)).await?;
    state.metrics.streamed(bytes_count, response.consumed_records);
    let json: [(_, HeaderValue); 1] = [(header::CONTENT_TYPE, errors::JSON)];
    Ok((json, v1::streaming_result(response.consumed_records, response.update_policy.shown())).into_response())
}

/// The query string.
struct Arguments {
    format: String,
    mapping: Option<String>,
    from_blob: bool,
}

impl Arguments {
    fn read(parts: &Parts) -> Result<Self, AppError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| AppError::argument("the query string is not valid"))?;
        let (mut format, mut mapping, mut from_blob) = (None, None, false);
        for (name, value) in pairs {
            match name.to_ascii_lowercase().as_str() {
                "streamformat" => format = Some(value),
                "mappingname" => mapping = Some(value).filter(|name| !name.is_empty()),
                "sourcekind" if value.eq_ignore_ascii_case("uri") => from_blob = true,
                "sourcekind" => return Err(AppError::not_supported(format!("sourceKind '{value}'"))),
                _ => {}
            }
        }
        let format = format.filter(|format| !format.is_empty());
        let format = format.ok_or_else(|| AppError::argument("the argument 'streamFormat' is missing"))?;
        Ok(Self { format, mapping, from_blob })
    }
}

/// Reads the options that ingestion calls send as headers.
fn header_options(parts: &Parts) -> Result<RequestOptions, AppError> {
    let mut options = RequestOptions::default();
    if let Some(value) = parts.headers.get("servertimeout") {
        let text = String::from_utf8_lossy(value.as_bytes());
        options.server_timeout = Some(RequestOptions::parse_server_timeout(&text).map_err(|error| malformed(&error))?);
    }
    Ok(options)
}
