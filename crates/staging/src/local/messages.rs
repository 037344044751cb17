//! What is written and read of messages. The order of a queue is that in which messages become visible.

use async_trait::async_trait;
use calypso_types::DateTime;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use uuid::Uuid;

use super::{
    database::{id, unavailable, unsigned},
    names::QueueName,
    writer::{Step, Stop},
};
use crate::{Error, error::what};

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredMessage {
    pub(super) id: Uuid,
    pub(super) inserted_on: DateTime,
    pub(super) expires_on: DateTime,
    pub(super) visible_on: DateTime,
    pub(super) dequeue_count: u64,
    /// Who received it last.
    pub(super) pop: Uuid,
    pub(super) text: String,
}

const COLUMNS_READ: &str = "SELECT id, inserted_on, expires_on, visible_on, dequeue_count, pop, text, sequence \
     FROM messages WHERE queue = ? AND visible_on <= ? AND expires_on > ? ORDER BY visible_on, sequence LIMIT ?";

fn read(row: &SqliteRow) -> Result<StoredMessage, sqlx::Error> {
    Ok(StoredMessage {
        id: id(row, 0)?,
        inserted_on: DateTime(row.try_get(1)?),
        expires_on: DateTime(row.try_get(2)?),
        visible_on: DateTime(row.try_get(3)?),
        dequeue_count: unsigned(row, 4)?,
        pop: id(row, 5)?,
        text: row.try_get(6)?,
    })
}

/// Returns the first visible messages without receiving them.
pub(super) async fn peek(
    readers: &SqlitePool,
    queue: QueueName,
    now: DateTime,
    count: usize,
) -> Result<Vec<StoredMessage>, Error> {
    let rows = sqlx::query(COLUMNS_READ).bind(queue.number()).bind(now.0).bind(now.0).bind(count as i64);
    let rows = rows.fetch_all(readers).await.map_err(unavailable)?;
    rows.iter().map(read).collect::<Result<_, _>>().map_err(unavailable)
}

/// Says whether a message is visible: cheaper than receiving none.
pub(super) async fn any_visible(readers: &SqlitePool, queue: QueueName, now: DateTime) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM messages WHERE queue = ? AND visible_on <= ? AND expires_on > ? LIMIT 1";
    let row = sqlx::query(sql).bind(queue.number()).bind(now.0).bind(now.0).fetch_optional(readers).await;
    Ok(row.map_err(unavailable)?.is_some())
}

/// Adds a message.
pub(super) struct Put {
    pub(super) queue: QueueName,
    pub(super) message: StoredMessage,
    pub(super) count: Arc<AtomicU64>,
    pub(super) messages_max: u64,
    /// Whether another message gave way.
    pub(super) replaced: bool,
}

