//! The catalog as the rest of the server sees it: a snapshot to read, one way to change it.
//!
//! A commit goes through four steps, one commit at a time: compute the changes from the current version, apply them to
//! a copy, store them in one synced SQLite transaction, publish the copy. Readers keep the version they hold.
//!
//! A caller may be dropped at any moment (its client hangs up). Before the third step nothing has happened. Storing and
//! publishing run as one task that owns the writer and that nobody but the runtime's shutdown can stop, so a dropped
//! caller merely does not hear of its commit. Should that task die between the two, the catalog is poisoned.

mod logs;
#[cfg(test)]
mod tests;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use calypso_clock::{Clock, Ids};
use calypso_model::{Change, ClusterState, SourceId, TableId};
use calypso_types::DateTime;
use parking_lot::RwLock;
use sqlx::{
    ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

use crate::{
    commit::{StoredCommit, Writer},
    commit_event::CommitEvent,
    document::Document,
    error::{Error, open_error},
    journal,
    load::{Loaded, load},
    operation_log::OperationLog,
    recent_sources::{RecentSources, cutoff},
    rows::row_writes,
    schema,
};

/// How long a statement waits for another process's lock on the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Rows that SQLite's thread may be ahead of ours while loading.
const ROW_BUFFER: usize = 1024;

/// The catalog. Clones share it.
#[derive(Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

struct Inner {
    cluster: Uuid,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    state: RwLock<Arc<ClusterState>>,
    sources: RwLock<RecentSources>,
    operations: OperationLog,
    /// Whoever holds it may write; taken before `side`.
    writer: Arc<Mutex<Writer>>,
    /// Reads the journal and writes operations, without syncs.
    side: Mutex<SqliteConnection>,
    condition: Condition,
}

/// A commit that is computed but not stored.
struct PreparedCommit {
    next: ClusterState,
    stored: StoredCommit,
}

impl Catalog {
    /// Opens the catalog at `path`, creating it if there is none, and reads all of it.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a catalog, comes from a newer version, or is damaged anywhere.
    pub async fn open(path: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, Error> {
        let failed = |source| open_error(path, source);
        let mut connection = connect(path, SqliteSynchronous::Full).await.map_err(failed)?;
        schema::prepare(&mut connection, path, ids.next_id()).await?;
        let now = clock.now();
        let loaded = load(&mut connection, now).await?;
        let side = connect(path, SqliteSynchronous::Normal).await.map_err(failed)?;
        let Loaded { cluster, state, sources, next_source_batch, operations } = loaded;
        let catalog = Self {
            inner: Arc::new(Inner {
                cluster,
                clock,
                ids,
                state: RwLock::new(Arc::new(state)),
                sources: RwLock::new(sources),
                operations: OperationLog::default(),
                writer: Arc::new(Mutex::new(Writer { connection, cluster, next_source_batch })),
                side: Mutex::new(side),
                condition: Condition::default(),
            }),
        };
        catalog.inner.operations.load(operations, now);
        Ok(catalog)
    }

    /// Returns the cluster's id, drawn when the catalog was created.
    #[must_use]
    pub fn cluster_id(&self) -> Uuid {
        self.inner.cluster
    }

    /// Returns the current version. It stays as it is while newer ones are committed.
    #[must_use]
    pub fn snapshot(&self) -> Arc<ClusterState> {
        self.inner.state.read().clone()
    }

    /// Commits what `compute` makes of the current version, all or none, and returns its value once the commit is
    /// durable and visible. Updates run one after the other, so `compute` sees everything committed before; it must be
    /// quick. No changes, no commit.
    ///
    /// Dropping the returned future abandons the update before the commit, or lets the commit finish unheard.
    ///
    /// # Errors
    /// The error of `compute`; [`Error::Apply`] when the changes do not fit; [`Error::Commit`] when nothing was stored
    /// and the update may be tried again; anything else when the catalog takes no more changes until reopened.
    pub async fn update<T, E>(
        &self,
        event: impl Into<CommitEvent>,
        compute: impl FnOnce(&ClusterState) -> Result<(Vec<Change>, T), E>,
    ) -> Result<T, E>
    where
        E: From<Error>,
    {
        let writer = self.inner.writer().await?;
        let current = self.snapshot();
        let (changes, value) = compute(&current)?;
        if !changes.is_empty() {
            let commit = self.prepare(&current, &changes, &event.into(), writer.next_source_batch)?;
            self.inner.commit(writer, commit).await?;
        }
        Ok(value)
    }

    /// Returns whether `source` was committed into `table` lately: within [`crate::SOURCE_RETENTION`] for certain, and
    /// until the next [`Self::prune_sources`].
    #[must_use]
    pub fn has_source(&self, table: TableId, source: SourceId) -> bool {
        self.inner.sources.read().contains(table, source)
    }

    /// Forgets the sources that are too old at `now`. Returns how many stored batches went.
    ///
    /// # Errors
    /// When the catalog cannot be written; it then goes on, and the next call tries again.
    pub async fn prune_sources(&self, now: DateTime) -> Result<u64, Error> {
        let mut writer = self.inner.writer().await?;
        let first_kept = {
            let mut sources = self.inner.sources.write();
            sources.forget_before(cutoff(now));
            sources.first_sequence().unwrap_or(writer.next_source_batch)
        };
        writer.delete_sources_before(first_kept).await.map_err(Error::Commit)
    }

    /// Waits for the running commit, writes the log of operations and refuses further changes.
    ///
    /// # Errors
    /// When the operations cannot be written.
    pub async fn close(&self) -> Result<(), Error> {
        let mut writer = self.inner.writer.lock().await;
        self.inner.condition.close();
        self.inner.write_operations(&mut writer).await
    }

    /// Applies and encodes. Pure but for the clock.
    fn prepare(
        &self,
        current: &ClusterState,
        changes: &[Change],
        event: &CommitEvent,
        next_source_batch: i64,
    ) -> Result<PreparedCommit, Error> {
        let mut next = current.clone();
        next.apply_all(changes)?;
        next.version = current.version + 1;
        let entries = journal::entries(current, &next, changes, event, self.inner.clock.now())?;
        let encode = |entry| Document::encode("journal", &[], &[], &entry).map(|document| (entry, document));
        let journal = entries.into_iter().map(encode).collect::<Result<_, Error>>()?;
        let rows = row_writes(current, &next, changes, next_source_batch)?;
        Ok(PreparedCommit { next, stored: StoredCommit { previous_version: current.version, rows, journal } })
    }
}

impl Inner {
    /// Waits for the right to write.
    async fn writer(&self) -> Result<OwnedMutexGuard<Writer>, Error> {
        let writer = self.writer.clone().lock_owned().await;
        self.condition.check()?;
        Ok(writer)
    }

    /// Stores and publishes in a task of their own, see the file's header.
    async fn commit(self: &Arc<Self>, writer: OwnedMutexGuard<Writer>, commit: PreparedCommit) -> Result<(), Error> {
        let inner = self.clone();
        let task = tokio::spawn(async move { inner.store_and_publish(writer, commit).await });
        task.await.unwrap_or(Err(Error::Poisoned))
    }

    async fn store_and_publish(
        &self,
        mut writer: OwnedMutexGuard<Writer>,
        commit: PreparedCommit,
    ) -> Result<(), Error> {
        // Poisoned until known to be sound, in case this task does not reach its end. Nobody else looks meanwhile:
        // the writer is ours.
        self.condition.poison();
        match writer.persist(&commit.stored).await {
            Ok(()) => {
                self.publish(commit);
                self.condition.heal();
                Ok(())
            }
            Err(failure) => {
                let (fatal, error) = failure.into_error();
                if !fatal {
                    self.condition.heal();
                }
                Err(error)
            }
        }
    }

    /// Makes a stored commit visible; its sources first, so that no reader sees the data without them.
    fn publish(&self, commit: PreparedCommit) {
        let mut sources = self.sources.write();
        for table in commit.stored.rows.cleared_tables {
            sources.forget_table(table);
        }
        for batch in commit.stored.rows.sources {
            sources.remember(batch);
        }
        drop(sources);
        let previous = std::mem::replace(&mut *self.state.write(), Arc::new(commit.next));
        // Freeing a large version takes a while: not under the lock.
        drop(previous);
    }
}

/// Whether changes are taken.
#[derive(Default)]
struct Condition(AtomicU8);

impl Condition {
    const SOUND: u8 = 0;
    const POISONED: u8 = 1;
    const CLOSED: u8 = 2;

    fn check(&self) -> Result<(), Error> {
        match self.0.load(Ordering::SeqCst) {
            Self::SOUND => Ok(()),
            Self::CLOSED => Err(Error::Closed),
            _ => Err(Error::Poisoned),
        }
    }

    fn poison(&self) {
        self.0.store(Self::POISONED, Ordering::SeqCst);
    }

    fn heal(&self) {
        self.0.store(Self::SOUND, Ordering::SeqCst);
    }

    fn close(&self) {
        self.0.store(Self::CLOSED, Ordering::SeqCst);
    }
}

async fn connect(path: &Path, synchronous: SqliteSynchronous) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(BUSY_TIMEOUT)
        .row_buffer_size(ROW_BUFFER)
        .disable_statement_logging()
        .connect()
        .await
}
