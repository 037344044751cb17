//! Get Blob, whole or a range of it, and Get Blob Properties.

use std::io::SeekFrom;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use bytes::Bytes;
use calypso_staging::{
    BlobName, BlobProperties,
    wire::{CONTENT_TYPE_DEFAULT, time::http_date},
};
use futures::stream;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{
    blob::{admit, condition},
    empty,
    errors::Refusal,
    request::StorageRequest,
    set, with_body,
};

/// Bytes that are read and sent at a time.
const PIECE_BYTES: usize = 256 * 1024;

pub(super) async fn head(name: &BlobName, request: &StorageRequest) -> Result<Response, Refusal> {
    let blob = find(name, request).await?;
    let mut response = empty(StatusCode::OK);
    describe(&mut response, &blob);
    set(&mut response, "content-length", &blob.bytes.to_string());
    Ok(response)
}

pub(super) async fn get(name: &BlobName, request: &StorageRequest) -> Result<Response, Refusal> {
    let blob = find(name, request).await?;
    let asked = request.header("x-ms-range").or_else(|| request.header("range")).and_then(parse_range);
    let (status, first, bytes) = match asked {
        None => (StatusCode::OK, 0, blob.bytes),
        Some((first, _)) if first >= blob.bytes => {
            let message = "The range specified is invalid for the current size of the resource.";
            return Err(Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message));
        }
        Some((first, last)) => {
            let last = last.unwrap_or(u64::MAX).min(blob.bytes - 1);
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
    };
    let mut response = with_body(status, open(&blob, request, first, bytes).await?);
    describe(&mut response, &blob);
    set(&mut response, "content-length", &bytes.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        // The hash is that of the whole, not of the part.
        response.headers_mut().remove("content-md5");
        let range = format!("bytes {first}-{}/{}", first + bytes - 1, blob.bytes);
        set(&mut response, "content-range", &range);
    }
    Ok(response)
}

/// Finds the blob, if the signature and the conditions admit reading it.
async fn find(name: &BlobName, request: &StorageRequest) -> Result<BlobProperties, Refusal> {
    admit(name, request, "r")?;
    let blob = request.staging.blobs().properties(name).await?;
    let condition = condition(request);
    if condition.if_match.is_some_and(|etag| etag != "*" && etag != blob.etag) {
        let message = "The condition specified using HTTP conditional header(s) is not met.";
        return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, "ConditionNotMet", message));
    }
    if condition.if_none_match.is_some_and(|etag| etag == "*" || etag == blob.etag) {
        return Err(Refusal::new(StatusCode::NOT_MODIFIED, "ConditionNotMet", ""));
    }
    Ok(blob)
}

/// Reads `bytes=<first>-[<last>]`; none for other forms, which a server may pass over.
fn parse_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let first = first.parse().ok()?;
    let last = if last.is_empty() { None } else { Some(last.parse().ok().filter(|last| *last >= first)?) };
    Some((first, last))
}

fn describe(response: &mut Response, blob: &BlobProperties) {
    set(response, "content-type", CONTENT_TYPE_DEFAULT);
    for (name, value) in &blob.headers {
        let header = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = header {
            response.headers_mut().insert(name, value);
        }
    }
    set(response, "etag", &blob.etag);
    set(response, "last-modified", &http_date(blob.modified_on));
    set(response, "x-ms-creation-time", &http_date(blob.created_on));
    set(response, "x-ms-blob-type", "BlockBlob");
    set(response, "x-ms-lease-state", "available");
    set(response, "x-ms-lease-status", "unlocked");
    set(response, "x-ms-server-encrypted", "true");
    set(response, "accept-ranges", "bytes");
}

/// Returns `bytes` of the blob from `first` on, read as they are sent.
async fn open(blob: &BlobProperties, request: &StorageRequest, first: u64, bytes: u64) -> Result<Body, Refusal> {
    let path = request.staging.blobs().file(blob).path;
    // It may have been deleted since it was found.
    let gone = |_| Refusal::new(StatusCode::NOT_FOUND, "BlobNotFound", "The specified blob does not exist.");
    let mut file = File::open(path).await.map_err(gone)?;
    file.seek(SeekFrom::Start(first)).await.map_err(gone)?;
    file.set_max_buf_size(PIECE_BYTES);
    Ok(Body::from_stream(stream::try_unfold((file, bytes), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES))];
        let read = file.read(&mut piece).await?;
        if read == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof));
        }
        piece.truncate(read);
        Ok(Some((Bytes::from(piece), (file, left - read as u64))))
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_a_beginning_and_perhaps_an_end() {
        assert_eq!(parse_range("bytes=0-4"), Some((0, Some(4))));
        assert_eq!(parse_range("bytes=5-"), Some((5, None)));
        for other in ["bytes=-5", "bytes=5-4", "items=0-1", "bytes=0-1,3-4", ""] {
            assert_eq!(parse_range(other), None, "{other}");
        }
    }
}
