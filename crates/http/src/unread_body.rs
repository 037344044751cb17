//! What a caller still writes when its request has been answered: read and thrown away.
//!
//! A caller that is writing when the connection closes sees a broken pipe instead of our answer, and one that takes the
//! connection for reusable loses its next request.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, HttpBody as _},
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use parking_lot::Mutex;

/// How much is read and thrown away.
const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// For how long.
const DISCARD_TIME_MAX: Duration = Duration::from_secs(60);
const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Runs the request; then makes sure that its body has been read, or that the caller knows that the connection ends.
pub(crate) async fn finish(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let expects = parts.headers.contains_key(header::EXPECT);
    let left = Arc::new(Mutex::new(Left::Unknown));
    let watched = Watched { body: Some(body.into_data_stream()), is_begun: false, left: Arc::clone(&left) };
    let mut response = next.run(Request::from_parts(parts, Body::from_stream(watched))).await;
    let found = std::mem::replace(&mut *left.lock(), Left::Unknown);
    let is_read = match found {
        Left::Nothing => true,
        // A caller that waits for `100 Continue` has not begun to write.
        Left::Rest { is_begun: false, .. } if expects => false,
        Left::Rest { body, .. } => discard(body).await,
        Left::Unknown => false,
    };
    if !is_read {
        response.headers_mut().insert(header::CONNECTION, CLOSE);
    }
    response
}

/// Says whether the body came to its end.
async fn discard(mut body: BodyDataStream) -> bool {
    let discarded = async {
        let mut bytes = 0;
        while let Some(piece) = body.next().await {
            let Ok(piece) = piece else { return false };
            bytes += piece.len();
            if bytes > DISCARDED_BYTES_MAX {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(DISCARD_TIME_MAX, discarded).await.unwrap_or(false)
}

/// What is left of a body when nobody reads it any more.
enum Left {
    Nothing,
    Rest {
        body: BodyDataStream,
        /// Whether some of it was asked for.
        is_begun: bool,
    },
    /// Somebody still holds it, or it broke off.
    Unknown,
}

/// A body that tells what is left of it when it is dropped.
struct Watched {
    /// None once it has ended.
    body: Option<BodyDataStream>,
    is_begun: bool,
    left: Arc<Mutex<Left>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_begun = true;
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let piece = ready!(body.poll_next_unpin(cx));
        match &piece {
            Some(Ok(_)) => {}
            Some(Err(_)) => self.body = None,
            None => {
                self.body = None;
                *self.left.lock() = Left::Nothing;
            }
        }
        Poll::Ready(piece)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            *self.left.lock() = Left::Rest { body, is_begun: self.is_begun };
        }
    }
}
