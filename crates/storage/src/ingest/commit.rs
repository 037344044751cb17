//! The commit of an ingestion: the extents of the source table and those that update policies derived from them, at once.

use std::{collections::BTreeSet, sync::Arc};

use calypso_catalog::CommitEvent;
use calypso_model::{Change, ClusterState, Table, TableId};
use tokio::task;

use super::{IngestOptions, Ingested, WrittenExtents};
use crate::{
    Error, Storage,
    clear::Clear,
    extent_set::{NewExtents, commit_sets},
    storage::Inner,
};

/// Extents that an update policy derived, to be committed with those they were derived from.
pub struct DerivedExtents {
    pub written: WrittenExtents,
    /// Without their table nothing may be committed; else they are left out.
    pub required: bool,
    /// Drops all the table's earlier data.
    pub replace: bool,
    /// The rows only pass through.
    pub discard: bool,
}

impl Storage {
    /// Commits `written` and what was derived from it, all or none.
    ///
    /// # Errors
    /// When a table has gone or the catalog cannot commit; nothing is then committed, unless the catalog cannot tell.
    pub async fn commit_extents(
        &self,
        written: WrittenExtents,
        derived: Vec<DerivedExtents>,
        options: IngestOptions,
    ) -> Result<Ingested, Error> {
        let inner = self.inner.clone();
        // A task of its own, so that a caller who stops waiting never leaves a commit half done.
        let committing = task::spawn(commit(inner, written, derived, options));
        committing.await.unwrap_or(Err(Error::Stopped { what: "an ingestion" }))
    }
}

/// What the commit decides of one set.
struct Part {
    table: Arc<Table>,
    required: bool,
    discard: bool,
}

async fn commit(
    inner: Arc<Inner>,
    written: WrittenExtents,
    derived: Vec<DerivedExtents>,
    options: IngestOptions,
) -> Result<Ingested, Error> {
    let replaced = derived.iter().filter(|set| set.replace).map(|set| set.written.table.id);
    let replaced = replaced.chain(options.replace.then_some(written.table.id)).collect();
    let clears = begin_clears(&inner, replaced).await;
    let rows = written.rows();
    let table = written.table.clone();
    let mut parts = vec![Part { table: table.clone(), required: true, discard: options.discard }];
    let mut sets: Vec<NewExtents> = vec![written.extents];
    for set in derived {
        parts.push(Part { table: set.written.table, required: set.required, discard: set.discard });
        sets.push(set.written.extents);
    }
    let IngestOptions { extra_changes, mut reservation, event, unless_tagged, left_out, .. } = options;
    reservation.fresh.retain(|source| !left_out.lock().contains(source));
    let event = event.unwrap_or_else(|| CommitEvent::from("INGEST-DATA"));
    let now = inner.clock.now();
    let mut already_tagged = false;
    let committed = commit_sets(sets, event, |state| {
        if has_tag(state, table.id, &unless_tagged) {
            already_tagged = true;
            return Ok((Vec::new(), vec![false; parts.len()]));
        }
        let mut changes = extra_changes;
        let mut counts = Vec::with_capacity(parts.len());
        for part in &parts {
            let exists = has_table(state, &part.table, &changes);
            if part.required && !exists {
                return Err(Error::TableNotFound { table: part.table.id });
            }
            counts.push(exists && !part.discard);
        }
        for clear in &clears {
            changes.extend(clear.changes(state));
        }
        if !reservation.fresh.is_empty() {
            changes.push(Change::RememberSources { table: table.id, sources: reservation.fresh.clone(), at: now });
        }
        Ok((changes, counts))
    });
    let mut extents = committed.await?;
    if already_tagged {
        return Ok(Ingested { already_tagged, ..Ingested::default() });
    }
    for clear in clears {
        clear.finish(&inner);
    }
    Ok(Ingested { extents: extents.swap_remove(0), rows, ..Ingested::default() })
}

/// In the order of ids, so that two commits never wait for each other.
async fn begin_clears(inner: &Inner, tables: BTreeSet<TableId>) -> Vec<Clear> {
    let mut clears = Vec::with_capacity(tables.len());
    for table in tables {
        clears.push(inner.begin_clear(table).await);
    }
    clears
}

fn has_tag(state: &ClusterState, table: TableId, tags: &[String]) -> bool {
    !tags.is_empty() && state.extents_of(table).iter().any(|extent| extent.tags.iter().any(|tag| tags.contains(tag)))
}

fn has_table(state: &ClusterState, table: &Table, extra: &[Change]) -> bool {
    let created = extra.iter().any(|change| matches!(change, Change::PutTable(put) if put.id == table.id));
    created || state.table_by_id(table.id).is_some()
}
