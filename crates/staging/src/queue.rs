//! Queues of messages, delivered at least once: a message received is invisible for a while, and comes back unless it
//! is deleted before.

use std::time::Duration;

use async_trait::async_trait;
use calypso_types::DateTime;

use crate::Error;

/// Most messages of one call, as in Azure Queue Storage.
pub const MESSAGES_PER_CALL_MAX: usize = 32;

/// Proof that a message was received, to delete it or keep it longer. Each extension gives a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub message: String,
    pub pop: String,
}

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub receipt: Receipt,
    pub inserted_on: DateTime,
    /// How often it has been received, this time included.
    pub dequeue_count: u32,
    /// The text as it was put.
    pub text: String,
}

/// A queue.
#[async_trait]
pub trait MessageQueue: Send + Sync {
    /// Adds a message; durable when this returns.
    ///
    /// # Errors
    /// When the account refuses or cannot be reached, or the text is too long.
    async fn put(&self, text: String) -> Result<(), Error>;

    /// Takes at most `count` (at most [`MESSAGES_PER_CALL_MAX`]) visible messages and hides them for `hidden`.
    ///
    /// # Errors
    /// When the account refuses or cannot be reached.
    async fn receive(&self, count: usize, hidden: Duration) -> Result<Vec<Message>, Error>;

    /// Hides a received message for `hidden` from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when somebody else received or deleted it in the meantime.
    async fn extend(&self, receipt: &Receipt, hidden: Duration) -> Result<Receipt, Error>;

    /// Deletes a received message.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Self::extend`].
    async fn delete(&self, receipt: &Receipt) -> Result<(), Error>;

    /// Returns about how many messages there are, visible or not.
    ///
    /// # Errors
    /// When the account refuses or cannot be reached.
    async fn count(&self) -> Result<u64, Error>;
}
