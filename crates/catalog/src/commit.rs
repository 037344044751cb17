//! One commit on disk: a single SQLite transaction, synced before anybody sees its outcome.
//!
//! What a failure leaves behind decides whether the catalog may go on:
//!
//! - Before `COMMIT` was issued, and the transaction is known to be gone: nothing happened. The caller may try again.
//! - `COMMIT` failed, or nobody knows whether the transaction is gone: memory may lag behind the disk. The catalog
//!   takes no more changes until it is reopened and reads what is true.
//! - The stored version is not the one this catalog started from: another process writes. Likewise.

use sqlx::{Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::{
    document::{Document, version_checksum},
    error::Error,
    journal::{JOURNAL_ROWS_MAX, JournalEntry},
    operation_log::OperationWrites,
    recent_sources::SourceBatch,
    rows::RowWrites,
    statements::{DATABASES, DocumentTable, EXTENTS, FUNCTIONS, TABLES},
};

/// Everything one commit stores.
#[derive(Debug)]
pub(crate) struct StoredCommit {
    /// The version before; the commit makes it one more.
    pub(crate) previous_version: u64,
    pub(crate) rows: RowWrites,
    pub(crate) journal: Vec<(JournalEntry, Document)>,
}

/// How a commit failed.
#[derive(Debug)]
pub(crate) enum CommitFailure {
    /// Nothing happened.
    Clean(sqlx::Error),
    /// Anything may have happened.
    Unknown(sqlx::Error),
    /// Somebody else commits.
    ChangedElsewhere,
}

/// Why the statements of a transaction stopped.
enum Stop {
    Sql(sqlx::Error),
    ChangedElsewhere,
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// The one connection that commits. Whoever holds it is the only writer.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) connection: SqliteConnection,
    pub(crate) cluster: Uuid,
    /// The number of the next batch of sources.
    pub(crate) next_source_batch: i64,
}

impl Writer {
    /// Stores a commit durably.
    pub(crate) async fn persist(&mut self, commit: &StoredCommit) -> Result<(), CommitFailure> {
        let connection = &mut self.connection;
        execute(connection, "BEGIN IMMEDIATE").await.map_err(CommitFailure::Clean)?;
        if let Err(stop) = write_commit(connection, self.cluster, commit).await {
            return Err(undo(connection, stop).await);
        }
        if let Err(error) = execute(connection, "COMMIT").await {
            // Only frees the lock: what happened is unknown either way.
            undo(connection, Stop::ChangedElsewhere).await;
            return Err(CommitFailure::Unknown(error));
        }
        self.next_source_batch += i64::try_from(commit.rows.sources.len()).unwrap_or(i64::MAX);
        Ok(())
    }

    /// Deletes the batches of sources before `first_kept`. One statement, so all or none.
    pub(crate) async fn delete_sources_before(&mut self, first_kept: i64) -> Result<u64, sqlx::Error> {
        let delete = sqlx::query("DELETE FROM sources WHERE sequence < ?").bind(first_kept);
        Ok(delete.execute(&mut self.connection).await?.rows_affected())
    }
}

/// Rolls back, and says what the failure leaves behind. SQLite rolls back by itself when the disk is full, and then
/// refuses `ROLLBACK`; that a new transaction can begin proves the old one is gone.
async fn undo(connection: &mut SqliteConnection, stop: Stop) -> CommitFailure {
    let mut gone = execute(connection, "ROLLBACK").await.is_ok();
    if !gone {
        gone = execute(connection, "BEGIN").await.is_ok() && execute(connection, "ROLLBACK").await.is_ok();
    }
    match stop {
        Stop::ChangedElsewhere => CommitFailure::ChangedElsewhere,
        Stop::Sql(error) if gone => CommitFailure::Clean(error),
        Stop::Sql(error) => CommitFailure::Unknown(error),
    }
}

async fn write_commit(connection: &mut SqliteConnection, cluster: Uuid, commit: &StoredCommit) -> Result<(), Stop> {
    raise_version(connection, cluster, commit.previous_version).await?;
    let rows = &commit.rows;
    for table in &rows.cleared_tables {
        let id = table.0.as_bytes().as_slice();
        sqlx::query("DELETE FROM extents WHERE table_id = ?").bind(id).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM sources WHERE table_id = ?").bind(id).execute(&mut *connection).await?;
    }
    let tables: [(&DocumentTable, _); 4] = [
        (&DATABASES, &rows.databases),
        (&TABLES, &rows.tables),
        (&FUNCTIONS, &rows.functions),
        (&EXTENTS, &rows.extents),
    ];
    for (table, writes) in tables {
        table.write(connection, writes).await?;
    }
    if let Some(policies) = &rows.policies {
        write_policies(connection, policies).await?;
    }
    for batch in &rows.sources {
        write_sources(connection, batch).await?;
    }
    Ok(write_journal(connection, &commit.journal).await?)
}

/// Compares and swaps the version.
async fn raise_version(connection: &mut SqliteConnection, cluster: Uuid, previous: u64) -> Result<(), Stop> {
    let (Ok(previous), Ok(next)) = (i64::try_from(previous), i64::try_from(previous.saturating_add(1))) else {
        return Err(Stop::ChangedElsewhere);
    };
    let swap = sqlx::query("UPDATE cluster SET version = ?, crc32c = ? WHERE singleton = 1 AND version = ?")
        .bind(next)
        .bind(i64::from(version_checksum(cluster, next)))
        .bind(previous);
    match swap.execute(connection).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Stop::ChangedElsewhere),
    }
}

