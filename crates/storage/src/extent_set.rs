//! A set of extents written together and committed together.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use calypso_catalog::{CommitEvent, Error as CatalogError};
use calypso_columns::arrow_type;
use calypso_model::{
    Change, ClusterState, Extent, ExtentId, INGESTION_TIME_COLUMN, Policies, Table, TableId, policy::EffectivePolicies,
};
use calypso_types::{DateTime, ScalarType};

use crate::{
    Error, ExtentCompression,
    extent::{Codec, EncodeThreads, ExtentColumn, ExtentWriter, WrittenExtent, absent},
    row_schema::row_schema,
    settings::{EXTENT_BYTES_MAX, EXTENT_ROWS_MAX},
    storage::Inner,
};

/// What the catalog records of new extents besides what their bytes say.
#[derive(Debug, Clone)]
pub(crate) struct ExtentStamp {
    pub(crate) min_created_on: DateTime,
    pub(crate) max_created_on: DateTime,
    pub(crate) tags: Vec<String>,
    /// Bytes of the data as it came in; the bytes of the values if not known.
    pub(crate) original_bytes: Option<u64>,
    pub(crate) ingested: IngestedWhen,
}

/// When the rows of new extents were ingested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IngestedWhen {
    /// With the commit, if the table's policy wants it known.
    AtCommit,
    At(DateTime),
    /// The rows say it, or nobody knows.
    Elsewhere,
}

/// Writes rows of one table, beginning a new extent whenever one is full. Blocking.
pub(crate) struct ExtentSetWriter {
    inner: Arc<Inner>,
    table: TableId,
    columns: Vec<ExtentColumn>,
    schema: SchemaRef,
    threads: EncodeThreads,
    current: Option<(ExtentId, ExtentWriter)>,
    files: UncommittedFiles,
    finished: Vec<(ExtentId, WrittenExtent)>,
}

impl ExtentSetWriter {
    pub(crate) fn new(inner: Arc<Inner>, table: &Table, threads: EncodeThreads) -> Self {
        let columns: Vec<_> =
            table.columns.iter().map(|column| ExtentColumn { id: column.id, ty: column.ty }).collect();
        let ids: Vec<u32> = columns.iter().map(|column| column.id).collect();
        let schema = row_schema(&ids, columns.iter().map(|column| arrow_type(column.ty)));
        let files = UncommittedFiles { inner: inner.clone(), extents: Vec::new(), keep: false };
        Self { inner, table: table.id, columns, schema, threads, current: None, files, finished: Vec::new() }
    }

    /// Has a column more behind the table's: when the rows were ingested.
    pub(crate) fn with_ingestion_times(mut self) -> Self {
        self.columns.push(ExtentColumn { id: INGESTION_TIME_COLUMN, ty: ScalarType::DateTime });
        let ids: Vec<u32> = self.columns.iter().map(|column| column.id).collect();
        self.schema = row_schema(&ids, self.columns.iter().map(|column| arrow_type(column.ty)));
        self
    }

    /// Returns how extents are compressed, and whether that is for speed now, to be made smaller later.
    fn codec(&self) -> (Codec, bool) {
        match (self.inner.settings.extent_compression, self.threads) {
            (ExtentCompression::Lz4, _) => (Codec::Lz4, false),
            (ExtentCompression::Lz4ThenZstd, EncodeThreads::All) => (Codec::Lz4, true),
            (ExtentCompression::Lz4ThenZstd, EncodeThreads::One) | (ExtentCompression::Zstd, _) => (Codec::Zstd, false),
        }
    }

