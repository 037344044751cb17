//! Chunks made by blocking work: a thread writes into a short channel, async code reads from it.

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::body::{ChunkStream, Producer};
use crate::Error;

/// Chunks that wait for their reader; the producer then stands still.
const CHUNKS_WAITING_MAX: usize = 4;

/// Nobody reads any more: the producer should end.
#[derive(Debug)]
pub(crate) struct SinkClosed;

/// Where a producer puts its chunks.
pub(crate) struct ChunkSink {
    sender: mpsc::Sender<Result<Bytes, Error>>,
}

impl ChunkSink {
    /// Waits for room.
    pub(super) fn send(&mut self, chunk: Bytes) -> Result<(), SinkClosed> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(Ok(chunk)).map_err(|_| SinkClosed)
    }

    /// Ends the chunks with an error.
    pub(super) fn fail(&mut self, error: Error) -> Result<(), SinkClosed> {
        // The producer ends either way.
        let _ = self.sender.blocking_send(Err(error));
        Err(SinkClosed)
    }
}

/// Runs `producer` on a thread for blocking work once the stream is first asked. Dropping the stream ends it at its next chunk.
pub(super) fn chunks_of_producer(producer: Producer) -> ChunkStream {
    stream::once(async {
        let (sender, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
        let task = tokio::task::spawn_blocking(move || {
            let _ = producer(&mut ChunkSink { sender });
        });
        stream::unfold((receiver, Some(task)), |(mut receiver, task)| async {
            if let Some(chunk) = receiver.recv().await {
                return Some((chunk, (receiver, task)));
            }
            // The thread is gone. If it panicked, what it sent is not the whole of the data.
            let panicked = task?.await.err()?;
            let source = std::io::Error::other(panicked);
            Some((Err(Error::Source { name: "the source".to_owned(), source }), (receiver, None)))
        })
    })
    .flatten()
    .boxed()
}
