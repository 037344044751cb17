//! Sealing: the rows of a table's row store become an extent.

use std::sync::Arc;

use calypso_model::{Change, ClusterState, Extent, Table, TableId};
use tokio::task;

use crate::{
    Error, Storage,
    clear::trim,
    extent::EncodeThreads,
    extent_set::{ExtentSetWriter, ExtentStamp, IngestedWhen, NewExtents, keeps_ingestion_times},
    operations::observe,
    row_store::StoredBatch,
    storage::{Inner, blocking},
};

/// Why a row store is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealReason {
    Rows,
    Bytes,
    Age,
    /// Somebody asked for it.
    Requested,
}

impl Storage {
    /// Seals what a table's row store holds now and returns the new extents, if there were rows.
    ///
    /// # Errors
    /// When an extent cannot be written or committed; the rows then stay in the row store.
    pub async fn seal_table(&self, table: TableId, reason: SealReason) -> Result<Vec<Arc<Extent>>, Error> {
        let inner = self.inner.clone();
        let sealed = task::spawn(async move { inner.seal(table, reason).await });
        sealed.await.unwrap_or(Err(Error::Stopped { what: "a seal" }))
    }

    /// Seals every row store.
    ///
    /// # Errors
    /// The first failure, after every table was tried.
    pub async fn seal_all(&self) -> Result<(), Error> {
        let tables: Vec<TableId> = self.inner.row_store.view().keys().copied().collect();
        let mut outcome = Ok(());
        for table in tables {
            let sealed = self.seal_table(table, SealReason::Requested).await;
            outcome = outcome.and(sealed.map(|_| ()));
        }
        outcome
    }
}

/// What a seal is about to write.
struct SealSpec {
    table: Arc<Table>,
    database: String,
    batches: Vec<Arc<StoredBatch>>,
    /// All rows of the table below this are in `batches` or sealed already.
    position: u64,
    keeps_times: bool,
}

impl Inner {
    async fn seal(self: Arc<Self>, table: TableId, reason: SealReason) -> Result<Vec<Arc<Extent>>, Error> {
        let _lock = self.table_locks.lock(table).await;
        let Some(spec) = self.seal_spec(table) else {
            return Ok(Vec::new());
        };
        tracing::debug!(table = spec.table.name, ?reason, position = spec.position, "sealing");
        let operation = self.catalog.start_operation("RowStoreSeal", &spec.database);
        let outcome = self.clone().write_and_commit(spec).await;
        observe(&self.catalog, operation, &outcome);
        let extents = outcome?;
        trim(self.clone()).await?;
        Ok(extents)
    }

    /// Takes the rows to seal; nothing if there are none. Rows first, catalog second, as every reader.
    fn seal_spec(&self, table: TableId) -> Option<SealSpec> {
        let rows = self.row_store.begin_seal(table);
        let state = self.catalog.snapshot();
        let Some((database, table_now)) = state.table_by_id(table) else {
            self.row_store.remove_below(table, u64::MAX);
            return None;
        };
        let batches: Vec<_> = rows.batches_from(table_now.sealed_through).cloned().collect();
        if batches.is_empty() {
            self.row_store.remove_below(table, table_now.sealed_through);
            return None;
        }
        let keeps_times = keeps_ingestion_times(&state, &[], table);
        let (table, database) = (table_now.clone(), database.name.clone());
        Some(SealSpec { table, database, batches, position: rows.end(), keeps_times })
    }

    async fn write_and_commit(self: Arc<Self>, spec: SealSpec) -> Result<Vec<Arc<Extent>>, Error> {
        let SealSpec { table, batches, position, keeps_times, .. } = spec;
        let sources = self.row_store.sources_below(table.id, position);
        let now = self.clock.now();
        let written = {
            let permit = self.background_slots.clone().acquire_owned().await;
            let writer = ExtentSetWriter::new(self.clone(), &table, EncodeThreads::One);
            let written = blocking(move || write_rows(writer, &batches, keeps_times)).await?;
            drop(permit);
            written
        };
        let extents = written
            .commit("SEAL-ROW-STORE", |state| {
                require_unsealed(state, &table)?;
                let mut changes = vec![Change::SealThrough { table: table.id, position }];
                if !sources.is_empty() {
                    changes.push(Change::RememberSources { table: table.id, sources, at: now });
                }
                Ok(changes)
            })
            .await?;
        self.row_store.remove_below(table.id, position);
        Ok(extents)
    }
}

fn write_rows(
    mut writer: ExtentSetWriter,
    batches: &[Arc<StoredBatch>],
    keeps_times: bool,
) -> Result<NewExtents, Error> {
    let mut times: Vec<_> = batches.iter().flat_map(|stored| stored.times.times()).collect();
    times.dedup();
    let ingested = match times.as_slice() {
        [time] if keeps_times => IngestedWhen::At(*time),
        _ => IngestedWhen::Elsewhere,
    };
    if keeps_times && ingested == IngestedWhen::Elsewhere {
        writer = writer.with_ingestion_times();
        for stored in batches {
            let (batch, ids) = stored.with_times()?;
            writer.write_by_id(&batch, &ids)?;
        }
    } else {
        for stored in batches {
            writer.write_by_id(&stored.batch, &stored.columns)?;
        }
    }
    let oldest = batches.iter().map(|batch| batch.min_appended_on).min();
    let newest = batches.iter().map(|batch| batch.max_appended_on).max();
    let (Some(min_created_on), Some(max_created_on)) = (oldest, newest) else {
        return Err(Error::Conflict { what: "the row store" });
    };
    writer.finish(&ExtentStamp { min_created_on, max_created_on, tags: Vec::new(), original_bytes: None, ingested })
}

/// Somebody else may have dropped the table, or sealed or cleared it, while its rows were being written.
fn require_unsealed(state: &ClusterState, table: &Table) -> Result<(), Error> {
    match state.table_by_id(table.id) {
        Some((_, now)) if now.sealed_through == table.sealed_through => Ok(()),
        Some(_) => Err(Error::Conflict { what: "the table's sealed position" }),
        None => Err(Error::TableNotFound { table: table.id }),
    }
}
