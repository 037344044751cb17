//! Request bodies, up to a limit. No header is trusted about their encoding.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use calypso_app::AppError;
use http_body_util::BodyExt as _;

/// How long a caller may pause within a body.
const FRAME_WAIT_MAX: Duration = Duration::from_secs(30);
/// Largest buffer set aside because a header promises that much.
const RESERVED_BYTES_MAX: u64 = 1024 * 1024;

/// Reads the whole body, whether chunked or of a stated length.
///
/// # Errors
/// If it is larger than `bytes_max`, or the caller goes away.
pub(crate) async fn read(headers: &HeaderMap, mut body: Body, bytes_max: usize) -> Result<Bytes, AppError> {
    let stated: Option<u64> =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let limit = bytes_max as u64;
    if stated.is_some_and(|length| length > limit) {
        return Err(AppError::payload_too_large(limit));
    }
    let mut bytes = BytesMut::with_capacity(stated.unwrap_or(0).min(RESERVED_BYTES_MAX) as usize);
    while let Some(data) = next_piece(&mut body).await? {
        if bytes.len() + data.len() > bytes_max {
            return Err(AppError::payload_too_large(limit));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// Waits for the next piece of the body, but not for ever: a caller that stops writing would hold its slot.
async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, AppError> {
    let stopped = || AppError::argument("the request body ended before it was complete");
    match tokio::time::timeout(FRAME_WAIT_MAX, body.frame()).await {
        Err(_) | Ok(Some(Err(_))) => Err(stopped()),
        Ok(None) => Ok(None),
        // Trailers carry no data.
        Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
    }
}
