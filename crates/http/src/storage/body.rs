//! Bodies of storage requests: small ones in memory, blobs into files piece by piece.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use calypso_staging::{Error, Upload};
use http_body_util::BodyExt as _;
use md5::{Digest as _, Md5};

use super::{errors::Refusal, request::StorageRequest};

/// How long a client may pause within a body.
const FRAME_WAIT_MAX: Duration = Duration::from_secs(60);

/// Reads a whole body of at most `bytes_max`.
pub(super) async fn read(headers: &HeaderMap, body: &mut Body, bytes_max: usize) -> Result<Bytes, Refusal> {
    let mut bytes = BytesMut::new();
    let mut check = Check::new(headers)?;
    while let Some(piece) = next_piece(body).await? {
        if bytes.len() + piece.len() > bytes_max {
            return Err(Error::TooLarge { what: "body", limit: bytes_max as u64 }.into());
        }
        check.update(&piece);
        bytes.extend_from_slice(&piece);
    }
    check.finish()?;
    Ok(bytes.freeze())
}

/// Writes the body of a request into a file. It is one whole body, or an error.
pub(super) async fn upload(request: &StorageRequest, body: &mut Body) -> Result<Upload, Refusal> {
    let mut check = Check::new(request.headers())?;
    let _slot = request.upload_slots.acquire().await;
    let mut upload = request.staging.blobs().upload(stated_length(request.headers())).await?;
    while let Some(piece) = next_piece(body).await? {
        check.update(&piece);
        upload.write(&piece).await?;
    }
    check.finish()?;
    Ok(upload)
}

fn stated_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Waits for the next piece, but not for ever.
async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    match tokio::time::timeout(FRAME_WAIT_MAX, body.frame()).await {
        Ok(None) => Ok(None),
        // Trailers carry no data.
        Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
        Err(_) | Ok(Some(Err(_))) => {
            let message = "The body ended before it was complete.";
            Err(Refusal::new(StatusCode::BAD_REQUEST, "IncompleteBody", message))
        }
    }
}

/// The hash of the body, if the client wants it checked.
struct Check {
    hash: Option<(Md5, Vec<u8>)>,
}

impl Check {
    fn new(headers: &HeaderMap) -> Result<Self, Refusal> {
        let Some(expected) = headers.get("content-md5") else {
            return Ok(Self { hash: None });
        };
        let expected = BASE64_STANDARD.decode(expected.as_bytes()).ok().filter(|bytes| bytes.len() == 16);
        let expected =
            expected.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "InvalidMd5", "Content-MD5 is not valid."))?;
        Ok(Self { hash: Some((Md5::new(), expected)) })
    }

    fn update(&mut self, bytes: &[u8]) {
        if let Some((hash, _)) = &mut self.hash {
            hash.update(bytes);
        }
    }

    fn finish(self) -> Result<(), Refusal> {
        let Some((hash, expected)) = self.hash else {
            return Ok(());
        };
        if hash.finalize().as_slice() == expected {
            return Ok(());
        }
        let message = "The body does not have the hash that Content-MD5 says.";
        Err(Refusal::new(StatusCode::BAD_REQUEST, "Md5Mismatch", message))
    }
}
