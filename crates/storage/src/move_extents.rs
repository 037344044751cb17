//! Moving extents between tables, and giving them other tags.
//!
//! The columns of an extent's file are named by the column ids of its table, so a move writes the rows anew under the ids
//! that the columns of the same names have in the other table. One commit takes the old extents away and brings the
//! new ones, provided that nothing it rests on has changed. Tags stand in the catalog only.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use calypso_catalog::CommitEvent;
use calypso_columns::arrow_type;
use calypso_model::{Change, ClusterState, Extent, ExtentId, INGESTION_TIME_COLUMN, Table, TableId};
use calypso_types::ScalarType;
use tokio::task;

use crate::{
    Error, Storage,
    extent::{EncodeThreads, ExtentColumn, ExtentRows, RowsWanted},
    extent_set::{ExtentSetWriter, ExtentStamp, IngestedWhen, NewExtents, commit_sets},
    ingest::Caller,
    row_schema::row_schema,
    storage::{Inner, blocking},
};

/// Extents that go to another table.
pub struct ExtentMove {
    /// Has every column of the tables the extents are in, with the same name and type; its others become null.
    pub target: Arc<Table>,
    /// Each with the table it is in.
    pub moved: Vec<(Arc<Table>, Arc<Extent>)>,
    /// Extents of the target that go with the same commit.
    pub dropped: Vec<Arc<Extent>>,
    /// The rows count as ingested with the commit; else they keep their times.
    pub new_ingestion_time: bool,
}

impl Storage {
    /// Moves and drops extents, all or none; returns for each moved extent those that its rows are in now: one, or more
    /// if they do not fit. If the caller stops waiting before the commit, nothing happens.
    ///
    /// # Errors
    /// `BatchMismatch` when the target lacks a column, `Conflict` when a table or an extent is not as given any more, or
    /// when an extent cannot be read or written; nothing is then committed, unless the catalog cannot tell.
    pub async fn move_extents(
        &self,
        request: ExtentMove,
        event: impl Into<CommitEvent>,
    ) -> Result<Vec<Vec<Arc<Extent>>>, Error> {
        let caller = Caller::default();
        let abandoned = caller.gone.clone();
        let (inner, event) = (self.inner.clone(), event.into());
        // A task of its own, so that a caller who stops waiting never leaves a commit half done.
        let moving = task::spawn(async move {
            let permit = inner.ingest_slots.clone().acquire_owned().await;
            let writer = inner.clone();
            let (request, sets) = blocking(move || {
                let sets = write_moved(&writer, &request, &abandoned)?;
                Ok::<_, Error>((request, sets))
            })
            .await?;
            drop(permit);
            commit(&inner, request, sets, event).await
        });
        moving.await.unwrap_or(Err(Error::Stopped { what: "a move of extents" }))
    }

    /// Commits other records of extents: what `compute` makes of the current version, with the same ids and files.
    ///
    /// # Errors
    /// The error of `compute`, or that of the commit.
    pub async fn retag_extents<T, E>(
        &self,
        event: impl Into<CommitEvent>,
        compute: impl FnOnce(&ClusterState) -> Result<(Vec<Arc<Extent>>, T), E>,
    ) -> Result<T, E>
    where
        E: From<calypso_catalog::Error>,
    {
        let garbage = &self.inner.garbage;
        self.inner
            .catalog
            .update(event, |state| {
                let (extents, value) = compute(state)?;
                garbage.note_extents(&extents);
                Ok((extents.into_iter().map(Change::AddExtent).collect(), value))
            })
            .await
    }
}

fn write_moved(inner: &Arc<Inner>, request: &ExtentMove, abandoned: &AtomicBool) -> Result<Vec<NewExtents>, Error> {
    let moved = request.moved.iter();
    let sets = moved.map(|(source, extent)| write_one(inner, source, extent, request, abandoned)).collect();
    if abandoned.load(Ordering::Relaxed) {
        return Err(ABANDONED);
    }
    sets
}

const ABANDONED: Error = Error::Stopped { what: "the caller of a move of extents" };

