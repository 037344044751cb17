//! Blobs and their containers: which operation a request is.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-blobs>

use axum::{
    body::Body,
    http::{Method, StatusCode},
    response::Response,
};
use calypso_staging::{
    BLOBS_PER_CALL_MAX, BlobCondition, BlobName, SasResource,
    wire::blob_list::{BlobListRequest, blob_list},
};

use super::{blob_read, blob_write, empty, errors::Refusal, request::StorageRequest, set, with_body};

/// Headers that change what an operation means, and that are not supported.
const NOT_SUPPORTED: [&str; 9] = [
    "if-modified-since",
    "if-unmodified-since",
    "x-ms-copy-source",
    "x-ms-encryption-key",
    "x-ms-if-tags",
    "x-ms-lease-id",
    "x-ms-rename-source",
    "x-ms-structured-body",
    "x-ms-tags",
];

pub(super) async fn answer(
    container: &'static str,
    request: &StorageRequest,
    body: &mut Body,
) -> Result<Response, Refusal> {
    let (_, blob) = request.path.container_and_blob();
    let Some(blob) = blob else {
        return of_container(container, request).await;
    };
    let name = request.staging.blobs().name(container, blob)?;
    if let Some(name) = NOT_SUPPORTED.into_iter().find(|name| request.headers().contains_key(*name)) {
        return Err(Refusal::header_not_supported(name));
    }
    let comp = request.query("comp").unwrap_or_default().to_owned();
    for parameter in ["snapshot", "versionid"] {
        if let Some(value) = request.query(parameter) {
            return Err(Refusal::query_not_supported(parameter, value));
        }
    }
    match (request.method().clone(), comp.as_str()) {
        (Method::PUT, "") => blob_write::put(name, request, body).await,
        (Method::PUT, "block") => blob_write::put_block(name, request, body).await,
        (Method::PUT, "blocklist") => blob_write::put_block_list(name, request, body).await,
        (Method::GET, "") => blob_read::get(&name, request).await,
        (Method::HEAD, "" | "metadata") | (Method::GET, "metadata") => blob_read::head(&name, request).await,
        (Method::DELETE, "") => delete(name, request).await,
        (Method::GET | Method::HEAD | Method::PUT | Method::DELETE, comp) => {
            Err(Refusal::query_not_supported("comp", comp))
        }
        _ => Err(Refusal::method_not_supported()),
    }
}

/// Checks the request's signature for an operation on a blob.
pub(super) fn admit(name: &BlobName, request: &StorageRequest, permissions: &str) -> Result<(), Refusal> {
    request.admit(&SasResource::Blob { container: name.container(), name: name.as_str() }, permissions)
}

/// Returns the condition that a request's headers state.
pub(super) fn condition(request: &StorageRequest) -> BlobCondition {
    let etag = |name| request.header(name).map(str::to_owned);
    BlobCondition { if_match: etag("if-match"), if_none_match: etag("if-none-match") }
}

async fn delete(name: BlobName, request: &StorageRequest) -> Result<Response, Refusal> {
    admit(&name, request, "d")?;
    if !request.staging.blobs().delete(name, condition(request)).await? {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "BlobNotFound", "The specified blob does not exist."));
    }
    let mut response = empty(StatusCode::ACCEPTED);
    set(&mut response, "x-ms-delete-type-permanent", "true");
    Ok(response)
}

async fn of_container(container: &'static str, request: &StorageRequest) -> Result<Response, Refusal> {
    let resource = SasResource::Container(container);
    let is_container = request.query("restype") == Some("container");
    match (request.method().clone(), is_container, request.query("comp").unwrap_or_default()) {
        (Method::GET, true, "list") => {
            request.admit(&resource, "l")?;
            list(container, request).await
        }
        (Method::GET | Method::HEAD, true, "") => {
            request.admit(&resource, "rl")?;
            let mut response = empty(StatusCode::OK);
            set(&mut response, "x-ms-lease-state", "available");
            set(&mut response, "x-ms-lease-status", "unlocked");
            Ok(response)
        }
        (Method::PUT, true, "") => {
            request.admit(&resource, "cw")?;
            let message = "The specified container already exists.";
            Err(Refusal::new(StatusCode::CONFLICT, "ContainerAlreadyExists", message))
        }
        (Method::GET | Method::HEAD | Method::PUT | Method::DELETE, true, comp) => {
            Err(Refusal::query_not_supported("comp", comp))
        }
        _ => Err(Refusal::no_such_resource()),
    }
}

async fn list(container: &'static str, request: &StorageRequest) -> Result<Response, Refusal> {
    if let Some(delimiter) = request.query("delimiter") {
        return Err(Refusal::query_not_supported("delimiter", delimiter));
    }
    let count = request.query_as("maxresults")?.unwrap_or(BLOBS_PER_CALL_MAX);
    if count == 0 {
        return Err(Refusal::query_value("maxresults"));
    }
    let (prefix, marker) = (request.query("prefix").unwrap_or_default(), request.query("marker").unwrap_or_default());
    let endpoint = format!("{}/{}", request.origin, request.staging.account());
    let asked = BlobListRequest { endpoint: &endpoint, container, prefix, marker, count };
    let page = request.staging.blobs().list(container, prefix, marker, count).await?;
    let mut response = with_body(StatusCode::OK, blob_list(&asked, &page));
    set(&mut response, "content-type", "application/xml");
    Ok(response)
}
