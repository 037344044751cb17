//! Put Blob, Put Block and Put Block List.

use axum::{body::Body, http::StatusCode, response::Response};
use calypso_staging::{BlobName, BlobProperties, BlobWrite, wire::block_list, wire::time::http_date};

use super::{
    blob::{admit, condition},
    body, empty,
    errors::Refusal,
    request::StorageRequest,
    set,
};

/// Largest list of blocks: 50,000 of the longest ids.
const BLOCK_LIST_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Headers about the content that are kept, by what a reader gets them as.
const KEPT_HEADERS: [(&str, &str); 6] = [
    ("x-ms-blob-content-type", "content-type"),
    ("x-ms-blob-content-encoding", "content-encoding"),
    ("x-ms-blob-content-language", "content-language"),
    ("x-ms-blob-content-md5", "content-md5"),
    ("x-ms-blob-content-disposition", "content-disposition"),
    ("x-ms-blob-cache-control", "cache-control"),
];
const METADATA_PREFIX: &str = "x-ms-meta-";

pub(super) async fn put(name: BlobName, request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    let write = admit_write(&name, request)?;
    match request.header("x-ms-blob-type") {
        Some("BlockBlob") => {}
        Some(_) => return Err(Refusal::header_value("x-ms-blob-type")),
        None => {
            let message = "The header 'x-ms-blob-type' is missing.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "MissingRequiredHeader", message));
        }
    }
    let upload = body::upload(request, body).await?;
    let blob = request.staging.blobs().put(name, upload, write).await?;
    Ok(written(&blob))
}

pub(super) async fn put_block(name: BlobName, request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    admit(&name, request, "wc")?;
    let Some(id) = request.query("blockid").map(str::to_owned) else {
        let message = "The query parameter 'blockid' is missing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "MissingRequiredQueryParameter", message));
    };
    let upload = body::upload(request, body).await?;
    request.staging.blobs().put_block(name, &id, upload).await?;
    let mut response = empty(StatusCode::CREATED);
    set(&mut response, "x-ms-request-server-encrypted", "true");
    Ok(response)
}

pub(super) async fn put_block_list(
    name: BlobName,
    request: &StorageRequest,
    body: &mut Body,
) -> Result<Response, Refusal> {
    let write = admit_write(&name, request)?;
    let body = body::read(request.headers(), body, BLOCK_LIST_BYTES_MAX).await?;
    let list = block_list::from_xml(&body)
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "InvalidXmlDocument", error.to_string()))?;
    // Putting a list together copies its blocks, which takes as much as receiving a blob does.
    let _slot = request.upload_slots.acquire().await;
    let blob = request.staging.blobs().put_block_list(name, &list, write).await?;
    Ok(written(&blob))
}

/// Checks the signature; one that admits creation only must not overwrite.
fn admit_write(name: &BlobName, request: &StorageRequest) -> Result<BlobWrite, Refusal> {
    let mut condition = condition(request);
    if admit(name, request, "w").is_err() {
        admit(name, request, "c")?;
        condition.if_none_match = Some("*".to_owned());
    }
    let request_id = request.header("x-ms-client-request-id").unwrap_or_default().to_owned();
    Ok(BlobWrite { headers: kept_headers(request), request_id, condition })
}

fn kept_headers(request: &StorageRequest) -> Vec<(String, String)> {
    let known =
        KEPT_HEADERS.into_iter().filter_map(|(sent, kept)| Some((kept.to_owned(), request.header(sent)?.to_owned())));
    let metadata = request.headers().iter().filter(|(name, _)| name.as_str().starts_with(METADATA_PREFIX));
    let metadata = metadata.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    known.chain(metadata).collect()
}

fn written(blob: &BlobProperties) -> Response {
    let mut response = empty(StatusCode::CREATED);
    set(&mut response, "etag", &blob.etag);
    set(&mut response, "last-modified", &http_date(blob.modified_on));
    set(&mut response, "x-ms-request-server-encrypted", "true");
    response
}
