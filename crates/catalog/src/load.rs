//! Reading the whole catalog at open. Nothing read is believed before its checksum is.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use calypso_model::{ClusterState, Database, DatabaseId, Extent, Policies, StoredFunction, Table, TableId};
use calypso_types::DateTime;
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    document::{StoredRow, version_checksum},
    error::{Error, read_error},
    journal::JournalEntry,
    operation::Operation,
    recent_sources::{RecentSources, SOURCES_MAX, SourceBatch, cutoff},
};

/// Rows fetched at once, so that loading needs little beside what it builds.
const ROWS_PER_FETCH: i64 = 4096;

/// A scan of one SQL table by row id. Every column is cast, so that a value of a wrong type reads as damage.
struct Scan {
    table: &'static str,
    /// Columns: row id, key, second key, document, checksum. Parameters: last row id, limit.
    select: &'static str,
}

const POLICIES: Scan = Scan {
    table: "policies",
    select: "SELECT rowid, CAST(scope AS BLOB), x'', CAST(document AS BLOB), CAST(crc32c AS INTEGER) FROM policies \
             WHERE rowid > ? ORDER BY rowid LIMIT ?",
};
const DATABASES: Scan = Scan {
    table: "databases",
    select: "SELECT rowid, CAST(id AS BLOB), x'', CAST(document AS BLOB), CAST(crc32c AS INTEGER) FROM databases \
             WHERE rowid > ? ORDER BY rowid LIMIT ?",
};
const TABLES: Scan = Scan {
    table: "tables",
    select: "SELECT rowid, CAST(id AS BLOB), CAST(database_id AS BLOB), CAST(document AS BLOB), \
             CAST(crc32c AS INTEGER) FROM tables WHERE rowid > ? ORDER BY rowid LIMIT ?",
};
const FUNCTIONS: Scan = Scan {
    table: "functions",
    select: "SELECT rowid, CAST(database_id AS BLOB), CAST(name AS BLOB), CAST(document AS BLOB), \
             CAST(crc32c AS INTEGER) FROM functions WHERE rowid > ? ORDER BY rowid LIMIT ?",
};
const EXTENTS: Scan = Scan {
    table: "extents",
    select: "SELECT rowid, CAST(id AS BLOB), CAST(table_id AS BLOB), CAST(document AS BLOB), \
             CAST(crc32c AS INTEGER) FROM extents WHERE rowid > ? ORDER BY rowid LIMIT ?",
};
const SOURCES: Scan = Scan {
    table: "sources",
    select: "SELECT sequence, CAST(table_id AS BLOB), x'', CAST(ids AS BLOB), CAST(crc32c AS INTEGER) FROM sources \
             WHERE sequence > ? ORDER BY sequence LIMIT ?",
};
const OPERATIONS: Scan = Scan {
    table: "operations",
    select: "SELECT rowid, CAST(id AS BLOB), x'', CAST(document AS BLOB), CAST(crc32c AS INTEGER) FROM operations \
             WHERE rowid > ? ORDER BY rowid LIMIT ?",
};

/// What an open catalog starts from.
pub(crate) struct Loaded {
    pub(crate) cluster: Uuid,
    pub(crate) state: ClusterState,
    pub(crate) sources: RecentSources,
    pub(crate) next_source_batch: i64,
    pub(crate) operations: Vec<Operation>,
}

/// Reads everything but the journal.
pub(crate) async fn load(connection: &mut SqliteConnection, now: DateTime) -> Result<Loaded, Error> {
    let (cluster, version) = read_version(connection).await?;
    let policies = read_policies(connection).await?;
    let mut databases = read_databases(connection).await?;
    let tables = read_tables(connection, &mut databases).await?;
    read_functions(connection, &mut databases).await?;
    let extents = read_extents(connection, &tables).await?;
    let (sources, next_source_batch) = read_sources(connection, &tables, now).await?;
    let mut operations = Vec::new();
    each_row(connection, &OPERATIONS, |row| {
        operations.push(row.decode()?);
        Ok(())
    })
    .await?;
    let databases = databases.into_values().map(|database| (database.name.clone(), Arc::new(database))).collect();
    let state = ClusterState { version, databases, extents, policies };
    Ok(Loaded { cluster, state, sources, next_source_batch, operations })
}

