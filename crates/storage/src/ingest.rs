//! Ingestion straight into extents: `.ingest`, `.set-or-append`, queued batches.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::sync_channel,
    },
    thread,
};

use arrow::array::RecordBatch;
use calypso_catalog::CommitEvent;
use calypso_model::{Change, ClusterState, Extent, SourceId, Table};
use calypso_types::DateTime;
use parking_lot::Mutex;
use tokio::task;

use crate::{
    Error, SourceReservation, Storage,
    extent::EncodeThreads,
    extent_set::{ExtentSetWriter, ExtentStamp, NewExtents},
    settings::INGEST_BATCHES_AHEAD_MAX,
    storage::{Inner, blocking},
};

/// How an ingestion is committed.
#[derive(Default)]
pub struct IngestOptions {
    /// Kusto's `creationTime`: when the data counts as created; now if `None`.
    pub created_on: Option<DateTime>,
    pub tags: Vec<String>,
    /// Ingested once only; checked and remembered with the commit.
    pub source: Option<SourceId>,
    /// For batches of many sources: the fresh ones of this reservation are remembered with the commit.
    pub reservation: SourceReservation,
    /// Sources of the reservation whose data is not among the batches after all; filled in before the batches end.
    pub left_out: Arc<Mutex<Vec<SourceId>>>,
    /// Committed with the extents, before them: such as the table itself, when the command creates it.
    pub extra_changes: Vec<Change>,
    /// Bytes of the data as it came in, before parsing; the bytes of the values if `None`.
    pub original_bytes: Option<u64>,
    /// Drops all the table's earlier data in the same commit (`.set-or-replace`).
    pub replace: bool,
    /// What the journal says; `INGEST-DATA` if `None`.
    pub event: Option<CommitEvent>,
}

/// The outcome of an ingestion.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    pub extents: Vec<Arc<Extent>>,
    pub rows: u64,
    /// The source was committed before; nothing was added.
    pub duplicate: bool,
}

impl Storage {
    /// Writes `batches` into extents of `table` and commits them, all or none.
    ///
    /// The batches have the columns of `table` as given, in order, under any names; they are pulled on a blocking
    /// thread, so the iterator may block (see [`crate::batch_channel`] for async producers). The end of the iterator
    /// means that the data is complete; an error item abandons the ingestion and is returned. If the caller stops
    /// waiting before the commit, the ingestion is abandoned.
    ///
    /// # Errors
    /// The iterator's error, or [`Error`] as `E`; nothing is then committed, unless the catalog cannot tell.
    pub async fn ingest_extents<E>(
        &self,
        table: Arc<Table>,
        batches: impl Iterator<Item = Result<RecordBatch, E>> + Send + 'static,
        mut options: IngestOptions,
    ) -> Result<Ingested, E>
    where
        E: From<Error> + Send + 'static,
    {
        if let Some(source) = options.source {
            let reserved = self.reserve_sources(table.id, &[source]).await;
            if reserved.fresh.is_empty() {
                return Ok(Ingested { duplicate: true, ..Ingested::default() });
            }
            options.reservation.fresh.extend(reserved.fresh);
            options.reservation.guards.extend(reserved.guards);
        }
        let caller = Caller::default();
        let ingestion = Ingestion { storage: self.clone(), table, options, abandoned: caller.gone.clone() };
        // A task of its own, so that a caller who stops waiting never leaves a commit half done.
        task::spawn(ingestion.run(batches))
            .await
            .unwrap_or_else(|_| Err(Error::Stopped { what: "an ingestion" }.into()))
    }
}