    /// Adds rows whose columns are the table's, in order, under any names.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let full = self
            .current
            .as_ref()
            .is_some_and(|(_, writer)| writer.rows() >= EXTENT_ROWS_MAX || writer.bytes() >= EXTENT_BYTES_MAX);
        if full {
            self.finish_current()?;
        }
        if self.current.is_none() {
            let id = ExtentId(self.inner.ids.next_id());
            let path = format!("{}/{id}.parquet", self.table);
            let columns = self.columns.clone();
            let (codec, _) = self.codec();
            let writer = ExtentWriter::create(&self.inner.extent_files, path, columns, codec, self.threads)?;
            self.current = Some((id, writer));
        }
        match &mut self.current {
            Some((_, writer)) => writer.write(batch),
            None => Ok(()),
        }
    }

    /// Adds rows whose columns have the given ids: absent ones become nulls, dropped ones are left out.
    pub(crate) fn write_by_id(&mut self, batch: &RecordBatch, ids: &[u32]) -> Result<(), Error> {
        let batch = arrange(batch, ids, &self.columns, &self.schema)?;
        self.write(&batch)
    }

    /// Makes every file durable; none is named by the catalog yet.
    pub(crate) fn finish(mut self, stamp: &ExtentStamp) -> Result<NewExtents, Error> {
        self.finish_current()?;
        let rows: u64 = self.finished.iter().map(|(_, written)| written.rows).sum();
        let table = self.table;
        let ingested_on = match stamp.ingested {
            IngestedWhen::At(time) => Some(time),
            IngestedWhen::AtCommit | IngestedWhen::Elsewhere => None,
        };
        let (_, rebuild_wanted) = self.codec();
        let extents = self.finished.into_iter().map(|(id, written)| {
            let original_bytes =
                stamp.original_bytes.map_or(written.value_bytes, |bytes| share(bytes, written.rows, rows));
            Arc::new(Extent {
                id,
                table,
                path: written.path,
                rows: written.rows,
                original_bytes,
                extent_bytes: written.extent_bytes,
                min_created_on: stamp.min_created_on,
                max_created_on: stamp.max_created_on,
                tags: stamp.tags.clone(),
                columns: written.columns,
                ingested_on,
                rebuild_wanted,
                crc32c: written.crc32c,
            })
        });
        let ingested_at_commit = stamp.ingested == IngestedWhen::AtCommit;
        Ok(NewExtents { extents: extents.collect(), rows, ingested_at_commit, files: self.files })
    }

    fn finish_current(&mut self) -> Result<(), Error> {
        let Some((id, writer)) = self.current.take() else {
            return Ok(());
        };
        let written = writer.finish()?;
        self.files.extents.push((id, written.path.clone()));
        self.inner.open_extents.note_written(id);
        self.finished.push((id, written));
        Ok(())
    }
}

/// Durable extents on their way into the catalog. Dropped before a commit was tried, their files are deleted.
pub(crate) struct NewExtents {
    pub(crate) extents: Vec<Arc<Extent>>,
    pub(crate) rows: u64,
    ingested_at_commit: bool,
    files: UncommittedFiles,
}

impl NewExtents {
    /// Commits the changes that `compute` makes of the current version, behind them the new extents.
    pub(crate) async fn commit(
        self,
        event: impl Into<CommitEvent>,
        compute: impl FnOnce(&ClusterState) -> Result<Vec<Change>, Error>,
    ) -> Result<Vec<Arc<Extent>>, Error> {
        let sets = commit_sets(vec![self], event, |state| Ok((compute(state)?, vec![true]))).await?;
        Ok(sets.into_iter().flatten().collect())
    }
}

impl NewExtents {
    /// Says that the rows are ingested at `time`, if the table as `changes` leave it wants that known.
    fn stamp(&mut self, state: &ClusterState, changes: &[Change], time: DateTime) {
        let Some(table) = self.extents.first().map(|extent| extent.table) else { return };
        if !keeps_ingestion_times(state, changes, table) {
            return;
        }
        for extent in &mut self.extents {
            Arc::make_mut(extent).ingested_on = Some(time);
        }
    }
}

/// Says whether a table's policy wants the times of ingestion known.
pub(crate) fn keeps_ingestion_times(state: &ClusterState, changes: &[Change], table: TableId) -> bool {
    let put = changes.iter().rev().find_map(|change| match change {
        Change::PutTable(put) if put.id == table => Some(put.clone()),
        _ => None,
    });
    let Some(table) = put.or_else(|| state.table_by_id(table).map(|(_, table)| table.clone())) else { return false };
    let none = Policies::default();
    let database = state.database_by_id(table.database).map_or(&none, |database| &database.policies);
    EffectivePolicies::of_table(&table.policies, database, &state.policies).ingestion_time().is_enabled
}

