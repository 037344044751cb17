//! The built-in storage account's endpoints: the operations of Azure Blob, Queue and Table Storage that clients of
//! queued ingestion use, on the same listeners as everything else, under the account's name.
//!
//! A request is admitted by the signature in its query string and by nothing else, so pages of any origin may bring
//! one. Paths are taken as they were sent: the router's own idea of them knows neither `%2F` nor `//`.

mod blob;
mod blob_read;
mod blob_write;
mod body;
mod errors;
mod queue;
mod request;
mod table;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::Response,
};
use calypso_staging::{LocalStaging, NamedResource, uri::ObjectPath};

use self::{
    errors::{Dialect, Refusal},
    request::StorageRequest,
};
use crate::{request_scope::RequestScope, state::HttpState};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const VERSION: HeaderName = HeaderName::from_static("x-ms-version");
/// The version of the protocols that a client gets that names none.
const VERSION_DEFAULT: HeaderValue = HeaderValue::from_static("2024-11-04");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, PUT, POST, DELETE, HEAD, PATCH, MERGE, OPTIONS");
const ANY: HeaderValue = HeaderValue::from_static("*");
/// Seconds a browser may remember a preflight.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Marks responses that must reach the client as they are: a blob's bytes are not ours to compress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verbatim;

/// Answers requests to the storage account; lets all others pass.
pub(crate) async fn intercept(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    request: Request,
    next: Next,
) -> Response {
    let Some((staging, path)) = find(&state, request.uri()) else {
        return next.run(request).await;
    };
    let staging = staging.clone();
    let version = request.headers().get(VERSION).cloned().unwrap_or(VERSION_DEFAULT);
    let mut response = if request.method() == Method::OPTIONS {
        preflight(&request)
    } else {
        answer(&state, &staging, path, request).await
    };
    let headers = response.headers_mut();
    headers.insert(VERSION, version);
    if let Ok(id) = HeaderValue::from_str(&scope.activity_id().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
    response.extensions_mut().insert(Verbatim);
    response
}

/// Returns what requests to the storage account are counted under, if `uri` is one.
pub(crate) fn endpoint(state: &HttpState, uri: &Uri) -> Option<&'static str> {
    let (_, path) = find(state, uri)?;
    Some(match resource_of(&path) {
        Some(NamedResource::Container(_)) => "/staging/blob",
        Some(NamedResource::Queue(_)) => "/staging/queue",
        Some(NamedResource::Table) => "/staging/table",
        None => "/staging/unknown",
    })
}

fn find<'a>(state: &'a HttpState, uri: &Uri) -> Option<(&'a LocalStaging, ObjectPath)> {
    let staging = state.staging.as_ref()?;
    let path = ObjectPath::parse(uri.path()).filter(|path| path.account == staging.account())?;
    Some((staging, path))
}

/// Finds the resource at the beginning of a path: what follows it is a blob, messages, or the keys of an entity.
fn resource_of(path: &ObjectPath) -> Option<NamedResource> {
    let end = path.object.find(['/', '(']).unwrap_or(path.object.len());
    NamedResource::find(&path.object[..end])
}

async fn answer(state: &HttpState, staging: &LocalStaging, path: ObjectPath, request: Request) -> Response {
    let resource = resource_of(&path);
    let is_head = request.method() == Method::HEAD;
    let (request, mut body) = StorageRequest::new(state, staging, path, request);
    let dialect = if resource == Some(NamedResource::Table) { Dialect::Json } else { Dialect::Xml };
    let answer = match resource {
        Some(NamedResource::Container(container)) => blob::answer(container, &request, &mut body).await,
        Some(NamedResource::Queue(queue)) => queue::answer(queue, &request, &mut body).await,
        Some(NamedResource::Table) => table::answer(&request, &mut body).await,
        None => Err(Refusal::no_such_resource()),
    };
    answer.unwrap_or_else(|refusal| refusal.respond(dialect, is_head))
}

fn preflight(request: &Request) -> Response {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = empty(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(ANY));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE);
    response
}

/// Returns a response without a body.
fn empty(status: StatusCode) -> Response {
    with_body(status, Body::empty())
}

fn with_body(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}

/// Sets a header, unless its value cannot be one.
fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
