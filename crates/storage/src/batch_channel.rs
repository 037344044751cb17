//! From async producers to the blocking writer of extents: a bounded channel of batches with an explicit end.
//!
//! A producer that vanishes (its request was cancelled) must not look like one that is done, or half of a result would
//! be committed: only [`BatchSender::finish`] ends the batches, anything else ends in an error.

use arrow::array::RecordBatch;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::Error;

/// Batches that may wait for the writer.
const BATCHES_WAITING_MAX: usize = 8;

enum Message<E> {
    Batch(Result<RecordBatch, E>),
    End,
}

/// The producer's end.
pub struct BatchSender<E> {
    sender: Sender<Message<E>>,
}

/// The writer's end: an iterator that blocks.
pub struct BatchReceiver<E> {
    receiver: Receiver<Message<E>>,
    ended: bool,
}

/// Makes a channel for [`crate::Storage::ingest_extents`].
#[must_use]
pub fn batch_channel<E>() -> (BatchSender<E>, BatchReceiver<E>) {
    let (sender, receiver) = channel(BATCHES_WAITING_MAX);
    (BatchSender { sender }, BatchReceiver { receiver, ended: false })
}

impl<E> BatchSender<E> {
    /// Hands a batch or the producer's error to the writer; false if the writer has given up.
    pub async fn send(&self, batch: Result<RecordBatch, E>) -> bool {
        self.sender.send(Message::Batch(batch)).await.is_ok()
    }

    /// Says that all batches have been sent.
    pub async fn finish(self) {
        let _ = self.sender.send(Message::End).await;
    }
}

impl<E: From<Error>> Iterator for BatchReceiver<E> {
    type Item = Result<RecordBatch, E>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.receiver.blocking_recv() {
            Some(Message::Batch(batch)) => {
                self.ended = batch.is_err();
                Some(batch)
            }
            Some(Message::End) => {
                self.ended = true;
                None
            }
            None => {
                self.ended = true;
                Some(Err(Error::Stopped { what: "the producer of batches" }.into()))
            }
        }
    }
}
