//! Merging: neighbouring small extents become one, so that the cost of planning and opening does not grow with the
//! number of seals.
//!
//! A *spec* (`merge/plan.rs`) names the extents; the *job* here reads them, writes one and commits, provided that all of
//! them still exist at the commit. Rows keep their order: oldest extent first. A spec of one extent is a rebuild: the
//! same rows, smaller.

mod plan;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use calypso_columns::arrow_type;
use calypso_model::{Change, ClusterState, Extent, INGESTION_TIME_COLUMN, Table, TableId, policy::EffectivePolicies};
use calypso_types::{DateTime, ScalarType};

use self::plan::plan_merge;
use crate::{
    Error, ExtentCompression, Storage,
    extent::{EncodeThreads, ExtentColumn, ExtentRows, RowsWanted},
    extent_set::{ExtentSetWriter, ExtentStamp, IngestedWhen, NewExtents},
    operations::observe,
    row_schema::row_schema,
    storage::{Inner, blocking},
    system_columns::SystemValues,
};

/// A proposal: these extents of a table may become one.
struct MergeSpec {
    database: String,
    table: Arc<Table>,
    /// In the order of the table's extents.
    extents: Vec<Arc<Extent>>,
}

impl Storage {
    /// Merges at most once per table where the merge policy and the sizes of extents call for it, and returns the number
    /// of extents that were replaced.
    ///
    /// # Errors
    /// When an extent cannot be read or written, or the catalog cannot commit.
    pub async fn merge_extents(&self) -> Result<usize, Error> {
        let state = self.inner.catalog.snapshot();
        let tables: Vec<TableId> = state.extents.keys().copied().collect();
        drop(state);
        let mut merged = 0;
        for table in tables {
            let is_smaller_later = self.inner.settings.extent_compression != ExtentCompression::Lz4;
            let now = self.inner.clock.now();
            let Some(spec) = merge_spec(&self.inner.catalog.snapshot(), table, now, is_smaller_later) else {
                continue;
            };
            let count = spec.extents.len();
            let name = if count == 1 { "ExtentsRebuild" } else { "ExtentsMerge" };
            let operation = self.inner.catalog.start_operation(name, &spec.database);
            let outcome = self.inner.clone().merge(spec).await;
            observe(&self.inner.catalog, operation, &outcome);
            match outcome {
                Ok(()) => merged += count,
                Err(Error::Conflict { .. } | Error::TableNotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(merged)
    }
}

/// Finds what to merge of a table; without `rebuilds`, an extent is never rewritten alone.
fn merge_spec(state: &ClusterState, table: TableId, now: DateTime, rebuilds: bool) -> Option<MergeSpec> {
    let (database, found) = state.table_by_id(table)?;
    let policies = EffectivePolicies::of_table(&found.policies, &database.policies, &state.policies);
    let extents = state.extents_of(table);
    let range = plan_merge(&extents, &policies.merge(), policies.caching(), rebuilds, now)?;
    Some(MergeSpec { database: database.name.clone(), table: found.clone(), extents: extents[range].to_vec() })
}

/// Ends the job's reading when nobody waits for it any more.
struct Cancel(Arc<AtomicBool>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Inner {
    async fn merge(self: Arc<Self>, spec: MergeSpec) -> Result<(), Error> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let _cancel = Cancel(cancelled.clone());
        let permit = self.background_slots.clone().acquire_owned().await;
        let inner = self.clone();
        let extents = spec.extents.clone();
        let table = spec.table.clone();
        let written = blocking(move || inner.write_merged(&table, &extents, &cancelled)).await?;
        drop(permit);
        written
            .commit(if spec.extents.len() == 1 { "REBUILD-EXTENTS" } else { "MERGE-EXTENTS" }, |state| {
                require_extents(state, &spec)?;
                let table = spec.table.id;
                Ok(spec.extents.iter().map(|extent| Change::DropExtent { table, extent: extent.id }).collect())
            })
            .await?;
        Ok(())
    }

    /// Reads the extents in order into one. Columns are the table's now; those dropped since are left behind.
    fn write_merged(
        self: Arc<Self>,
        table: &Table,
        extents: &[Arc<Extent>],
        cancelled: &AtomicBool,
    ) -> Result<NewExtents, Error> {
        let mut columns: Vec<_> =
            table.columns.iter().map(|column| ExtentColumn { id: column.id, ty: column.ty }).collect();
        let ingested = ingested_when(extents);
        if ingested.is_none() {
            columns.push(ExtentColumn { id: INGESTION_TIME_COLUMN, ty: ScalarType::DateTime });
        }
        let ids: Vec<u32> = columns.iter().map(|column| column.id).collect();
        let schema = row_schema(&ids, columns.iter().map(|column| arrow_type(column.ty)));
        let mut writer = ExtentSetWriter::new(self.clone(), table, EncodeThreads::One);
        if ingested.is_none() {
            writer = writer.with_ingestion_times();
        }
        for extent in extents {
            let values = SystemValues::of_extent(extent);
            let wanted = RowsWanted {
                extent: extent.clone(),
                rows: 0..extent.rows,
                columns: columns.clone(),
                schema: schema.clone(),
                predicates: Arc::default(),
                limit: None,
                cache: None,
            };
            for batch in ExtentRows::open(self.open_extents.open(extent)?, wanted)? {
                if cancelled.load(Ordering::Relaxed) {
                    return Err(Error::Stopped { what: "a merge" });
                }
                let batch = if ingested.is_none() { values.fill(batch?, &columns)? } else { batch? };
                writer.write(&batch)?;
            }
        }
        writer.finish(&merged_stamp(extents, ingested.unwrap_or(IngestedWhen::Elsewhere))?)
    }
}

/// Returns when all rows were ingested, or that nobody knows of any; `None` if the rows differ.
fn ingested_when(extents: &[Arc<Extent>]) -> Option<IngestedWhen> {
    let first = extents.first()?.ingested_on;
    let uniform = extents.iter().all(|extent| extent.ingested_on == first && !extent.has_ingestion_times());
    uniform.then(|| first.map_or(IngestedWhen::Elsewhere, IngestedWhen::At))
}

fn merged_stamp(extents: &[Arc<Extent>], ingested: IngestedWhen) -> Result<ExtentStamp, Error> {
    let oldest = extents.iter().map(|extent| extent.min_created_on).min();
    let newest = extents.iter().map(|extent| extent.max_created_on).max();
    let (Some(min_created_on), Some(max_created_on)) = (oldest, newest) else {
        return Err(Error::Conflict { what: "the extents to merge" });
    };
    let mut tags: Vec<String> = Vec::new();
    for tag in extents.iter().flat_map(|extent| &extent.tags) {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    let original_bytes = Some(extents.iter().map(|extent| extent.original_bytes).sum());
    Ok(ExtentStamp { min_created_on, max_created_on, tags, original_bytes, ingested })
}

/// Retention, a drop or a clear may have removed what was merged: its rows must not come back.
fn require_extents(state: &ClusterState, spec: &MergeSpec) -> Result<(), Error> {
    let Some((_, table)) = state.table_by_id(spec.table.id) else {
        return Err(Error::TableNotFound { table: spec.table.id });
    };
    let extents = state.extents_of(table.id);
    let unchanged = |merged: &Arc<Extent>| extents.iter().any(|extent| extent == merged);
    // A column added meanwhile is in none of the merged rows, so only the extents must be as they were.
    if spec.extents.iter().all(unchanged) { Ok(()) } else { Err(Error::Conflict { what: "an extent to merge" }) }
}
