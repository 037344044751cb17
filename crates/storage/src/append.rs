//! Appending streamed rows: durable and visible when the call returns.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    datatypes::{DataType, SchemaRef},
};
use calypso_model::{SourceId, TableId};
use parking_lot::RwLock;
use tokio::sync::oneshot;

use crate::{
    Error, Storage,
    keyed_lock::SourceGuard,
    row_log::{AppendPart, AppendRequest, ColumnIds, Payload, representation_code, without_unused_bytes},
    row_schema::{batch_bytes, row_schema},
    storage::{Inner, blocking},
};

/// Batches of at least this many bytes are encoded off the async threads.
const ENCODE_INLINE_BYTES_MAX: u64 = 128 * 1024;
/// Column lists remembered; when there are more, all are forgotten and made anew.
const ROW_SCHEMAS_MAX: usize = 4096;

/// The outcome of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Rows added; 0 for a duplicate.
    pub rows: u64,
    /// The source was committed before; nothing was added.
    pub duplicate: bool,
}

impl Storage {
    /// Adds rows to a table. On return they survive a crash and every snapshot taken from now on has them.
    ///
    /// `batch` has the columns of `column_ids`, in that order, under any names. With a `source`, the same source is
    /// added once only: a call that comes while another one with it runs waits for that one's outcome, and tries itself
    /// if it failed. If the caller stops waiting, the rows may or may not be added.
    ///
    /// # Errors
    /// [`Error::Throttled`] when the row log or the row store is full; [`Error::Poisoned`] after a failed write, when
    /// the rows may or may not come back after a restart; [`Error::TableNotFound`], [`Error::BatchMismatch`] or
    /// [`Error::RecordTooLarge`] for what cannot be added.
    pub async fn append(
        &self,
        table: TableId,
        batch: RecordBatch,
        column_ids: &[u32],
        source: Option<SourceId>,
    ) -> Result<Appended, Error> {
        self.append_together(vec![AppendRows { table, batch, column_ids: column_ids.to_vec() }], source).await
    }

    /// Adds rows to several tables: on return all of them survive a crash and are visible, and a crash before leaves
    /// all or none. `source` belongs to the first table; otherwise as [`Storage::append`]. The outcome counts the rows
    /// of the first table. A first table without rows still remembers the source if another one has some.
    ///
    /// # Errors
    /// As [`Storage::append`].
    pub async fn append_together(&self, parts: Vec<AppendRows>, source: Option<SourceId>) -> Result<Appended, Error> {
        let inner = &self.inner;
        let state = inner.catalog.snapshot();
        if let Some(missing) = parts.iter().find(|part| state.table_by_id(part.table).is_none()) {
            return Err(Error::TableNotFound { table: missing.table });
        }
        drop(state);
        let Some((table, rows)) = parts.first().map(|part| (part.table, part.batch.num_rows() as u64)) else {
            return Ok(Appended { rows: 0, duplicate: false });
        };
        let guard = match source {
            Some(source) => Some(inner.source_locks.lock((table, source)).await),
            None => None,
        };
        if source.is_some_and(|source| self.has_source(table, source)) {
            return Ok(Appended { rows: 0, duplicate: true });
        }
        if parts.iter().any(|part| part.batch.num_rows() > 0) {
            inner.append_rows(NewRows { parts, source, guard }).await?;
        }
        Ok(Appended { rows, duplicate: false })
    }

    /// Says whether a source has been committed into a table lately, by streaming or otherwise.
    #[must_use]
    pub fn has_source(&self, table: TableId, source: SourceId) -> bool {
        // In this order: a seal tells the catalog of its sources before the row store forgets them.
        self.inner.row_store.has_source(table, source) || self.inner.catalog.has_source(table, source)
    }
}

/// Rows for one table.
#[derive(Debug, Clone)]
pub struct AppendRows {
    pub table: TableId,
    /// The columns of `column_ids`, in that order, under any names.
    pub batch: RecordBatch,
    pub column_ids: Vec<u32>,
}

