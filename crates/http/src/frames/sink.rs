//! Where encoders write: a buffer that leaves as chunks of a response body, a few at a time.
//!
//! The encoder runs only when the connection asks for more, so a slow reader holds it back; when the reader goes away
//! the encoder is dropped, and with it the query.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use calypso_app::AppError;
use futures::{Stream, future::BoxFuture};
use tokio::sync::mpsc;

use crate::{errors, result_reader::CallerGone};

/// A chunk leaves when it has this many bytes.
pub(crate) const CHUNK_BYTES: usize = 1024 * 1024;
/// Chunks that may wait for the reader.
const CHUNKS_WAITING_MAX: usize = 2;
/// What an encoder's buffer begins with.
const BUFFER_BYTES: usize = 16 * 1024;

/// An encoder at work.
type Encoding = BoxFuture<'static, Result<(), CallerGone>>;

enum Chunk {
    More(Bytes),
    Last(Bytes),
}

/// The writing end of a response body.
pub(crate) struct ChunkSink {
    buffer: String,
    sender: mpsc::Sender<Chunk>,
}

impl ChunkSink {
    /// Where to append.
    pub(crate) fn text(&mut self) -> &mut String {
        &mut self.buffer
    }

    /// Lets the buffer leave if it is a chunk.
    pub(crate) async fn flush_if_full(&mut self) -> Result<(), CallerGone> {
        if self.buffer.len() < CHUNK_BYTES { Ok(()) } else { self.flush().await }
    }

    /// Lets the buffer leave, however small.
    pub(crate) async fn flush(&mut self) -> Result<(), CallerGone> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        // Rows of one result are alike, so the next chunk will need what this one needed.
        let next = String::with_capacity(self.buffer.len().min(CHUNK_BYTES) + BUFFER_BYTES);
        let chunk = mem::replace(&mut self.buffer, next);
        self.sender.send(Chunk::More(chunk.into())).await.map_err(|_| CallerGone)
    }

    /// Lets the rest leave and ends the body.
    pub(crate) async fn finish(self) -> Result<(), CallerGone> {
        self.sender.send(Chunk::Last(self.buffer.into())).await.map_err(|_| CallerGone)
    }
}

/// The reading end of a response body: drives the encoder and yields its chunks.
struct EncodedBody {
    encoding: Option<Encoding>,
    chunks: mpsc::Receiver<Chunk>,
    ended: bool,
}

impl EncodedBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Chunk>> {
        if let Some(encoding) = &mut self.encoding
            && encoding.as_mut().poll(cx).is_ready()
        {
            self.encoding = None;
        }
        self.chunks.poll_recv(cx)
    }
}

impl Stream for EncodedBody {
    type Item = Result<Bytes, AppError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.poll_chunk(cx).map(|chunk| match chunk {
            Some(Chunk::More(bytes)) => Some(Ok(bytes)),
            Some(Chunk::Last(bytes)) => {
                self.ended = true;
                Some(Ok(bytes))
            }
            None => {
                // The encoder stopped short: break the connection rather than let a cut result look whole.
                self.ended = true;
                Some(Err(AppError::internal("the response was cut short")))
            }
        })
    }
}

/// Answers 200 with what `encode` writes. A result that fits one chunk goes out whole, with its length.
pub(crate) async fn respond_with_frames(encode: impl FnOnce(ChunkSink) -> Encoding) -> Result<Response, AppError> {
    let (sender, chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
    let encoding = encode(ChunkSink { buffer: String::with_capacity(BUFFER_BYTES), sender });
    let mut body = EncodedBody { encoding: Some(encoding), chunks, ended: false };
    let first = std::future::poll_fn(|cx| body.poll_chunk(cx)).await;
    let body = match first {
        Some(Chunk::Last(bytes)) => Body::from(bytes),
        Some(Chunk::More(bytes)) => {
            let first = futures::stream::iter([Ok(bytes)]);
            Body::from_stream(futures::StreamExt::chain(first, body))
        }
        None => return Err(AppError::internal("the response was cut short")),
    };
    Ok(([(header::CONTENT_TYPE, errors::JSON)], body).into_response())
}