/// Reads the newest `limit` journal entries, newest first.
pub(crate) async fn read_journal(
    connection: &mut SqliteConnection,
    database: Option<&str>,
    limit: usize,
) -> Result<Vec<JournalEntry>, Error> {
    let rows = sqlx::query(
        "SELECT sequence, x'', x'', CAST(document AS BLOB), CAST(crc32c AS INTEGER) FROM journal \
         WHERE ?1 IS NULL OR database = ?1 ORDER BY sequence DESC LIMIT ?2",
    )
    .bind(database)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await
    .map_err(|source| read_error("journal", source))?;
    rows.iter().map(|row| stored_row("journal", row)?.decode()).collect()
}

async fn read_version(connection: &mut SqliteConnection) -> Result<(Uuid, u64), Error> {
    let select = "SELECT singleton, CAST(id AS BLOB), x'', CAST(version AS INTEGER), CAST(crc32c AS INTEGER) \
                  FROM cluster WHERE singleton = 1";
    let damaged = |reason: &str| Error::Corrupt { table: "cluster", row: 1, reason: reason.to_owned() };
    let row = sqlx::query(select).fetch_optional(connection).await.map_err(|source| read_error("cluster", source))?;
    let row = row.ok_or_else(|| damaged("the row is missing"))?;
    let id = row.try_get::<&[u8], _>(1).ok().and_then(|id| Uuid::from_slice(id).ok());
    let id = id.ok_or_else(|| damaged("the id is not 16 bytes"))?;
    let version: i64 = row.try_get(3).map_err(|_| damaged("no version"))?;
    let stored: i64 = row.try_get(4).map_err(|_| damaged("no checksum"))?;
    if stored != i64::from(version_checksum(id, version)) {
        return Err(damaged("the checksum does not match"));
    }
    let version = u64::try_from(version).map_err(|_| damaged("the version is negative"))?;
    Ok((id, version))
}

async fn read_policies(connection: &mut SqliteConnection) -> Result<Policies, Error> {
    let mut policies = Policies::default();
    each_row(connection, &POLICIES, |row| {
        row.require(row.key == b"cluster", "an unknown scope")?;
        policies = row.decode()?;
        Ok(())
    })
    .await?;
    Ok(policies)
}

async fn read_databases(connection: &mut SqliteConnection) -> Result<BTreeMap<DatabaseId, Database>, Error> {
    let mut databases: BTreeMap<DatabaseId, Database> = BTreeMap::new();
    each_row(connection, &DATABASES, |row| {
        let database: Database = row.decode()?;
        row.require(row.key == database.id.0.as_bytes(), "the document is of another database")?;
        row.require(databases.values().all(|other| other.name != database.name), "the name is taken")?;
        databases.insert(database.id, database);
        Ok(())
    })
    .await?;
    Ok(databases)
}

/// Reads the tables into their databases, and returns which there are.
async fn read_tables(
    connection: &mut SqliteConnection,
    databases: &mut BTreeMap<DatabaseId, Database>,
) -> Result<HashSet<TableId>, Error> {
    let mut tables = HashSet::new();
    each_row(connection, &TABLES, |row| {
        let table: Table = row.decode()?;
        row.require(row.key == table.id.0.as_bytes(), "the document is of another table")?;
        row.require(row.owner()? == table.database.0, "the document is of another database")?;
        let database = databases.get_mut(&table.database).ok_or_else(|| row.corrupt("no such database".to_owned()))?;
        tables.insert(table.id);
        let earlier = database.tables.insert(table.name.clone(), Arc::new(table));
        row.require(earlier.is_none(), "the name is taken")
    })
    .await?;
    Ok(tables)
}

