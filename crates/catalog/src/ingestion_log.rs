//! The log of queued ingestion: a durable record for each posted source, in an SQLite file of its own.
//!
//! It says where a source is and how it ended; it never decides. Whether a source is committed, only the catalog
//! knows: a record that a crash kept from being written is written when the source's message comes back.

use std::{path::Path, sync::Arc, time::Duration};

use calypso_model::{OperationId, SourceId};
use calypso_types::{DateTime, TimeSpan};
use parking_lot::Mutex as SyncMutex;
use sqlx::{
    ConnectOptions as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};
use tokio::sync::{Mutex, oneshot};

use crate::{Error, SourceRecord, SourceState, document::checksum, error::open_error};

/// How long records of sources whose way has ended are kept.
pub const SOURCE_RECORD_RETENTION: TimeSpan = TimeSpan(14 * TimeSpan::DAY.0);
/// Most records kept; the oldest go first.
pub const SOURCE_RECORDS_MAX: i64 = 2_000_000;
/// Most records that one question answers.
pub const SOURCE_RECORDS_PER_ANSWER_MAX: usize = 100_000;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const TABLE: &str = "ingested_sources";

/// A source has a record for each table it is posted to, and for each operation that posts it.
const CREATE: &str = "
CREATE TABLE IF NOT EXISTS ingested_sources (
    source BLOB NOT NULL,
    database TEXT NOT NULL,
    table_name TEXT NOT NULL,
    operation BLOB NOT NULL,
    state INTEGER NOT NULL,
    updated_on INTEGER NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL,
    PRIMARY KEY (source, database, table_name, operation)
);
CREATE INDEX IF NOT EXISTS ingested_sources_by_operation ON ingested_sources (operation) WHERE operation <> x'';
CREATE INDEX IF NOT EXISTS ingested_sources_by_update ON ingested_sources (updated_on);
";

/// Which records are asked for. What is `None` or empty does not restrict.
#[derive(Debug, Clone, Default)]
pub struct SourceRecordFilter {
    pub source: Option<SourceId>,
    pub operation: Option<OperationId>,
    pub database: Option<String>,
    pub table: Option<String>,
    pub states: Vec<SourceState>,
    /// Records whose last change was before.
    pub updated_before: Option<DateTime>,
}

/// See the file's header. Clones share it.
#[derive(Clone)]
pub struct IngestionLog {
    inner: Arc<Inner>,
}

struct Inner {
    waiting: SyncMutex<Vec<Waiting>>,
    writer: Mutex<SqliteConnection>,
    reader: Mutex<SqliteConnection>,
}

struct Waiting {
    records: Vec<SourceRecord>,
    replaces: bool,
    written: oneshot::Sender<Result<(), Error>>,
}

impl IngestionLog {
    /// Opens the log at `path`, creating it if there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or is no such log.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| open_error(path, source);
        let mut writer = connect(path).await.map_err(failed)?;
        sqlx::raw_sql(CREATE).execute(&mut writer).await.map_err(failed)?;
        let reader = connect(path).await.map_err(failed)?;
        let inner = Inner { waiting: SyncMutex::default(), writer: Mutex::new(writer), reader: Mutex::new(reader) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Adds records or replaces those of the same source, table and operation. Durable on return; records that are put
    /// at the same time share a sync.
    ///
    /// # Errors
    /// When the disk refuses; nothing of this call is then stored.
    pub async fn put(&self, records: Vec<SourceRecord>) -> Result<(), Error> {
        self.write(records, true).await
    }

    /// Adds records where there is none of the same source, table and operation; the others stay as they are: whoever
    /// posts a source does not overwrite what became of it meanwhile. Durable on return.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn put_new(&self, records: Vec<SourceRecord>) -> Result<(), Error> {
        self.write(records, false).await
    }

    async fn write(&self, records: Vec<SourceRecord>, replaces: bool) -> Result<(), Error> {
        if records.is_empty() {
            return Ok(());
        }
        let (written, outcome) = oneshot::channel();
        self.inner.waiting.lock().push(Waiting { records, replaces, written });
        let inner = self.inner.clone();
        // A task, so that a caller who goes away takes nobody else's records along.
        tokio::spawn(async move { inner.write_waiting().await });
        outcome.await.unwrap_or(Err(Error::Closed))
    }

