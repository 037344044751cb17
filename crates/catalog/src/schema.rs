//! The SQL tables of the catalog and their version. `docs/formats/catalog.md` describes each column.

use std::path::Path;

use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use crate::{
    document::version_checksum,
    error::{Error, open_error, read_error},
};

/// Marks an SQLite file as a catalog: "CALY".
pub(crate) const APPLICATION_ID: i64 = 0x4341_4c59;

/// The version this program writes, and the highest it reads. It grows when an older program would misread the file.
pub(crate) const FORMAT_VERSION: i64 = 1;

/// Everything of format version 1. The ids are 16 bytes, instants are ticks.
const CREATE: &str = "
CREATE TABLE cluster (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    crc32c INTEGER NOT NULL
);
CREATE TABLE policies (scope TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL, crc32c INTEGER NOT NULL);
CREATE TABLE databases (id BLOB PRIMARY KEY NOT NULL, document TEXT NOT NULL, crc32c INTEGER NOT NULL);
CREATE TABLE tables (
    id BLOB PRIMARY KEY NOT NULL,
    database_id BLOB NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL
);
CREATE TABLE functions (
    database_id BLOB NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL,
    PRIMARY KEY (database_id, name)
);
CREATE TABLE extents (
    table_id BLOB NOT NULL,
    id BLOB NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL,
    PRIMARY KEY (table_id, id)
);
CREATE TABLE sources (
    sequence INTEGER PRIMARY KEY,
    table_id BLOB NOT NULL,
    ids BLOB NOT NULL,
    crc32c INTEGER NOT NULL
);
CREATE INDEX sources_by_table ON sources (table_id);
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    database TEXT NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL
);
CREATE INDEX journal_by_database ON journal (database, sequence);
CREATE TABLE operations (
    id BLOB PRIMARY KEY NOT NULL,
    started_on INTEGER NOT NULL,
    document TEXT NOT NULL,
    crc32c INTEGER NOT NULL
);
CREATE INDEX operations_by_start ON operations (started_on);
";

/// Makes the tables in an empty file, or checks that the file is a catalog this program reads. `new_id` becomes the
/// id of a new cluster.
pub(crate) async fn prepare(connection: &mut SqliteConnection, path: &Path, new_id: Uuid) -> Result<(), Error> {
    let found = stamp(connection).await.map_err(|source| open_error(path, source))?;
    match found {
        Stamp { application_id: 0, format_version: 0, tables: 0 } => {
            create(connection, new_id).await.map_err(|source| open_error(path, source))
        }
        Stamp { application_id: APPLICATION_ID, format_version: 1..=FORMAT_VERSION, .. } => check(connection).await,
        Stamp { application_id: APPLICATION_ID, format_version: found, .. } if found > FORMAT_VERSION => {
            Err(Error::NewerFormat { path: path.to_owned(), found, supported: FORMAT_VERSION })
        }
        _ => Err(Error::NotACatalog { path: path.to_owned() }),
    }
}

/// Lets SQLite check its own structure, which finds what checksums of rows cannot: rows that are gone.
async fn check(connection: &mut SqliteConnection) -> Result<(), Error> {
    let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(connection).await;
    let verdict: Result<String, _> = row.and_then(|row| row.try_get(0));
    match verdict.map_err(|source| read_error("sqlite_schema", source))? {
        verdict if verdict == "ok" => Ok(()),
        reason => Err(Error::Corrupt { table: "sqlite_schema", row: 0, reason }),
    }
}

struct Stamp {
    application_id: i64,
    format_version: i64,
    tables: i64,
}

async fn stamp(connection: &mut SqliteConnection) -> Result<Stamp, sqlx::Error> {
    Ok(Stamp {
        application_id: number(connection, "PRAGMA application_id").await?,
        format_version: number(connection, "PRAGMA user_version").await?,
        tables: number(connection, "SELECT count(*) FROM sqlite_schema").await?,
    })
}

async fn number(connection: &mut SqliteConnection, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::query(sql).fetch_one(connection).await?.try_get(0)
}

/// One transaction: a crash leaves either an empty file or a catalog.
async fn create(connection: &mut SqliteConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    sqlx::raw_sql(CREATE).execute(&mut *connection).await?;
    // Pragmas take no parameters; these are `APPLICATION_ID` and `FORMAT_VERSION`, and a test compares them.
    sqlx::raw_sql("PRAGMA application_id = 1128352857; PRAGMA user_version = 1").execute(&mut *connection).await?;
    sqlx::query("INSERT INTO cluster (singleton, id, version, crc32c) VALUES (1, ?, 0, ?)")
        .bind(id.as_bytes().as_slice())
        .bind(i64::from(version_checksum(id, 0)))
        .execute(&mut *connection)
        .await?;
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(())
}
