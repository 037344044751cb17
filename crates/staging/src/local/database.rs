//! The SQLite file that says which messages, entities, blobs and blocks there are. `docs/formats/staging.md` describes
//! each column.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Row as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{Error, error::what};

/// The version this program writes and reads.
const FORMAT_VERSION: i64 = 1;
/// How long a statement waits for a lock on the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Reads at one time; more wait.
const READERS_MAX: u32 = 4;

/// Everything of format version 1. Ids are 16 bytes, instants are ticks.
const CREATE: &str = "
CREATE TABLE blobs (
    container TEXT NOT NULL,
    name TEXT NOT NULL,
    file BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    etag INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    modified_on INTEGER NOT NULL,
    headers TEXT NOT NULL,
    request_id TEXT NOT NULL,
    blocks BLOB NOT NULL,
    PRIMARY KEY (container, name)
) WITHOUT ROWID;
CREATE INDEX blobs_by_age ON blobs (modified_on);
CREATE TABLE blocks (
    container TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    file BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    put_on INTEGER NOT NULL,
    PRIMARY KEY (container, name, id)
) WITHOUT ROWID;
CREATE INDEX blocks_by_age ON blocks (put_on);
CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue INTEGER NOT NULL,
    id BLOB NOT NULL,
    text TEXT NOT NULL,
    inserted_on INTEGER NOT NULL,
    expires_on INTEGER NOT NULL,
    visible_on INTEGER NOT NULL,
    dequeue_count INTEGER NOT NULL,
    pop BLOB NOT NULL
);
CREATE UNIQUE INDEX messages_by_id ON messages (id);
CREATE INDEX messages_by_visibility ON messages (queue, visible_on, sequence);
CREATE INDEX messages_by_expiry ON messages (expires_on);
CREATE TABLE entities (
    partition_key TEXT NOT NULL,
    row_key TEXT NOT NULL,
    properties TEXT NOT NULL,
    changed_on INTEGER NOT NULL,
    PRIMARY KEY (partition_key, row_key)
) WITHOUT ROWID;
CREATE INDEX entities_by_age ON entities (changed_on);
PRAGMA application_id = 1128354631;
PRAGMA user_version = 1;
";
/// Marks an SQLite file as an index of staging storage: "CASG".
const APPLICATION_ID: i64 = 0x4341_5347;

/// Opens the file for writing; creates it if there is none.
pub(super) async fn open(path: &Path) -> Result<SqliteConnection, Error> {
    let mut connection = connect(path).await.map_err(unavailable)?;
    let found = stamp(&mut connection).await.map_err(unavailable)?;
    match found {
        (0, 0, 0) => create(&mut connection).await.map_err(unavailable)?,
        (APPLICATION_ID, FORMAT_VERSION, _) => {}
        (APPLICATION_ID, newer, _) if newer > FORMAT_VERSION => {
            return Err(Error::invalid(format!("{} was written by a newer version", path.display())));
        }
        _ => return Err(Error::invalid(format!("{} is not an index of staging storage", path.display()))),
    }
    Ok(connection)
}

/// Opens a connection that writes, to a file that exists or not.
pub(super) async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    options(path).create_if_missing(true).synchronous(SqliteSynchronous::Full).connect().await
}

/// Opens connections that read.
pub(super) async fn readers(path: &Path) -> Result<SqlitePool, Error> {
    let options = options(path).read_only(true);
    SqlitePoolOptions::new().max_connections(READERS_MAX).connect_with(options).await.map_err(unavailable)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

/// Returns application id, format version and number of tables.
async fn stamp(connection: &mut SqliteConnection) -> Result<(i64, i64, i64), sqlx::Error> {
    Ok((
        number(connection, "PRAGMA application_id").await?,
        number(connection, "PRAGMA user_version").await?,
        number(connection, "SELECT count(*) FROM sqlite_schema").await?,
    ))
}

/// Returns the one number that a statement without parameters answers.
pub(super) async fn number(connection: &mut SqliteConnection, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::query(sql).fetch_one(connection).await?.try_get(0)
}

/// One transaction: a crash leaves an empty file or an index.
async fn create(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    execute(connection, "BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(CREATE).execute(&mut *connection).await?;
    execute(connection, "COMMIT").await
}

/// Runs a statement without parameters.
pub(super) async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(connection).await.map(drop)
}

/// Returns the error of an index that does not answer.
pub(super) fn unavailable(source: sqlx::Error) -> Error {
    Error::unavailable(what::STAGING_INDEX, source)
}

/// Reads an id that is stored as 16 bytes.
pub(super) fn id(row: &SqliteRow, index: usize) -> Result<Uuid, sqlx::Error> {
    Uuid::from_slice(row.try_get::<&[u8], _>(index)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Reads a count or a size.
pub(super) fn unsigned(row: &SqliteRow, index: usize) -> Result<u64, sqlx::Error> {
    u64::try_from(row.try_get::<i64, _>(index)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