    /// Returns the records that `filter` admits, latest change first, at most `limit`.
    ///
    /// # Errors
    /// When the file cannot be read or a record is damaged.
    pub async fn records(&self, filter: &SourceRecordFilter, limit: usize) -> Result<Vec<SourceRecord>, Error> {
        let states: Vec<String> = filter.states.iter().map(|state| (*state as i64).to_string()).collect();
        let states = format!(",{},", states.join(","));
        let select = "SELECT document, crc32c, source, operation, rowid FROM ingested_sources \
                      WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR operation = ?2) \
                      AND (?3 IS NULL OR database = ?3) AND (?4 IS NULL OR table_name = ?4) \
                      AND (?5 = ',,' OR instr(?5, ',' || state || ',') > 0) \
                      AND (?7 IS NULL OR updated_on < ?7) ORDER BY updated_on DESC LIMIT ?6";
        let query = sqlx::query(select)
            .bind(filter.source.map(|source| source.0.as_bytes().to_vec()))
            .bind(filter.operation.map(|operation| operation.0.as_bytes().to_vec()))
            .bind(filter.database.clone())
            .bind(filter.table.clone())
            .bind(states)
            .bind(i64::try_from(limit.min(SOURCE_RECORDS_PER_ANSWER_MAX)).unwrap_or(i64::MAX))
            .bind(filter.updated_before.map(|at| at.0));
        let rows = query.fetch_all(&mut *self.inner.reader.lock().await).await.map_err(read_failed)?;
        rows.iter().map(decode).collect()
    }

    /// Forgets records that are older than their retention at `now`, and the oldest above the limit.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn prune(&self, now: DateTime) -> Result<(), Error> {
        let before = now.0.saturating_sub(SOURCE_RECORD_RETENTION.0);
        let mut writer = self.inner.writer.lock().await;
        let old = sqlx::query("DELETE FROM ingested_sources WHERE updated_on < ?").bind(before);
        old.execute(&mut *writer).await.map_err(Error::Commit)?;
        let many = "DELETE FROM ingested_sources WHERE rowid IN (SELECT rowid FROM ingested_sources \
                    ORDER BY updated_on DESC LIMIT -1 OFFSET ?)";
        sqlx::query(many).bind(SOURCE_RECORDS_MAX).execute(&mut *writer).await.map_err(Error::Commit)?;
        Ok(())
    }
}

impl Inner {
    /// Writes all that waits in one transaction. Whoever comes while one is written is written by the next.
    async fn write_waiting(&self) {
        let mut writer = self.writer.lock().await;
        let waiting = std::mem::take(&mut *self.waiting.lock());
        if waiting.is_empty() {
            return;
        }
        let outcome = write(&mut writer, &waiting).await;
        for waiting in waiting {
            let outcome = match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::Commit(sqlx::Error::Protocol(error.to_string()))),
            };
            // A caller who is gone needs no answer.
            let _ = waiting.written.send(outcome);
        }
    }
}

async fn write(connection: &mut SqliteConnection, waiting: &[Waiting]) -> Result<(), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let mut outcome = Ok(());
    for waiting in waiting {
        for record in &waiting.records {
            if outcome.is_ok() {
                outcome = write_one(connection, record, waiting.replaces).await;
            }
        }
    }
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = sqlx::query(end).execute(connection).await.map(drop);
    outcome.and(ended)
}

async fn write_one(
    connection: &mut SqliteConnection,
    record: &SourceRecord,
    replaces: bool,
) -> Result<(), sqlx::Error> {
    let put = "INSERT INTO ingested_sources (source, database, table_name, operation, state, updated_on, document, \
               crc32c) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, \
               updated_on = excluded.updated_on, document = excluded.document, crc32c = excluded.crc32c";
    let put_new = "INSERT INTO ingested_sources (source, database, table_name, operation, state, updated_on, document, \
                   crc32c) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let text = serde_json::to_string(record).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let source = record.source.0.as_bytes().as_slice();
    let operation = record.operation.map_or_else(Vec::new, |operation| operation.0.as_bytes().to_vec());
    let crc = checksum(TABLE, source, &operation, text.as_bytes());
    sqlx::query(if replaces { put } else { put_new })
        .bind(source)
        .bind(&record.database)
        .bind(&record.table)
        .bind(operation)
        .bind(record.state as i64)
        .bind(record.updated_on.0)
        .bind(text)
        .bind(i64::from(crc))
        .execute(connection)
        .await?;
    Ok(())
}

fn decode(row: &SqliteRow) -> Result<SourceRecord, Error> {
    let text: String = row.try_get(0).map_err(read_failed)?;
    let crc: i64 = row.try_get(1).map_err(read_failed)?;
    let source: Vec<u8> = row.try_get(2).map_err(read_failed)?;
    let operation: Vec<u8> = row.try_get(3).map_err(read_failed)?;
    let number: i64 = row.try_get(4).map_err(read_failed)?;
    let damaged = |reason: String| Error::Corrupt { table: TABLE, row: number, reason };
    if i64::from(checksum(TABLE, &source, &operation, text.as_bytes())) != crc {
        return Err(damaged("the checksum differs".to_owned()));
    }
    serde_json::from_str(&text).map_err(|error| damaged(format!("not readable: {error}")))
}

fn read_failed(source: sqlx::Error) -> Error {
    Error::Read { table: TABLE, source }
}

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
}

#[cfg(test)]
mod tests;
