//! A queue of built-in staging, for the batching manager and for clients.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use calypso_types::{DateTime, TimeSpan};
use uuid::Uuid;

use super::{
    Inner,
    messages::{self, StoredMessage},
    names::QueueName,
};
use crate::{Error, MESSAGES_PER_CALL_MAX, Message, MessageQueue, Receipt, error::what};

/// Longest text of a message, as in Azure Queue Storage.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// A message as Azure's protocol shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMessage {
    pub id: Uuid,
    pub inserted_on: DateTime,
    /// [`DateTime::MAX`] for one that lives for ever.
    pub expires_on: DateTime,
    pub next_visible_on: DateTime,
    pub dequeue_count: u64,
    /// What deletes the message, while nobody else receives it.
    pub pop_receipt: Uuid,
    pub text: String,
}

/// How long a message lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeToLive {
    /// As the settings say.
    Default,
    For(Duration),
    Forever,
}

/// A queue of built-in staging.
pub struct LocalQueue {
    name: QueueName,
    inner: Arc<Inner>,
    count: Arc<AtomicU64>,
}

impl LocalQueue {
    pub(super) fn new(name: QueueName, inner: Arc<Inner>, count: u64) -> Self {
        Self { name, inner, count: Arc::new(AtomicU64::new(count)) }
    }

    /// Which queue it is.
    #[must_use]
    pub const fn name(&self) -> QueueName {
        self.name
    }

    /// Adds a message that is hidden for `hidden` at first.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Full`], or when the disk fails.
    pub async fn put_message(&self, text: String, hidden: Duration, lives: TimeToLive) -> Result<QueueMessage, Error> {
        if text.len() > MESSAGE_BYTES_MAX {
            return Err(Error::TooLarge { what: what::MESSAGE, limit: MESSAGE_BYTES_MAX as u64 });
        }
        let now = self.inner.clock.now();
        let expires_on = match lives {
            TimeToLive::Default => after(now, self.inner.settings.message_retention),
            TimeToLive::For(time) => after(now, time),
            TimeToLive::Forever => DateTime::MAX,
        };
        let message = StoredMessage {
            id: self.inner.ids.next_id(),
            inserted_on: now,
            expires_on,
            visible_on: after(now, hidden),
            dequeue_count: 0,
            pop: self.inner.ids.next_id(),
            text,
        };
        let step = messages::Put {
            queue: self.name,
            message,
            count: Arc::clone(&self.count),
            messages_max: self.inner.settings.messages_max,
            replaced: false,
        };
        self.inner.writer.write(step).await.map(QueueMessage::from)
    }

