//! Which rows a commit writes: only those of entities that its changes touch.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use calypso_model::{Change, ClusterState, DatabaseId, Extent, ExtentId, TableId};

use crate::{document::Document, error::Error, recent_sources::SourceBatch};

/// Everything one commit writes, encoded.
#[derive(Debug, Default)]
pub(crate) struct RowWrites {
    /// All extents and sources of these tables go, before anything else is written.
    pub(crate) cleared_tables: BTreeSet<TableId>,
    pub(crate) databases: Writes,
    pub(crate) tables: Writes,
    pub(crate) functions: Writes,
    pub(crate) extents: Writes,
    /// The cluster's policies.
    pub(crate) policies: Option<Document>,
    pub(crate) sources: Vec<SourceBatch>,
}

/// Rows of one SQL table.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    pub(crate) put: Vec<Document>,
    /// Both keys; the second one is empty unless the row needs it to be found.
    pub(crate) delete: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The entities that a list of changes touches.
#[derive(Default)]
struct Touched {
    cleared_tables: BTreeSet<TableId>,
    databases: BTreeSet<DatabaseId>,
    tables: BTreeSet<TableId>,
    functions: BTreeSet<(DatabaseId, String)>,
    /// The last word on each extent; `None` drops it.
    extents: BTreeMap<TableId, BTreeMap<ExtentId, Option<Arc<Extent>>>>,
    policies: bool,
    sources: Vec<SourceBatch>,
}

/// Returns what must be written so that the stored state becomes `next`. Documents are taken from `next`, not from the
/// changes, because applying may correct them. Batches of sources are numbered from `next_source_batch`.
pub(crate) fn row_writes(
    previous: &ClusterState,
    next: &ClusterState,
    changes: &[Change],
    next_source_batch: i64,
) -> Result<RowWrites, Error> {
    let mut touched = Touched::default();
    for change in changes {
        touched.touch(previous, change);
    }
    Ok(RowWrites {
        databases: database_writes(next, &touched.databases)?,
        tables: table_writes(next, &touched.tables)?,
        functions: function_writes(next, &touched.functions)?,
        extents: extent_writes(next, &touched)?,
        policies: match touched.policies {
            true => Some(Document::encode("policies", b"cluster", &[], &next.policies)?),
            false => None,
        },
        sources: numbered(next, touched.sources, next_source_batch),
        cleared_tables: touched.cleared_tables,
    })
}

impl Touched {
    fn touch(&mut self, previous: &ClusterState, change: &Change) {
        match change {
            Change::PutDatabase(database) => {
                self.databases.insert(database.id);
            }
            Change::DropDatabase(id) => self.drop_database(previous, *id),
            Change::PutTable(table) => {
                self.tables.insert(table.id);
            }
            Change::DropTable(id) => self.drop_table(*id),
            Change::PutFunction(function) => {
                self.functions.insert((function.database, function.name.clone()));
            }
            Change::DropFunction { database, name } => {
                self.functions.insert((*database, name.clone()));
            }
            Change::PutClusterPolicies(_) => self.policies = true,
            Change::AddExtent(extent) => {
                self.extents.entry(extent.table).or_default().insert(extent.id, Some(extent.clone()));
            }
            Change::DropExtent { table, extent } => {
                self.extents.entry(*table).or_default().insert(*extent, None);
            }
            Change::SealThrough { table, .. } => {
                self.tables.insert(*table);
            }
            Change::RememberSources { table, sources, at } => {
                let ids = sources.as_slice().into();
                self.sources.push(SourceBatch { sequence: 0, table: *table, at: *at, ids });
            }
        }
    }

    fn drop_database(&mut self, previous: &ClusterState, id: DatabaseId) {
        self.databases.insert(id);
        let Some(database) = previous.database_by_id(id) else { return };
        self.functions.extend(database.functions.keys().map(|name| (id, name.clone())));
        for table in database.tables.values() {
            self.drop_table(table.id);
        }
    }

    fn drop_table(&mut self, id: TableId) {
        self.tables.insert(id);
        self.cleared_tables.insert(id);
        self.extents.remove(&id);
        self.sources.retain(|batch| batch.table != id);
    }
}

fn numbered(next: &ClusterState, batches: Vec<SourceBatch>, first: i64) -> Vec<SourceBatch> {
    let kept = batches.into_iter().filter(|batch| next.table_by_id(batch.table).is_some());
    kept.zip(first..).map(|(batch, sequence)| SourceBatch { sequence, ..batch }).collect()
}

fn database_writes(next: &ClusterState, touched: &BTreeSet<DatabaseId>) -> Result<Writes, Error> {
    let mut writes = Writes::default();
    for id in touched {
        match next.database_by_id(*id) {
            Some(database) => {
                writes.put.push(Document::encode("databases", id.0.as_bytes(), &[], &**database)?);
            }
            None => writes.delete.push((id.0.as_bytes().to_vec(), Vec::new())),
        }
    }
    Ok(writes)
}

fn table_writes(next: &ClusterState, touched: &BTreeSet<TableId>) -> Result<Writes, Error> {
    let mut writes = Writes::default();
    for id in touched {
        match next.table_by_id(*id) {
            Some((database, table)) => {
                writes.put.push(Document::encode("tables", id.0.as_bytes(), database.id.0.as_bytes(), &**table)?);
            }
            None => writes.delete.push((id.0.as_bytes().to_vec(), Vec::new())),
        }
    }
    Ok(writes)
}

fn function_writes(next: &ClusterState, touched: &BTreeSet<(DatabaseId, String)>) -> Result<Writes, Error> {
    let mut writes = Writes::default();
    for (database, name) in touched {
        let key = database.0.as_bytes();
        match next.database_by_id(*database).and_then(|d| d.functions.get(name)) {
            Some(function) => writes.put.push(Document::encode("functions", key, name.as_bytes(), &**function)?),
            None => writes.delete.push((key.to_vec(), name.as_bytes().to_vec())),
        }
    }
    Ok(writes)
}

fn extent_writes(next: &ClusterState, touched: &Touched) -> Result<Writes, Error> {
    let mut writes = Writes::default();
    for (table, extents) in &touched.extents {
        if next.table_by_id(*table).is_none() {
            continue;
        }
        for (id, extent) in extents {
            match extent {
                Some(extent) => {
                    writes.put.push(Document::encode("extents", id.0.as_bytes(), table.0.as_bytes(), &**extent)?);
                }
                None => writes.delete.push((id.0.as_bytes().to_vec(), table.0.as_bytes().to_vec())),
            }
        }
    }
    Ok(writes)
}