struct NewRows {
    parts: Vec<AppendRows>,
    source: Option<SourceId>,
    guard: Option<SourceGuard>,
}

impl Inner {
    async fn append_rows(self: &Arc<Self>, new: NewRows) -> Result<(), Error> {
        let mut stored = Vec::with_capacity(new.parts.len());
        let first = new.parts.first().map(|part| part.table);
        for part in new.parts {
            // The first part carries the source, so it is written though it be empty.
            if part.batch.num_rows() == 0 && (new.source.is_none() || first != Some(part.table)) {
                continue;
            }
            let (columns, schema) = self.row_schemas.of(part.table, &part.column_ids, &part.batch)?;
            stored.push((part.table, columns, stored_form(&part.batch, schema)?));
        }
        let bytes = stored.iter().map(|(_, _, batch)| batch_bytes(batch)).sum();
        self.check_room(bytes)?;
        let parts =
            if bytes < ENCODE_INLINE_BYTES_MAX { encode(stored)? } else { blocking(move || encode(stored)).await? };
        let (reply, outcome) = oneshot::channel();
        self.row_log.submit(AppendRequest {
            parts,
            source: new.source,
            appended_on: self.clock.now(),
            guard: new.guard,
            reply,
        })?;
        outcome.await.unwrap_or(Err(Error::Stopped { what: "the row log" }))
    }

    fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let limit = self.settings.row_store_bytes_max;
        if self.row_store.bytes() + bytes <= limit {
            return Ok(());
        }
        self.row_store.seal_wanted.notify_one();
        Err(Error::Throttled { what: "the row store", limit })
    }
}

fn encode(stored: Vec<(TableId, ColumnIds, RecordBatch)>) -> Result<Vec<AppendPart>, Error> {
    let encode = |(table, columns, batch)| Ok(AppendPart { table, columns, payload: Payload::encode(&batch)?, batch });
    stored.into_iter().map(encode).collect()
}

/// Renames columns to their ids and drops string bytes that belong to other rows.
fn stored_form(batch: &RecordBatch, schema: SchemaRef) -> Result<RecordBatch, Error> {
    let columns: Vec<ArrayRef> = batch.columns().iter().map(without_unused_bytes).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, columns, &options)
        .map_err(|error| Error::BatchMismatch { reason: error.to_string() })
}

/// The column lists and schemas in use, so that batches of the same columns share them.
#[derive(Default)]
pub(crate) struct RowSchemas {
    known: RwLock<HashMap<TableId, Vec<(ColumnIds, SchemaRef)>>>,
}

impl RowSchemas {
    fn of(&self, table: TableId, ids: &[u32], batch: &RecordBatch) -> Result<(ColumnIds, SchemaRef), Error> {
        if ids.len() != batch.num_columns() {
            let reason = format!("{} columns for {} column ids", batch.num_columns(), ids.len());
            return Err(Error::BatchMismatch { reason });
        }
        if let Some(found) = self.find(table, ids, batch) {
            return Ok(found);
        }
        let types: Vec<DataType> = batch.columns().iter().map(|column| column.data_type().clone()).collect();
        if let Some(ty) = types.iter().find(|ty| representation_code(ty).is_none()) {
            return Err(Error::BatchMismatch { reason: format!("no column type is carried as {ty}") });
        }
        let made = (ColumnIds::from(ids), row_schema(ids, types));
        let mut known = self.known.write();
        if known.len() >= ROW_SCHEMAS_MAX {
            known.clear();
        }
        // A table has one current column list; a few older ones may still be on their way.
        let of_table = known.entry(table).or_default();
        of_table.truncate(3);
        of_table.insert(0, made.clone());
        Ok(made)
    }

    fn find(&self, table: TableId, ids: &[u32], batch: &RecordBatch) -> Option<(ColumnIds, SchemaRef)> {
        let known = self.known.read();
        let found = known.get(&table)?.iter().find(|(columns, schema)| {
            **columns == *ids
                && schema
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .all(|(field, column)| field.data_type() == column.data_type())
        });
        found.cloned()
    }
}