    /// Takes at most `count` visible messages and hides them for `hidden`.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn get_messages(&self, count: usize, hidden: Duration) -> Result<Vec<QueueMessage>, Error> {
        let now = self.inner.clock.now();
        if !messages::any_visible(&self.inner.readers, self.name, now).await? {
            return Ok(Vec::new());
        }
        let count = count.min(MESSAGES_PER_CALL_MAX);
        let pops = (0..count).map(|_| self.inner.ids.next_id()).collect();
        let step = messages::Receive { queue: self.name, now, hidden_until: after(now, hidden), pops };
        let received = self.inner.writer.write(step).await?;
        Ok(received.into_iter().map(QueueMessage::from).collect())
    }

    /// Returns the first visible messages and leaves them as they are.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn peek_messages(&self, count: usize) -> Result<Vec<QueueMessage>, Error> {
        let count = count.min(MESSAGES_PER_CALL_MAX);
        let found = messages::peek(&self.inner.readers, self.name, self.inner.clock.now(), count).await?;
        Ok(found.into_iter().map(QueueMessage::from).collect())
    }

    /// Hides a received message for `hidden` from now on, and gives it another text if there is one. Returns the new
    /// receipt and when the message becomes visible.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the receipt is not the message's last.
    pub async fn update_message(
        &self,
        id: Uuid,
        pop: Uuid,
        hidden: Duration,
        text: Option<String>,
    ) -> Result<(Uuid, DateTime), Error> {
        if text.as_ref().is_some_and(|text| text.len() > MESSAGE_BYTES_MAX) {
            return Err(Error::TooLarge { what: what::MESSAGE, limit: MESSAGE_BYTES_MAX as u64 });
        }
        let (new_pop, hidden_until) = (self.inner.ids.next_id(), after(self.inner.clock.now(), hidden));
        let step = messages::Update { queue: self.name, id, pop, new_pop, hidden_until, text };
        self.inner.writer.write(step).await?;
        Ok((new_pop, hidden_until))
    }

    /// Deletes a received message.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the receipt is not the message's last.
    pub async fn delete_message(&self, id: Uuid, pop: Uuid) -> Result<(), Error> {
        self.inner.writer.write(messages::Delete { queue: self.name, id, pop, count: Arc::clone(&self.count) }).await
    }

    /// Deletes all messages.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn clear(&self) -> Result<(), Error> {
        self.delete_many(None).await.map(drop)
    }

    /// Deletes the messages that have expired.
    pub(super) async fn delete_expired(&self, now: DateTime) -> Result<u64, Error> {
        self.delete_many(Some(now)).await
    }

    async fn delete_many(&self, expired_on: Option<DateTime>) -> Result<u64, Error> {
        let count = Arc::clone(&self.count);
        self.inner.writer.write(messages::DeleteMany { queue: self.name, expired_on, count, deleted: 0 }).await
    }

    /// How many messages there are, visible or not.
    #[must_use]
    pub fn approximate_count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl MessageQueue for LocalQueue {
    async fn put(&self, text: String) -> Result<(), Error> {
        self.put_message(text, Duration::ZERO, TimeToLive::Default).await.map(drop)
    }

    async fn receive(&self, count: usize, hidden: Duration) -> Result<Vec<Message>, Error> {
        let received = self.get_messages(count, hidden).await?;
        Ok(received.into_iter().map(Message::from).collect())
    }

    async fn extend(&self, receipt: &Receipt, hidden: Duration) -> Result<Receipt, Error> {
        let (id, pop) = ids(receipt)?;
        let (pop, _) = self.update_message(id, pop, hidden, None).await?;
        Ok(Receipt { message: receipt.message.clone(), pop: pop.to_string() })
    }

    async fn delete(&self, receipt: &Receipt) -> Result<(), Error> {
        let (id, pop) = ids(receipt)?;
        self.delete_message(id, pop).await
    }

    async fn count(&self) -> Result<u64, Error> {
        Ok(self.approximate_count())
    }
}

fn ids(receipt: &Receipt) -> Result<(Uuid, Uuid), Error> {
    let id = |text| Uuid::try_parse(text).map_err(|_| Error::NotFound { what: what::MESSAGE });
    Ok((id(&receipt.message)?, id(&receipt.pop)?))
}

/// Returns `time` after `now`, at most the end of time.
pub(super) fn after(now: DateTime, time: Duration) -> DateTime {
    let ticks = i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX);
    now.checked_add(TimeSpan(ticks)).unwrap_or(DateTime::MAX)
}

impl From<StoredMessage> for QueueMessage {
    fn from(stored: StoredMessage) -> Self {
        Self {
            id: stored.id,
            inserted_on: stored.inserted_on,
            expires_on: stored.expires_on,
            next_visible_on: stored.visible_on,
            dequeue_count: stored.dequeue_count,
            pop_receipt: stored.pop,
            text: stored.text,
        }
    }
}

impl From<QueueMessage> for Message {
    fn from(message: QueueMessage) -> Self {
        Self {
            receipt: Receipt { message: message.id.to_string(), pop: message.pop_receipt.to_string() },
            inserted_on: message.inserted_on,
            dequeue_count: u32::try_from(message.dequeue_count).unwrap_or(u32::MAX),
            text: message.text,
        }
    }
}