#[async_trait]
impl Step for Put {
    type Answer = StoredMessage;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<StoredMessage, Stop> {
        self.make_room(connection).await?;
        let message = &self.message;
        sqlx::query(
            "INSERT INTO messages (queue, id, text, inserted_on, expires_on, visible_on, dequeue_count, pop) \
             VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        )
        .bind(self.queue.number())
        .bind(message.id.as_bytes().as_slice())
        .bind(message.text.as_str())
        .bind(message.inserted_on.0)
        .bind(message.expires_on.0)
        .bind(message.visible_on.0)
        .bind(message.pop.as_bytes().as_slice())
        .execute(connection)
        .await?;
        Ok(message.clone())
    }

    fn committed(&mut self) {
        if !self.replaced {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Put {
    async fn make_room(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        if self.count.load(Ordering::Relaxed) < self.messages_max {
            return Ok(());
        }
        if !self.queue.drops_oldest() {
            return Err(Error::Full { what: what::MESSAGE, limit: self.messages_max }.into());
        }
        let sql = "DELETE FROM messages WHERE sequence = (SELECT sequence FROM messages WHERE queue = ? \
                   ORDER BY visible_on, sequence LIMIT 1)";
        let deleted = sqlx::query(sql).bind(self.queue.number()).execute(connection).await?;
        self.replaced = deleted.rows_affected() > 0;
        Ok(())
    }
}

/// Receives visible messages and hides them.
pub(super) struct Receive {
    pub(super) queue: QueueName,
    pub(super) now: DateTime,
    pub(super) hidden_until: DateTime,
    /// A receipt for each message that may be received.
    pub(super) pops: Vec<Uuid>,
}

#[async_trait]
impl Step for Receive {
    type Answer = Vec<StoredMessage>;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Vec<StoredMessage>, Stop> {
        let rows = sqlx::query(COLUMNS_READ)
            .bind(self.queue.number())
            .bind(self.now.0)
            .bind(self.now.0)
            .bind(self.pops.len() as i64)
            .fetch_all(&mut *connection)
            .await?;
        let mut messages = Vec::with_capacity(rows.len());
        for (row, pop) in rows.iter().zip(&self.pops) {
            let sql =
                "UPDATE messages SET visible_on = ?, dequeue_count = dequeue_count + 1, pop = ? WHERE sequence = ?";
            sqlx::query(sql)
                .bind(self.hidden_until.0)
                .bind(pop.as_bytes().as_slice())
                .bind(row.try_get::<i64, _>(7)?)
                .execute(&mut *connection)
                .await?;
            let mut message = read(row)?;
            message.dequeue_count += 1;
            message.pop = *pop;
            message.visible_on = self.hidden_until;
            messages.push(message);
        }
        Ok(messages)
    }
}

/// Hides a received message for longer, or less long, and may change its text.
pub(super) struct Update {
    pub(super) queue: QueueName,
    pub(super) id: Uuid,
    pub(super) pop: Uuid,
    pub(super) new_pop: Uuid,
    pub(super) hidden_until: DateTime,
    pub(super) text: Option<String>,
}

#[async_trait]
impl Step for Update {
    type Answer = ();

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let sql = "UPDATE messages SET visible_on = ?, pop = ?, text = coalesce(?, text) \
                   WHERE id = ? AND queue = ? AND pop = ?";
        let updated = sqlx::query(sql)
            .bind(self.hidden_until.0)
            .bind(self.new_pop.as_bytes().as_slice())
            .bind(self.text.as_deref())
            .bind(self.id.as_bytes().as_slice())
            .bind(self.queue.number())
            .bind(self.pop.as_bytes().as_slice())
            .execute(connection)
            .await?;
        if updated.rows_affected() == 0 { Err(Error::NotFound { what: what::MESSAGE }.into()) } else { Ok(()) }
    }
}

/// Deletes a received message.
pub(super) struct Delete {
    pub(super) queue: QueueName,
    pub(super) id: Uuid,
    pub(super) pop: Uuid,
    pub(super) count: Arc<AtomicU64>,
}

#[async_trait]
impl Step for Delete {
    type Answer = ();

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let sql = "DELETE FROM messages WHERE id = ? AND queue = ? AND pop = ?";
        let deleted = sqlx::query(sql)
            .bind(self.id.as_bytes().as_slice())
            .bind(self.queue.number())
            .bind(self.pop.as_bytes().as_slice())
            .execute(connection)
            .await?;
        if deleted.rows_affected() == 0 { Err(Error::NotFound { what: what::MESSAGE }.into()) } else { Ok(()) }
    }

    fn committed(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Deletes the messages of a queue: all, or those that have expired.
pub(super) struct DeleteMany {
    pub(super) queue: QueueName,
    /// Only messages that expire until then.
    pub(super) expired_on: Option<DateTime>,
    pub(super) count: Arc<AtomicU64>,
    pub(super) deleted: u64,
}

#[async_trait]
impl Step for DeleteMany {
    type Answer = u64;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<u64, Stop> {
        let until = self.expired_on.unwrap_or(DateTime(i64::MAX));
        let delete = sqlx::query("DELETE FROM messages WHERE queue = ? AND expires_on <= ?");
        let deleted = delete.bind(self.queue.number()).bind(until.0).execute(connection).await?;
        self.deleted = deleted.rows_affected();
        Ok(self.deleted)
    }

    fn committed(&mut self) {
        self.count.fetch_sub(self.deleted, Ordering::Relaxed);
    }
}

/// Makes messages visible again that the process before this one had received, in their old place, and counts them.
pub(super) async fn recover(connection: &mut SqliteConnection, queue: QueueName) -> Result<u64, sqlx::Error> {
    let sql = "UPDATE messages SET visible_on = inserted_on WHERE queue = ? AND dequeue_count > 0";
    sqlx::query(sql).bind(queue.number()).execute(&mut *connection).await?;
    let count = sqlx::query("SELECT count(*) FROM messages WHERE queue = ?").bind(queue.number());
    unsigned(&count.fetch_one(connection).await?, 0)
}
