//! Request bodies, up to a limit. No header is trusted about their encoding.

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use calypso_app::AppError;
use http_body_util::BodyExt as _;

/// How much of a body that is too large is read and thrown away, so that the caller gets to read our answer: one that
/// still writes when the connection closes sees a broken pipe instead.
const DISCARDED_BYTES_MAX: u64 = 64 * 1024 * 1024;
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
        // A caller that waits for `100 Continue` has not begun to write.
        if !headers.contains_key(header::EXPECT) {
            discard(&mut body).await;
        }
        return Err(AppError::payload_too_large(limit));
    }
    let mut bytes = BytesMut::with_capacity(stated.unwrap_or(0).min(RESERVED_BYTES_MAX) as usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| AppError::argument("the request body ended before it was complete"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > bytes_max {
            drop(bytes);
            discard(&mut body).await;
            return Err(AppError::payload_too_large(limit));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

async fn discard(body: &mut Body) {
    let mut discarded = 0;
    while let Some(Ok(frame)) = body.frame().await {
        discarded += frame.data_ref().map_or(0, |data| data.len() as u64);
        if discarded > DISCARDED_BYTES_MAX {
            return;
        }
    }
}
