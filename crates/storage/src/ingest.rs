//! Ingestion straight into extents: `.ingest`, `.set-or-append`, queued batches. Writing and the commit are two steps,
//! so that update policies can run between them.

mod commit;

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
use calypso_model::{Change, Extent, SourceId, Table, TableId};
use calypso_types::DateTime;
use parking_lot::Mutex;
use tokio::task;

pub use commit::DerivedExtents;

use crate::{
    Error, SourceReservation, Storage,
    extent::EncodeThreads,
    extent_set::{ExtentSetWriter, ExtentStamp, IngestedWhen, NewExtents},
    settings::INGEST_BATCHES_AHEAD_MAX,
    storage::blocking,
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
    /// Nothing is committed if an extent of the table has one of these tags by then (`ingestIfNotExists`).
    pub unless_tagged: Vec<String>,
    /// The rows only pass through: sources are remembered, the table gets no extents.
    pub discard: bool,
}

/// The outcome of an ingestion.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    pub extents: Vec<Arc<Extent>>,
    pub rows: u64,
    /// The source was committed before; nothing was added.
    pub duplicate: bool,
    /// An extent has one of the tags of [`IngestOptions::unless_tagged`]; nothing was added.
    pub already_tagged: bool,
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
        if !self.reserve_source(table.id, &mut options).await {
            return Ok(Ingested { duplicate: true, ..Ingested::default() });
        }
        let written = self.write_extents(table, batches, &options).await?;
        Ok(self.commit_extents(written, Vec::new(), options).await?)
    }

    /// Reserves the source of `options` until they are dropped; false if it was committed before.
    pub async fn reserve_source(&self, table: TableId, options: &mut IngestOptions) -> bool {
        let Some(source) = options.source.take() else { return true };
        let reserved = self.reserve_sources(table, &[source]).await;
        if reserved.fresh.is_empty() {
            return false;
        }
        options.reservation.fresh.extend(reserved.fresh);
        options.reservation.guards.extend(reserved.guards);
        true
    }

    /// Writes `batches` into durable extents of `table` that nobody knows yet. `batches` as in
    /// [`Storage::ingest_extents`].
    ///
    /// # Errors
    /// The iterator's error, or [`Error`] as `E`.
    pub async fn write_extents<E>(
        &self,
        table: Arc<Table>,
        batches: impl Iterator<Item = Result<RecordBatch, E>> + Send + 'static,
        options: &IngestOptions,
    ) -> Result<WrittenExtents, E>
    where
        E: From<Error> + Send + 'static,
    {
        let caller = Caller::default();
        let abandoned = caller.gone.clone();
        let inner = self.inner.clone();
        let created_on = options.created_on.unwrap_or_else(|| inner.clock.now());
        let stamp = ExtentStamp {
            min_created_on: created_on,
            max_created_on: created_on,
            tags: options.tags.clone(),
            original_bytes: options.original_bytes,
            ingested: IngestedWhen::AtCommit,
        };
        // A task of its own, so that a caller who stops waiting does not hold up its thread.
        let writing = task::spawn(async move {
            let permit = inner.ingest_slots.clone().acquire_owned().await;
            let writer = ExtentSetWriter::new(inner.clone(), &table, EncodeThreads::All);
            let written = blocking(move || write_all(writer, batches, &stamp, &abandoned)).await?;
            drop(permit);
            Ok(WrittenExtents { extents: written, table })
        });
        writing.await.unwrap_or_else(|_| Err(Error::Stopped { what: "an ingestion" }.into()))
    }
}

/// Durable extents on their way into the catalog. Dropped without a commit, they leave nothing.
pub struct WrittenExtents {
    pub(crate) extents: NewExtents,
    pub(crate) table: Arc<Table>,
}

impl WrittenExtents {
    /// Returns the extents; a snapshot can read them ([`crate::StorageSnapshot::of_extents`]).
    #[must_use]
    pub fn extents(&self) -> &[Arc<Extent>] {
        &self.extents.extents
    }

    /// Returns the number of rows.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.extents.rows
    }

    /// Returns the table they belong to.
    #[must_use]
    pub const fn table(&self) -> &Arc<Table> {
        &self.table
    }
}

/// Tells the ingestion that nobody waits any more.
#[derive(Default)]
pub(crate) struct Caller {
    pub(crate) gone: Arc<AtomicBool>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
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