/// Commits the changes that `compute` makes of the current version, behind them the extents of the sets that it says
/// count. Returns the extents of each set; of one that does not count none, and its files are deleted.
pub(crate) async fn commit_sets(
    mut sets: Vec<NewExtents>,
    event: impl Into<CommitEvent>,
    compute: impl FnOnce(&ClusterState) -> Result<(Vec<Change>, Vec<bool>), Error>,
) -> Result<Vec<Vec<Arc<Extent>>>, Error> {
    let Some(inner) = sets.first().map(|set| set.files.inner.clone()) else { return Ok(Vec::new()) };
    for set in &mut sets {
        // Until the outcome is known the files stay: whoever drops this future does not undo a commit.
        set.files.keep = true;
    }
    let known = &mut sets;
    let (times, garbage) = (&inner.ingestion_times, &inner.garbage);
    // Held until the extents are visible.
    let mut pending = None;
    let outcome: Result<Vec<bool>, Error> = inner
        .catalog
        .update(event, |state| {
            let (mut changes, counts) = compute(state)?;
            let time = pending.insert(times.issue()).time;
            for set in known.iter_mut().filter(|set| set.ingested_at_commit) {
                set.stamp(state, &changes, time);
            }
            // Only now: stamped extents are new values, and the collector must not take the old ones' end for theirs.
            for set in known.iter() {
                garbage.note_extents(&set.extents);
            }
            let counted = known.iter().zip(&counts).filter(|(_, counts)| **counts);
            changes.extend(counted.flat_map(|(set, _)| set.extents.iter().cloned().map(Change::AddExtent)));
            Ok((changes, counts))
        })
        .await;
    drop(pending);
    let keep = match &outcome {
        Ok(counts) => counts.clone(),
        Err(error) => vec![may_have_happened(error); sets.len()],
    };
    let mut committed = Vec::with_capacity(sets.len());
    for (mut set, keep) in sets.into_iter().zip(keep) {
        set.files.keep = keep;
        committed.push(if keep { std::mem::take(&mut set.extents) } else { Vec::new() });
    }
    outcome.map(|_| committed)
}

/// Says whether the catalog may name the extents although the commit failed; the next start finds out.
const fn may_have_happened(error: &Error) -> bool {
    matches!(error, Error::Catalog(CatalogError::CommitUnknown(_) | CatalogError::Poisoned))
}

struct UncommittedFiles {
    inner: Arc<Inner>,
    extents: Vec<(ExtentId, String)>,
    keep: bool,
}

impl Drop for UncommittedFiles {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        for (id, path) in &self.extents {
            self.inner.open_extents.forget(*id);
            self.inner.garbage.forget(*id);
            if let Err(error) = self.inner.extent_files.delete(path) {
                tracing::warn!(%error, path, "an extent file that was not committed stays until the next start");
            }
        }
    }
}

/// Returns the columns of `wanted` from a batch whose columns have `ids`.
pub(crate) fn arrange(
    batch: &RecordBatch,
    ids: &[u32],
    wanted: &[ExtentColumn],
    schema: &SchemaRef,
) -> Result<RecordBatch, Error> {
    let rows = batch.num_rows();
    let columns = wanted.iter().map(|column| -> ArrayRef {
        ids.iter()
            .position(|id| *id == column.id)
            .map(|place| batch.column(place))
            .filter(|found| *found.data_type() == arrow_type(column.ty))
            .map_or_else(|| absent(column.ty, rows), Clone::clone)
    });
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns.collect(), &options).map_err(Error::arrow("arrange"))
}

fn share(bytes: u64, rows: u64, rows_total: u64) -> u64 {
    let share = u128::from(bytes) * u128::from(rows) / u128::from(rows_total.max(1));
    u64::try_from(share).unwrap_or(bytes)
}
