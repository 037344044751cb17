//! The storage engine: opening it, what a start recovers, and shutting it down.

use std::{
    collections::HashSet,
    fs::{self, File, TryLockError},
    sync::Arc,
};

use calypso_catalog::Catalog;
use calypso_clock::{Clock, Ids};
use calypso_model::{ClusterState, TableId};
use calypso_types::DateTime;
use parking_lot::Mutex;
use tokio::{sync::Semaphore, task};

use crate::{
    Error,
    append::RowSchemas,
    extent::{ColumnCache, OpenExtents},
    extent_files::{ExtentFiles, LocalExtentFiles},
    garbage::ExtentGarbage,
    ingestion_times::IngestionTimes,
    keyed_lock::{SourceLocks, TableLocks},
    row_log::{LocalLogFiles, LogFiles, RowLog, RowLogStart, SegmentIndex, replay},
    row_store::{RowStore, SealBounds},
    settings::{BACKGROUND_WRITERS_MAX, INGESTIONS_MAX, StorageSettings},
};

/// The storage engine. Clones share it.
#[derive(Clone)]
pub struct Storage {
    pub(crate) inner: Arc<Inner>,
}

/// What the engine keeps its bytes in; replaced in tests by parts that fail on demand.
pub struct StorageComponents {
    pub log_files: Arc<dyn LogFiles>,
    pub extent_files: Arc<dyn ExtentFiles>,
}

pub(crate) struct Inner {
    pub(crate) settings: StorageSettings,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) row_log: RowLog,
    pub(crate) segments: Arc<SegmentIndex>,
    pub(crate) row_store: Arc<RowStore>,
    pub(crate) row_schemas: RowSchemas,
    pub(crate) ingestion_times: Arc<IngestionTimes>,
    pub(crate) extent_files: Arc<dyn ExtentFiles>,
    pub(crate) open_extents: OpenExtents,
    pub(crate) column_cache: Arc<ColumnCache>,
    pub(crate) garbage: ExtentGarbage,
    pub(crate) source_locks: Arc<SourceLocks>,
    pub(crate) table_locks: Arc<TableLocks>,
    /// For ingestions, which may wait for their source.
    pub(crate) ingest_slots: Arc<Semaphore>,
    /// For seals and merges, which never do.
    pub(crate) background_slots: Arc<Semaphore>,
    /// Released by `shutdown`, else with the last clone.
    directory_lock: Mutex<Option<File>>,
}

impl Storage {
    /// Opens the storage in `settings.data_dir`: brings back the rows of the row log that no extent holds, removes
    /// extent files that no commit names, and starts the row log's writer.
    ///
    /// # Errors
    /// When another process has it open, a file cannot be read, or the row log is damaged elsewhere than at its end.
    pub async fn open(
        settings: StorageSettings,
        catalog: Arc<Catalog>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Error> {
        let dir = settings.data_dir.clone();
        let components = blocking(move || -> Result<StorageComponents, Error> {
            let (rowlog, extents) = (dir.join("rowlog"), dir.join("extents"));
            Ok(StorageComponents {
                log_files: Arc::new(LocalLogFiles::open(&rowlog).map_err(Error::io("create", &rowlog))?),
                extent_files: Arc::new(LocalExtentFiles::open(&extents).map_err(Error::io("create", &extents))?),
            })
        })
        .await?;
        Self::open_with(settings, catalog, clock, ids, components).await
    }

    /// Opens the storage with other parts than the local disk's.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub async fn open_with(
        settings: StorageSettings,
        catalog: Arc<Catalog>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        components: StorageComponents,
    ) -> Result<Self, Error> {
        let inner = blocking(move || recover(settings, catalog, clock, ids, components)).await?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Writes what is queued and takes no more appends. Rows stay in the row log and come back at the next start.
    ///
    /// # Errors
    /// When the blocking pool has gone.
    pub async fn shutdown(&self) -> Result<(), Error> {
        let inner = self.inner.clone();
        blocking(move || {
            inner.row_log.stop();
            inner.directory_lock.lock().take();
            Ok(())
        })
        .await
    }
}

/// Runs blocking work off the async threads.
pub(crate) async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Error::Stopped { what: "a storage task" }.into()))
}

