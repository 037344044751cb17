//! What must hold of the catalog as a whole. Sabotage goes through a second connection to the same file.

mod damage;
mod failures;
mod logs;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use calypso_clock::{ManualClock, SeededIds};
use calypso_model::{
    Change, ColumnStatistics, Database, DatabaseId, Extent, ExtentId, Policies, SourceId, StoredFunction, Table,
    TableColumn, TableId,
};
use calypso_types::{DateTime, ScalarType, TimeSpan};
use sqlx::{Connection as _, SqliteConnection};
use uuid::Uuid;

use super::Catalog;
use crate::{Error, SOURCE_RETENTION};

const START: DateTime = DateTime(638_000_000_000_000_000);

/// A directory with a catalog in it.
struct Home {
    directory: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Home {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), clock: Arc::new(ManualClock::new(START)) }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("catalog.db")
    }

    async fn try_open(&self) -> Result<Catalog, Error> {
        Catalog::open(&self.path(), self.clock.clone(), Arc::new(SeededIds::new(1))).await
    }

    async fn open(&self) -> Catalog {
        self.try_open().await.unwrap()
    }

    /// Runs statements behind the catalog's back.
    async fn sabotage(&self, sql: &'static str) {
        execute(&self.path(), sql).await;
    }
}

async fn execute(path: &Path, sql: &'static str) {
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn table_id(id: u128) -> TableId {
    TableId(Uuid::from_u128(id))
}

fn source(id: u128) -> SourceId {
    SourceId(Uuid::from_u128(id))
}

fn database(name: &str) -> Change {
    Change::PutDatabase(Arc::new(Database {
        id: DatabaseId(Uuid::from_u128(1)),
        name: name.into(),
        pretty_name: "pretty".into(),
        created_on: START,
        policies: Policies::default(),
        mappings: Vec::new(),
        tables: Default::default(),
        functions: Default::default(),
    }))
}

fn table(id: u128, name: &str) -> Change {
    Change::PutTable(Arc::new(Table {
        id: table_id(id),
        database: DatabaseId(Uuid::from_u128(1)),
        name: name.into(),
        columns: vec![TableColumn { id: 0, name: "a'b\"".into(), ty: ScalarType::Long, docstring: "é".into() }],
        next_column_id: 1,
        folder: String::new(),
        docstring: String::new(),
        created_on: START,
        policies: Policies::default(),
        mappings: Vec::new(),
        sealed_through: 0,
    }))
}

fn function(name: &str) -> Change {
    Change::PutFunction(Arc::new(StoredFunction {
        database: DatabaseId(Uuid::from_u128(1)),
        name: name.into(),
        parameters: "()".into(),
        body: "{ T }".into(),
        folder: String::new(),
        docstring: String::new(),
        created_on: START,
    }))
}

fn extent(id: u128, table: u128) -> Change {
    Change::AddExtent(Arc::new(Extent {
        id: ExtentId(Uuid::from_u128(id)),
        table: table_id(table),
        path: format!("{id}.parquet"),
        rows: 10,
        original_bytes: 100,
        extent_bytes: 50,
        min_created_on: START,
        max_created_on: START,
        tags: vec!["drop-by:x".into()],
        columns: vec![ColumnStatistics { column: 0, bounds: Some((1, i64::MAX)), nulls: 0 }],
        ingested_on: None,
        rebuild_wanted: false,
        crc32c: u32::MAX,
    }))
}

fn drop_extent(id: u128, table: u128) -> Change {
    Change::DropExtent { table: table_id(table), extent: ExtentId(Uuid::from_u128(id)) }
}

fn remember(table: u128, sources: impl IntoIterator<Item = u128>, at: DateTime) -> Change {
    Change::RememberSources { table: table_id(table), sources: sources.into_iter().map(source).collect(), at }
}

async fn commit(catalog: &Catalog, changes: Vec<Change>) -> Result<(), Error> {
    catalog.update("TEST", |_| Ok((changes, ()))).await
}

/// A catalog with a database and the tables T (1) and U (2).
async fn with_tables(home: &Home) -> Catalog {
    let catalog = home.open().await;
    commit(&catalog, vec![database("db"), table(1, "T"), table(2, "U")]).await.unwrap();
    catalog
}

#[tokio::test]
async fn reopening_gives_the_same_state() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let many = (100..1_000).map(|id| extent(id, 1 + id % 2)).collect();
    commit(&catalog, many).await.unwrap();
    // Half of these are in the other table, and stay.
    commit(&catalog, (100..500).map(|id| drop_extent(id, 1)).collect()).await.unwrap();
    commit(&catalog, vec![function("f"), function("g"), Change::PutClusterPolicies(Policies::default())])
        .await
        .unwrap();
    let drop_g = Change::DropFunction { database: DatabaseId(Uuid::from_u128(1)), name: "g".into() };
    commit(&catalog, vec![drop_g, Change::SealThrough { table: table_id(1), position: 77 }]).await.unwrap();
    let before = catalog.snapshot();
    assert_eq!(before.version, 5);
    assert_eq!(before.table("db", "T").unwrap().sealed_through, 77);
    drop(catalog);
    let reopened = home.open().await;
    let counts = [1, 2].map(|id| before.extents_of(table_id(id)).len());
    assert_eq!(counts, [250, 450]);
    assert!(*reopened.snapshot() == *before, "the states differ");
}