/// Writes the rows of one extent into new ones of the target.
fn write_one(
    inner: &Arc<Inner>,
    source: &Table,
    extent: &Arc<Extent>,
    request: &ExtentMove,
    abandoned: &AtomicBool,
) -> Result<NewExtents, Error> {
    let (mut columns, mut target_ids) = column_pairs(source, &request.target)?;
    let keeps_times = extent.has_ingestion_times() && !request.new_ingestion_time;
    let mut writer = ExtentSetWriter::new(inner.clone(), &request.target, EncodeThreads::All);
    if keeps_times {
        columns.push(ExtentColumn { id: INGESTION_TIME_COLUMN, ty: ScalarType::DateTime });
        target_ids.push(INGESTION_TIME_COLUMN);
        writer = writer.with_ingestion_times();
    }
    let source_ids: Vec<u32> = columns.iter().map(|column| column.id).collect();
    let wanted = RowsWanted {
        extent: extent.clone(),
        rows: 0..extent.rows,
        schema: row_schema(&source_ids, columns.iter().map(|column| arrow_type(column.ty))),
        columns,
        predicates: Arc::default(),
        limit: None,
        cache: None,
    };
    for batch in ExtentRows::open(inner.open_extents.open(extent)?, wanted)? {
        if abandoned.load(Ordering::Relaxed) {
            return Err(ABANDONED);
        }
        writer.write_by_id(&batch?, &target_ids)?;
    }
    writer.finish(&moved_stamp(extent, request.new_ingestion_time))
}

/// Returns the columns of the source, and the ids of their namesakes in the target.
fn column_pairs(source: &Table, target: &Table) -> Result<(Vec<ExtentColumn>, Vec<u32>), Error> {
    let pairs = source.columns.iter().map(|column| match target.column(&column.name) {
        Some((_, namesake)) if namesake.ty == column.ty => {
            Ok((ExtentColumn { id: column.id, ty: column.ty }, namesake.id))
        }
        _ => Err(Error::BatchMismatch { reason: format!("the target has no column '{}' of its type", column.name) }),
    });
    pairs.collect()
}

fn moved_stamp(extent: &Extent, new_ingestion_time: bool) -> ExtentStamp {
    let ingested = match extent.ingested_on {
        _ if new_ingestion_time => IngestedWhen::AtCommit,
        Some(time) => IngestedWhen::At(time),
        None => IngestedWhen::Elsewhere,
    };
    ExtentStamp {
        min_created_on: extent.min_created_on,
        max_created_on: extent.max_created_on,
        tags: extent.tags.clone(),
        original_bytes: Some(extent.original_bytes),
        ingested,
    }
}

async fn commit(
    inner: &Arc<Inner>,
    request: ExtentMove,
    sets: Vec<NewExtents>,
    event: CommitEvent,
) -> Result<Vec<Vec<Arc<Extent>>>, Error> {
    let compute = |state: &ClusterState| {
        require_unchanged(state, &request)?;
        let moved = request.moved.iter().map(|(table, extent)| (table.id, extent.id));
        let dropped = request.dropped.iter().map(|extent| (request.target.id, extent.id));
        Ok::<Vec<Change>, Error>(
            moved.chain(dropped).map(|(table, extent)| Change::DropExtent { table, extent }).collect(),
        )
    };
    if sets.is_empty() {
        inner.catalog.update(event, |state| Ok::<_, Error>((compute(state)?, ()))).await?;
        return Ok(Vec::new());
    }
    let count = sets.len();
    commit_sets(sets, event, |state| Ok((compute(state)?, vec![true; count]))).await
}

/// What was read must be there still, and its columns must mean what they meant.
fn require_unchanged(state: &ClusterState, request: &ExtentMove) -> Result<(), Error> {
    let target = &request.target;
    let mut known: HashMap<TableId, HashMap<ExtentId, Arc<Extent>>> = HashMap::new();
    for table in request.moved.iter().map(|(table, _)| table).chain([target]) {
        if known.contains_key(&table.id) {
            continue;
        }
        let Some((_, current)) = state.table_by_id(table.id) else {
            return Err(Error::TableNotFound { table: table.id });
        };
        if current.columns != table.columns {
            return Err(Error::Conflict { what: "the schema of a table" });
        }
        let extents = state.extents_of(table.id);
        known.insert(table.id, extents.iter().map(|extent| (extent.id, extent.clone())).collect());
    }
    let moved = request.moved.iter().map(|(table, extent)| (table.id, extent));
    let dropped = request.dropped.iter().map(|extent| (target.id, extent));
    let unchanged = |(table, extent): (TableId, &Arc<Extent>)| {
        known.get(&table).and_then(|extents| extents.get(&extent.id)).is_some_and(|current| current == extent)
    };
    if moved.chain(dropped).all(unchanged) {
        Ok(())
    } else {
        Err(Error::Conflict { what: "an extent to move or drop" })
    }
}