async fn write_policies(connection: &mut SqliteConnection, document: &Document) -> Result<(), sqlx::Error> {
    let put = "INSERT INTO policies (scope, document, crc32c) VALUES ('cluster', ?, ?) \
               ON CONFLICT (scope) DO UPDATE SET document = excluded.document, crc32c = excluded.crc32c";
    sqlx::query(put).bind(document.text.as_str()).bind(i64::from(document.crc32c)).execute(connection).await?;
    Ok(())
}

async fn write_sources(connection: &mut SqliteConnection, batch: &SourceBatch) -> Result<(), sqlx::Error> {
    let bytes = batch.to_bytes();
    let table = batch.table.0.as_bytes();
    let crc = crate::document::checksum("sources", table, &[], &bytes);
    sqlx::query("INSERT INTO sources (sequence, table_id, ids, crc32c) VALUES (?, ?, ?, ?)")
        .bind(batch.sequence)
        .bind(table.as_slice())
        .bind(bytes)
        .bind(i64::from(crc))
        .execute(connection)
        .await?;
    Ok(())
}

async fn write_journal(
    connection: &mut SqliteConnection,
    entries: &[(JournalEntry, Document)],
) -> Result<(), sqlx::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    for (entry, document) in entries {
        sqlx::query("INSERT INTO journal (version, at, database, document, crc32c) VALUES (?, ?, ?, ?, ?)")
            .bind(i64::try_from(entry.version).unwrap_or(i64::MAX))
            .bind(entry.event_timestamp.0)
            .bind(entry.database.as_str())
            .bind(document.text.as_str())
            .bind(i64::from(document.crc32c))
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("DELETE FROM journal WHERE sequence <= (SELECT max(sequence) FROM journal) - ?")
        .bind(JOURNAL_ROWS_MAX)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes operations in a transaction of their own, on a connection that does not sync.
pub(crate) async fn persist_operations(
    connection: &mut SqliteConnection,
    writes: &OperationWrites,
    documents: &[Document],
) -> Result<(), sqlx::Error> {
    execute(connection, "BEGIN IMMEDIATE").await?;
    let written = write_operations(connection, writes, documents).await;
    let end = if written.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = execute(connection, end).await;
    written.and(ended)
}

async fn write_operations(
    connection: &mut SqliteConnection,
    writes: &OperationWrites,
    documents: &[Document],
) -> Result<(), sqlx::Error> {
    let put = "INSERT INTO operations (id, started_on, document, crc32c) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO \
               UPDATE SET started_on = excluded.started_on, document = excluded.document, crc32c = excluded.crc32c";
    for (operation, document) in writes.changed.iter().zip(documents) {
        sqlx::query(put)
            .bind(document.key.as_slice())
            .bind(operation.started_on.0)
            .bind(document.text.as_str())
            .bind(i64::from(document.crc32c))
            .execute(&mut *connection)
            .await?;
    }
    let delete = sqlx::query("DELETE FROM operations WHERE started_on < ?").bind(writes.delete_before.0);
    delete.execute(connection).await?;
    Ok(())
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query::<Sqlite>(sql).execute(connection).await.map(drop)
}

impl CommitFailure {
    /// Returns whether the catalog must not go on, and the caller's error.
    pub(crate) fn into_error(self) -> (bool, Error) {
        match self {
            Self::Clean(source) => (false, Error::Commit(source)),
            Self::Unknown(source) => (true, Error::CommitUnknown(source)),
            Self::ChangedElsewhere => (true, Error::ChangedElsewhere),
        }
    }
}