/// Tells the ingestion that nobody waits any more.
#[derive(Default)]
struct Caller {
    gone: Arc<AtomicBool>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

struct Ingestion {
    storage: Storage,
    table: Arc<Table>,
    options: IngestOptions,
    abandoned: Arc<AtomicBool>,
}

impl Ingestion {
    async fn run<E>(self, batches: impl Iterator<Item = Result<RecordBatch, E>> + Send + 'static) -> Result<Ingested, E>
    where
        E: From<Error> + Send + 'static,
    {
        let inner = self.storage.inner.clone();
        let permit = inner.ingest_slots.clone().acquire_owned().await;
        let writer = ExtentSetWriter::new(inner.clone(), &self.table, EncodeThreads::All);
        let created_on = self.options.created_on.unwrap_or_else(|| inner.clock.now());
        let stamp = ExtentStamp {
            min_created_on: created_on,
            max_created_on: created_on,
            tags: self.options.tags.clone(),
            original_bytes: self.options.original_bytes,
        };
        let abandoned = self.abandoned.clone();
        let written = blocking(move || write_all(writer, batches, &stamp, &abandoned)).await?;
        drop(permit);
        self.check_wanted()?;
        Ok(self.commit(inner, written).await?)
    }

    fn check_wanted(&self) -> Result<(), Error> {
        if self.abandoned.load(Ordering::Relaxed) { Err(ABANDONED) } else { Ok(()) }
    }

    async fn commit(self, inner: Arc<Inner>, written: NewExtents) -> Result<Ingested, Error> {
        let rows = written.rows;
        let replaced = if self.options.replace { Some(inner.begin_clear(self.table.id).await) } else { None };
        let Self { table, options, .. } = self;
        let IngestOptions { extra_changes, mut reservation, event, left_out, .. } = options;
        reservation.fresh.retain(|source| !left_out.lock().contains(source));
        let event = event.unwrap_or_else(|| CommitEvent::from("INGEST-DATA"));
        let now = inner.clock.now();
        let clear = replaced.as_ref();
        let extents = written
            .commit(event, |state| {
                let mut changes = extra_changes;
                require_table(state, &table, &changes)?;
                if let Some(clear) = clear {
                    changes.extend(clear.changes(state));
                }
                if !reservation.fresh.is_empty() {
                    changes.push(Change::RememberSources { table: table.id, sources: reservation.fresh, at: now });
                }
                Ok(changes)
            })
            .await?;
        if let Some(clear) = replaced {
            clear.finish(&inner);
        }
        Ok(Ingested { extents, rows, duplicate: false })
    }
}

const ABANDONED: Error = Error::Stopped { what: "the caller of an ingestion" };

/// Pulls batches on one thread while the rows pulled before are encoded on others.
fn write_all<E: From<Error> + Send>(
    mut writer: ExtentSetWriter,
    batches: impl Iterator<Item = Result<RecordBatch, E>> + Send,
    stamp: &ExtentStamp,
    abandoned: &AtomicBool,
) -> Result<NewExtents, E> {
    let (sender, receiver) = sync_channel(INGEST_BATCHES_AHEAD_MAX);
    thread::scope(|scope| {
        let producer = scope.spawn(move || {
            for batch in batches {
                let failed = batch.is_err();
                if sender.send(batch).is_err() || failed {
                    return;
                }
            }
        });
        // The receiver goes when this ends, by error or not, so that the producer ends too.
        let written = receiver.into_iter().try_for_each(|batch| -> Result<(), E> {
            if abandoned.load(Ordering::Relaxed) {
                return Err(ABANDONED.into());
            }
            Ok(writer.write(&batch?)?)
        });
        // A producer that panicked has not said that the data is complete.
        let complete = producer.join().map_err(|_| Error::Stopped { what: "the producer of batches" });
        written?;
        complete?;
        Ok(writer.finish(stamp)?)
    })
}

fn require_table(state: &ClusterState, table: &Table, extra: &[Change]) -> Result<(), Error> {
    let created = extra.iter().any(|change| matches!(change, Change::PutTable(put) if put.id == table.id));
    if created || state.table_by_id(table.id).is_some() {
        return Ok(());
    }
    Err(Error::TableNotFound { table: table.id })
}