#[tokio::test]
async fn the_cluster_keeps_its_id() {
    let home = Home::new();
    let id = home.open().await.cluster_id();
    assert_eq!(home.open().await.cluster_id(), id);
}

#[tokio::test]
async fn dropped_tables_and_databases_stay_dropped() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![extent(1, 1), extent(2, 2), function("f"), remember(1, [1], START)]).await.unwrap();
    commit(&catalog, vec![Change::DropTable(table_id(1))]).await.unwrap();
    assert!(!catalog.has_source(table_id(1), source(1)));
    drop(catalog);
    let catalog = home.open().await;
    assert!(catalog.snapshot().table("db", "T").is_none());
    assert_eq!(catalog.snapshot().extents.len(), 1);
    commit(&catalog, vec![Change::DropDatabase(DatabaseId(Uuid::from_u128(1)))]).await.unwrap();
    drop(catalog);
    let state = home.open().await.snapshot();
    assert!(state.databases.is_empty() && state.extents.is_empty());
}

#[tokio::test]
async fn tables_that_swapped_names_come_back_swapped() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![table(1, "U"), table(2, "T")]).await.unwrap();
    drop(catalog);
    assert_eq!(home.open().await.snapshot().table("db", "U").unwrap().id, table_id(1));
}

#[tokio::test]
async fn an_extent_moves_between_tables_in_one_commit() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![extent(9, 1)]).await.unwrap();
    commit(&catalog, vec![drop_extent(9, 1), extent(9, 2)]).await.unwrap();
    drop(catalog);
    let state = home.open().await.snapshot();
    assert_eq!((state.extents_of(table_id(1)).len(), state.extents_of(table_id(2)).len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_updates_each_see_all_earlier_ones() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let catalog = catalog.clone();
            tokio::spawn(async move {
                catalog
                    .update("SEAL", |state| {
                        let position = state.table("db", "T").map_or(0, |t| t.sealed_through) + 1;
                        Ok::<_, Error>((vec![Change::SealThrough { table: table_id(1), position }], position))
                    })
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut positions = Vec::new();
    for task in tasks {
        positions.push(task.await.unwrap());
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=40).collect::<Vec<u64>>());
    assert_eq!(catalog.snapshot().version, 41);
}

#[tokio::test]
async fn a_snapshot_stays_while_newer_versions_are_committed() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let before = catalog.snapshot();
    commit(&catalog, vec![Change::DropTable(table_id(1))]).await.unwrap();
    assert!(before.table("db", "T").is_some());
    assert!(catalog.snapshot().table("db", "T").is_none());
}

#[tokio::test]
async fn an_update_without_changes_commits_nothing() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, Vec::new()).await.unwrap();
    assert_eq!(catalog.snapshot().version, 1);
}

#[tokio::test]
async fn sources_are_remembered_across_reopening() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![remember(1, [1, 2], START), remember(2, [3], START)]).await.unwrap();
    commit(&catalog, vec![remember(1, [2, 4], START)]).await.unwrap();
    drop(catalog);
    let catalog = home.open().await;
    for (table, id, known) in [(1, 1, true), (1, 2, true), (1, 4, true), (2, 3, true), (2, 1, false), (1, 3, false)] {
        assert_eq!(catalog.has_source(table_id(table), source(id)), known, "table {table}, source {id}");
    }
}

#[tokio::test]
async fn old_sources_are_pruned_and_younger_ones_stay() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![remember(1, [1, 2], START)]).await.unwrap();
    let later = DateTime(START.0 + TimeSpan::HOUR.0);
    commit(&catalog, vec![remember(1, [2, 3], later)]).await.unwrap();
    home.clock.advance(TimeSpan(SOURCE_RETENTION.0 + 1));
    let now = DateTime(START.0 + SOURCE_RETENTION.0 + 1);
    assert_eq!(catalog.prune_sources(now).await.unwrap(), 1);
    let known = |catalog: &Catalog| [1, 2, 3].map(|id| catalog.has_source(table_id(1), source(id)));
    assert_eq!(known(&catalog), [false, true, true]);
    drop(catalog);
    let catalog = home.open().await;
    assert_eq!(known(&catalog), [false, true, true]);
    commit(&catalog, vec![remember(1, [4], now)]).await.unwrap();
    assert_eq!(catalog.prune_sources(DateTime(now.0 + SOURCE_RETENTION.0 + 1)).await.unwrap(), 2);
    commit(&catalog, vec![remember(1, [5], now)]).await.unwrap();
    drop(catalog);
    assert!(home.open().await.has_source(table_id(1), source(5)));
}
