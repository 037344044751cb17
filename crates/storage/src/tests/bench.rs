//! A server's storage in a temporary directory: one database, one table `T(At:datetime, Text:string, N:long)`.

use std::sync::Arc;

use arrow::{
    array::{AsArray as _, RecordBatch},
    datatypes::Int64Type,
};
use calypso_catalog::Catalog;
use calypso_clock::{ManualClock, SeededIds};
use calypso_columns::{Column, ScanRequest, batch_from_rows};
use calypso_model::{Change, Database, DatabaseId, SourceId, Table, TableColumn, TableId};
use calypso_types::{DateTime, Scalar, ScalarType, TimeSpan};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Error, LocalExtentFiles, LocalLogFiles, Storage, StorageComponents, StorageSettings, StorageSnapshot};

pub(super) const DATABASE: DatabaseId = DatabaseId(Uuid::from_u128(1));
pub(super) const TABLE: TableId = TableId(Uuid::from_u128(2));
pub(super) const COLUMN_IDS: [u32; 3] = [1, 2, 3];
/// When the tests' clock starts.
pub(super) const START: DateTime = DateTime(638_000_000_000_000_000);

pub(super) struct Bench {
    pub(super) dir: TempDir,
    pub(super) clock: Arc<ManualClock>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) storage: Storage,
    pub(super) settings: StorageSettings,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut StorageSettings)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = StorageSettings::new(dir.path());
        change(&mut settings);
        let clock = Arc::new(ManualClock::new(START));
        let catalog = open_catalog(&dir, &clock).await;
        catalog.update("test", |_| Ok::<_, Error>((vec![database(), table(columns())], ()))).await.unwrap();
        let storage = open(&settings, &catalog, &clock, components(&dir)).await.unwrap();
        Self { dir, clock, catalog, storage, settings }
    }

    /// Stops without sealing and opens again, as after a kill.
    pub(super) async fn reopen(self) -> Self {
        let components = components(&self.dir);
        self.reopen_with(components).await
    }

    pub(super) async fn reopen_with(self, components: StorageComponents) -> Self {
        let Self { dir, clock, catalog, storage, settings } = self;
        storage.shutdown().await.unwrap();
        catalog.close().await.unwrap();
        let catalog = open_catalog(&dir, &clock).await;
        let storage = open(&settings, &catalog, &clock, components).await.unwrap();
        Self { dir, clock, catalog, storage, settings }
    }

    /// Closes everything and says how opening again goes.
    pub(super) async fn try_reopen(self) -> Result<Storage, Error> {
        let Self { dir, clock, catalog, storage, settings } = self;
        storage.shutdown().await.unwrap();
        open(&settings, &catalog, &clock, components(&dir)).await
    }

    pub(super) async fn append(&self, numbers: std::ops::Range<i64>) {
        self.storage.append(TABLE, rows(numbers), &COLUMN_IDS, None).await.unwrap();
    }

    pub(super) async fn append_source(&self, numbers: std::ops::Range<i64>, source: u128) -> Result<bool, Error> {
        let source = SourceId(Uuid::from_u128(source));
        let appended = self.storage.append(TABLE, rows(numbers), &COLUMN_IDS, Some(source)).await?;
        Ok(appended.duplicate)
    }

    pub(super) async fn seal(&self) -> usize {
        self.storage.seal_table(TABLE, crate::SealReason::Requested).await.unwrap().len()
    }

    /// The numbers of all rows, in scan order.
    pub(super) fn numbers(&self) -> Vec<i64> {
        numbers(&self.storage.snapshot(), &ScanRequest { columns: vec![2], ..ScanRequest::default() })
    }

    pub(super) fn table(&self) -> Arc<Table> {
        self.catalog.snapshot().table_by_id(TABLE).unwrap().1.clone()
    }

    pub(super) async fn change(&self, changes: Vec<Change>) {
        self.catalog.update("test", |_| Ok::<_, Error>((changes, ()))).await.unwrap();
    }

    pub(super) fn extent_count(&self) -> usize {
        self.catalog.snapshot().extents_of(TABLE).len()
    }

    pub(super) fn extent_files(&self) -> Vec<String> {
        self.storage.inner.extent_files.list().unwrap()
    }

    pub(super) fn rowlog_files(&self) -> usize {
        std::fs::read_dir(self.dir.path().join("rowlog")).unwrap().count()
    }

    pub(super) fn advance(&self, seconds: i64) {
        self.clock.advance(TimeSpan(seconds * TimeSpan::SECOND.0));
    }
}