fn recover(
    settings: StorageSettings,
    catalog: Arc<Catalog>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    components: StorageComponents,
) -> Result<Inner, Error> {
    let StorageComponents { log_files, extent_files } = components;
    let directory_lock = lock_directory(&settings)?;
    let state = catalog.snapshot();
    remove_orphans(&state, extent_files.as_ref())?;
    let RecoveredRows { row_store, segments, row_log, ingestion_times } =
        recover_rows(&settings, &state, &clock, log_files)?;
    let garbage = ExtentGarbage::default();
    garbage.note_state(&state);
    Ok(Inner {
        column_cache: Arc::new(ColumnCache::new(settings.column_cache_bytes_max)),
        settings,
        catalog,
        clock,
        ids,
        row_log,
        segments,
        row_store,
        row_schemas: RowSchemas::default(),
        ingestion_times,
        open_extents: OpenExtents::new(extent_files.clone()),
        extent_files,
        garbage,
        source_locks: Arc::default(),
        table_locks: Arc::default(),
        ingest_slots: Arc::new(Semaphore::new(INGESTIONS_MAX)),
        background_slots: Arc::new(Semaphore::new(BACKGROUND_WRITERS_MAX)),
        directory_lock: Mutex::new(Some(directory_lock)),
    })
}

/// What a start makes of the row log.
struct RecoveredRows {
    row_store: Arc<RowStore>,
    segments: Arc<SegmentIndex>,
    row_log: RowLog,
    ingestion_times: Arc<IngestionTimes>,
}

/// Brings back the rows that no extent holds, and starts the row log behind them.
fn recover_rows(
    settings: &StorageSettings,
    state: &ClusterState,
    clock: &Arc<dyn Clock>,
    log_files: Arc<dyn LogFiles>,
) -> Result<RecoveredRows, Error> {
    let bounds = SealBounds {
        rows: settings.seal_rows_max,
        bytes: settings.seal_bytes_max,
        total_bytes: settings.row_store_bytes_max / 2,
    };
    let row_store = Arc::new(RowStore::new(bounds));
    let sealed = sealed_positions(state);
    let replayed = replay(
        &log_files,
        |table, position| sealed.get(&table).is_some_and(|sealed_through| position >= *sealed_through),
        |rows| row_store.insert(vec![rows]),
    )?;
    tracing::info!(records = replayed.records, torn_bytes = replayed.torn_bytes, "row log replayed");
    let segments = Arc::new(SegmentIndex::new(log_files.clone(), replayed.closed));
    let last = last_ingested_on(state, &row_store).unwrap_or(DateTime::MIN);
    let times = Arc::new(IngestionTimes::new(clock.clone(), last));
    let row_log = RowLog::start(RowLogStart {
        files: log_files,
        index: segments.clone(),
        row_store: row_store.clone(),
        times: times.clone(),
        segment_bytes: settings.row_log_segment_bytes,
        next_position: sealed.values().copied().fold(replayed.next_position, u64::max),
        next_sequence: replayed.next_sequence,
    })?;
    Ok(RecoveredRows { row_store, segments, row_log, ingestion_times: times })
}

/// Returns the last time of ingestion that any row has.
fn last_ingested_on(state: &ClusterState, row_store: &RowStore) -> Option<DateTime> {
    let extents = state.extents.values().flat_map(|extents| extents.iter());
    let rows = row_store.view();
    let appended = rows.values().filter_map(|rows| rows.max_appended_on()).max();
    extents.filter_map(|extent| extent.last_ingested_on()).max().max(appended)
}

/// Two processes on one row log would destroy it.
fn lock_directory(settings: &StorageSettings) -> Result<File, Error> {
    fs::create_dir_all(&settings.data_dir).map_err(Error::io("create", &settings.data_dir))?;
    let path = settings.data_dir.join("storage.lock");
    let file = File::create(&path).map_err(Error::io("create", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", path)(error)),
    }
}

/// Removes what a crash left: unfinished files, and finished ones that no commit names.
fn remove_orphans(state: &ClusterState, files: &dyn ExtentFiles) -> Result<(), Error> {
    let named: HashSet<&str> =
        state.extents.values().flat_map(|extents| extents.iter().map(|extent| extent.path.as_str())).collect();
    for path in files.list().map_err(Error::io("list", "extents"))? {
        if !named.contains(path.as_str()) {
            tracing::info!(path, "removing an extent file that no commit names");
            files.delete(&path).map_err(Error::io("delete", &path))?;
        }
    }
    Ok(())
}

/// Returns how far each table is sealed.
pub(crate) fn sealed_positions(state: &ClusterState) -> std::collections::HashMap<TableId, u64> {
    let tables = state.databases.values().flat_map(|database| database.tables.values());
    tables.map(|table| (table.id, table.sealed_through)).collect()
}