async fn read_functions(
    connection: &mut SqliteConnection,
    databases: &mut BTreeMap<DatabaseId, Database>,
) -> Result<(), Error> {
    each_row(connection, &FUNCTIONS, |row| {
        let function: StoredFunction = row.decode()?;
        row.require(row.key == function.database.0.as_bytes(), "the document is of another database")?;
        row.require(row.second_key == function.name.as_bytes(), "the document is of another function")?;
        let database = databases.get_mut(&function.database);
        let database = database.ok_or_else(|| row.corrupt("no such database".to_owned()))?;
        database.functions.insert(function.name.clone(), Arc::new(function));
        Ok(())
    })
    .await
}

async fn read_extents(
    connection: &mut SqliteConnection,
    tables: &HashSet<TableId>,
) -> Result<BTreeMap<TableId, Arc<Vec<Arc<Extent>>>>, Error> {
    let mut by_table: BTreeMap<TableId, Vec<Arc<Extent>>> = BTreeMap::new();
    each_row(connection, &EXTENTS, |row| {
        let extent: Extent = row.decode()?;
        row.require(row.key == extent.id.0.as_bytes(), "the document is of another extent")?;
        row.require(row.owner()? == extent.table.0, "the document is of another table")?;
        row.require(tables.contains(&extent.table), "no such table")?;
        by_table.entry(extent.table).or_default().push(Arc::new(extent));
        Ok(())
    })
    .await?;
    for extents in by_table.values_mut() {
        extents.sort_unstable_by_key(|extent| extent.order());
    }
    Ok(by_table.into_iter().map(|(table, extents)| (table, Arc::new(extents))).collect())
}

/// Reads the sources that are not too old, and the number of the next batch.
async fn read_sources(
    connection: &mut SqliteConnection,
    tables: &HashSet<TableId>,
    now: DateTime,
) -> Result<(RecentSources, i64), Error> {
    let cutoff = cutoff(now);
    let mut sources = RecentSources::new(SOURCES_MAX);
    let mut next_batch = 1;
    each_row(connection, &SOURCES, |row| {
        let batch = SourceBatch::from_row(&row)?;
        row.require(tables.contains(&batch.table), "no such table")?;
        next_batch = row.row.saturating_add(1);
        if batch.at >= cutoff {
            sources.remember(batch);
        }
        Ok(())
    })
    .await?;
    Ok((sources, next_batch))
}

/// Calls `visit` with every row of a table.
async fn each_row(
    connection: &mut SqliteConnection,
    scan: &Scan,
    mut visit: impl FnMut(StoredRow) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut last = i64::MIN;
    loop {
        let rows = sqlx::query(scan.select)
            .bind(last)
            .bind(ROWS_PER_FETCH)
            .fetch_all(&mut *connection)
            .await
            .map_err(|source| read_error(scan.table, source))?;
        for row in &rows {
            let row = stored_row(scan.table, row)?;
            last = row.row;
            visit(row)?;
        }
        if i64::try_from(rows.len()).is_ok_and(|fetched| fetched < ROWS_PER_FETCH) {
            return Ok(());
        }
    }
}

fn stored_row(table: &'static str, row: &SqliteRow) -> Result<StoredRow, Error> {
    let number: i64 = row.try_get(0).map_err(|source| read_error(table, source))?;
    let bytes = |column: usize| {
        let bytes: Result<Vec<u8>, _> = row.try_get(column);
        bytes.map_err(|error| Error::Corrupt { table, row: number, reason: error.to_string() })
    };
    let crc32c = row.try_get(4).map_err(|error| Error::Corrupt { table, row: number, reason: error.to_string() })?;
    Ok(StoredRow { table, row: number, key: bytes(1)?, second_key: bytes(2)?, document: bytes(3)?, crc32c })
}