pub(super) fn components(dir: &TempDir) -> StorageComponents {
    StorageComponents {
        log_files: Arc::new(LocalLogFiles::open(dir.path().join("rowlog")).unwrap()),
        extent_files: Arc::new(LocalExtentFiles::open(dir.path().join("extents")).unwrap()),
    }
}

async fn open(
    settings: &StorageSettings,
    catalog: &Arc<Catalog>,
    clock: &Arc<ManualClock>,
    components: StorageComponents,
) -> Result<Storage, Error> {
    let ids = Arc::new(SeededIds::new(u64::from(catalog.snapshot().version as u32)));
    Storage::open_with(settings.clone(), catalog.clone(), clock.clone(), ids, components).await
}

async fn open_catalog(dir: &TempDir, clock: &Arc<ManualClock>) -> Arc<Catalog> {
    let ids = Arc::new(SeededIds::new(1));
    Arc::new(Catalog::open(&dir.path().join("catalog.db"), clock.clone(), ids).await.unwrap())
}

fn database() -> Change {
    Change::PutDatabase(Arc::new(Database {
        id: DATABASE,
        name: "D".to_owned(),
        pretty_name: String::new(),
        created_on: START,
        policies: Default::default(),
        mappings: Vec::new(),
        tables: Default::default(),
        functions: Default::default(),
    }))
}

pub(super) fn table(columns: Vec<TableColumn>) -> Change {
    Change::PutTable(Arc::new(Table {
        id: TABLE,
        database: DATABASE,
        name: "T".to_owned(),
        columns,
        next_column_id: 10,
        folder: String::new(),
        docstring: String::new(),
        created_on: START,
        policies: Default::default(),
        mappings: Vec::new(),
        sealed_through: 0,
    }))
}

pub(super) fn columns() -> Vec<TableColumn> {
    vec![column(1, "At", ScalarType::DateTime), column(2, "Text", ScalarType::String), column(3, "N", ScalarType::Long)]
}

pub(super) fn column(id: u32, name: &str, ty: ScalarType) -> TableColumn {
    TableColumn { id, name: name.to_owned(), ty, docstring: String::new() }
}

/// One row per number: its time, a text that names it, the number.
pub(super) fn rows(numbers: std::ops::Range<i64>) -> RecordBatch {
    let columns: Vec<Column> = columns().iter().map(|column| Column::new(&column.name, column.ty)).collect();
    let rows: Vec<Vec<Scalar>> = numbers
        .map(|n| {
            let text = format!("Request number{n} ended well, with a text that is not inlined");
            vec![Scalar::DateTime(DateTime(START.0 + n)), Scalar::String(text), Scalar::Long(n)]
        })
        .collect();
    batch_from_rows(&columns, &rows).unwrap()
}

/// Reads everything a scan yields.
pub(super) fn read(snapshot: &StorageSnapshot, request: &ScanRequest) -> Vec<RecordBatch> {
    let scan = snapshot.scan(TABLE, request).unwrap();
    scan.units.into_iter().flat_map(|unit| unit.open().unwrap()).map(Result::unwrap).collect()
}

/// Reads the first column of a scan as numbers.
pub(super) fn numbers(snapshot: &StorageSnapshot, request: &ScanRequest) -> Vec<i64> {
    read(snapshot, request)
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
        .collect()
}
