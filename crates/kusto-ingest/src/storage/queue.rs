//! Messages of a queue.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use azure_storage_queue::{
    QueueClient, QueueClientOptions,
    models::{QueueClientPeekMessagesOptions, QueueClientReceiveMessagesOptions, QueueMessage},
};
use futures::TryFutureExt as _;

use super::{Attempts, REQUEST_TIME_MAX, StorageFailure, StorageTransport};
use crate::resources::ResourceUri;

/// Most messages of one request, as the service has it.
pub(crate) const MESSAGES_PER_CALL_MAX: usize = 32;

/// Posts a message; `text` is base64 already.
///
/// An answer that is lost is a message that may be there twice: the service tells by the source id.
pub(crate) async fn post_message(
    transport: &StorageTransport,
    queue: &ResourceUri,
    text: &str,
    attempts: &Attempts,
) -> Result<(), StorageFailure> {
    const DOING: &str = "posting a message";
    let client = client(DOING, transport, queue)?;
    let post = || {
        let message = QueueMessage { message_text: Some(text.to_owned()) };
        within(DOING, queue, async { client.send_message(message.try_into()?, None).await.map(drop) })
    };
    attempts.run(post).await
}

/// A message that was read.
pub(crate) struct QueuedText {
    pub(crate) text: String,
    /// What it takes to delete it; none of a message that was peeked at.
    receipt: Option<(String, String)>,
}

/// Reads messages of one queue.
pub(crate) struct QueueReader {
    queue: ResourceUri,
    client: QueueClient,
    attempts: Attempts,
}

impl QueueReader {
    pub(crate) fn new(
        transport: &StorageTransport,
        queue: &ResourceUri,
        attempts: &Attempts,
    ) -> Result<Self, StorageFailure> {
        let client = client("reading a queue", transport, queue)?;
        Ok(Self { queue: queue.clone(), client, attempts: attempts.clone() })
    }

    /// Returns up to `count` messages and leaves them there.
    pub(crate) async fn peek(&self, count: usize) -> Result<Vec<QueuedText>, StorageFailure> {
        const DOING: &str = "peeking into a queue";
        let peek = || {
            let options =
                QueueClientPeekMessagesOptions { number_of_messages: Some(number(count)), ..Default::default() };
            within(DOING, &self.queue, async { self.client.peek_messages(Some(options)).await?.into_model() })
        };
        let messages = self.attempts.run(peek).await?.items.unwrap_or_default();
        let text = |text: Option<String>| QueuedText { text: text.unwrap_or_default(), receipt: None };
        Ok(messages.into_iter().map(|message| text(message.message_text)).collect())
    }

    /// Takes up to `count` messages, which come back after a while unless they are deleted.
    pub(crate) async fn receive(&self, count: usize) -> Result<Vec<QueuedText>, StorageFailure> {
        const DOING: &str = "receiving from a queue";
        let receive = || {
            let options =
                QueueClientReceiveMessagesOptions { number_of_messages: Some(number(count)), ..Default::default() };
            within(DOING, &self.queue, async { self.client.receive_messages(Some(options)).await?.into_model() })
        };
        let messages = self.attempts.run(receive).await?.items.unwrap_or_default();
        let read = |message: azure_storage_queue::models::ReceivedMessage| QueuedText {
            text: message.message_text.unwrap_or_default(),
            receipt: message.message_id.zip(message.pop_receipt),
        };
        Ok(messages.into_iter().map(read).collect())
    }

    /// Deletes a message that was received.
    pub(crate) async fn delete(&self, message: &QueuedText) -> Result<(), StorageFailure> {
        const DOING: &str = "deleting a message";
        let Some((id, receipt)) = &message.receipt else { return Ok(()) };
        let delete =
            || within(DOING, &self.queue, async { self.client.delete_message(id, receipt, None).await.map(drop) });
        match self.attempts.run(delete).await {
            // An attempt whose answer was lost has deleted it.
            Err(failure) if failure.status() == Some(404) => Ok(()),
            outcome => outcome,
        }
    }
}

fn client(
    doing: &'static str,
    transport: &StorageTransport,
    queue: &ResourceUri,
) -> Result<QueueClient, StorageFailure> {
    let options = QueueClientOptions { client_options: transport.options(), ..Default::default() };
    QueueClient::new(queue.url().clone(), None, Some(options))
        .map_err(|error| StorageFailure::of_library(doing, queue, &error))
}

fn number(count: usize) -> i32 {
    i32::try_from(count.clamp(1, MESSAGES_PER_CALL_MAX)).unwrap_or(1)
}

async fn within<T>(
    doing: &'static str,
    queue: &ResourceUri,
    request: impl Future<Output = azure_core::Result<T>>,
) -> Result<T, StorageFailure> {
    let request = request.map_err(|error| StorageFailure::of_library(doing, queue, &error));
    let outcome = tokio::time::timeout(REQUEST_TIME_MAX, request).await;
    outcome.unwrap_or_else(|_| Err(StorageFailure::timed_out(doing, queue)))
}
