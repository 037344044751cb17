//! What has grown old goes: messages, statuses, blobs, and blocks that belong to none.

use std::{sync::Arc, time::Duration};

use calypso_types::{DateTime, TimeSpan};
use sqlx::Row as _;

use super::{
    LocalStaging,
    blobs::{DeleteOld, Leftover},
    database::unavailable,
    names::QueueName,
};
use crate::Error;

/// How much older than a waiting message a blob may be that the message names.
const BLOB_BEFORE_MESSAGE_MAX: TimeSpan = TimeSpan::DAY;
/// Blobs, and blocks, that one commit deletes.
const DELETED_PER_COMMIT_MAX: usize = 1000;

/// What [`LocalStaging::expire`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    pub messages: u64,
    pub statuses: u64,
    pub blobs: u64,
    pub blocks: u64,
}

impl LocalStaging {
    /// Deletes what has expired at `now`; to be called every few minutes. A blob that an ingestion message may name
    /// stays while the message waits.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn expire(&self, now: DateTime) -> Result<Expired, Error> {
        let settings = &self.inner.settings;
        let mut expired = Expired::default();
        for queue in QueueName::ALL {
            expired.messages += self.queue(queue).delete_expired(now).await?;
        }
        expired.statuses = self.table.delete_unchanged(before(now, settings.status_retention)).await?;
        let mut blobs_before = before(now, settings.blob_retention);
        if let Some(oldest) = self.oldest_ingestion_message().await? {
            blobs_before = blobs_before.min(DateTime(oldest.0 - BLOB_BEFORE_MESSAGE_MAX.0));
        }
        let blocks_before = before(now, settings.block_retention);
        loop {
            let step = DeleteOld {
                blobs_before,
                blocks_before,
                count_max: DELETED_PER_COMMIT_MAX,
                files: Arc::clone(&self.inner.files),
                quota: Arc::clone(&self.inner.quota),
                leftover: Leftover::default(),
            };
            let (blobs, blocks) = self.inner.writer.write(step).await?;
            expired.blobs += blobs;
            expired.blocks += blocks;
            if blobs.max(blocks) < DELETED_PER_COMMIT_MAX as u64 {
                return Ok(expired);
            }
        }
    }

    async fn oldest_ingestion_message(&self) -> Result<Option<DateTime>, Error> {
        // In the order of the table, so that the first one found is the oldest.
        let sql = "SELECT inserted_on FROM messages NOT INDEXED WHERE queue = ? ORDER BY sequence LIMIT 1";
        let row = sqlx::query(sql).bind(QueueName::ReadyForAggregation.number());
        let row = row.fetch_optional(&self.inner.readers).await.map_err(unavailable)?;
        row.map(|row| row.try_get(0).map(DateTime)).transpose().map_err(unavailable)
    }
}

fn before(now: DateTime, time: Duration) -> DateTime {
    let ticks = i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX);
    now.checked_sub(TimeSpan(ticks)).unwrap_or(DateTime::MIN)
}
