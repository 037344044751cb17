//! Removing all of a table's data: `.clear table data`, `.set-or-replace`, and what a dropped table leaves in memory.

use std::sync::Arc;

use calypso_catalog::CommitEvent;
use calypso_model::{Change, ClusterState, SourceId, TableId};
use calypso_types::DateTime;
use tokio::task;

use crate::{
    Error, Storage,
    keyed_lock::KeyedGuard,
    storage::{Inner, blocking, sealed_positions},
};

/// A clear between its beginning and its commit. No seal of the table runs meanwhile.
pub(crate) struct Clear {
    table: TableId,
    /// Rows below this are cleared; rows acknowledged later stay.
    position: u64,
    /// Sources of the rows that are cleared: a retry of theirs is still recognised.
    sources: Vec<SourceId>,
    began_on: DateTime,
    _lock: KeyedGuard<TableId>,
}

impl Inner {
    /// Waits for a running seal and fixes which rows are cleared.
    pub(crate) async fn begin_clear(&self, table: TableId) -> Clear {
        let lock = self.table_locks.lock(table).await;
        let position = self.row_store.begin_seal(table).end();
        let sources = self.row_store.sources_below(table, position);
        Clear { table, position, sources, began_on: self.clock.now(), _lock: lock }
    }

    /// Removes row-log segments that nobody needs any more. Blocking.
    pub(crate) fn trim_row_log(&self) -> Result<usize, Error> {
        let sealed = sealed_positions(&self.catalog.snapshot());
        self.segments.trim(|table, position| sealed.get(&table).is_none_or(|sealed_through| position < *sealed_through))
    }
}

impl Clear {
    /// The changes that drop all extents and the fixed rows of the row store, and remember whose rows those were.
    pub(crate) fn changes(&self, state: &ClusterState) -> Vec<Change> {
        let table = self.table;
        let mut changes: Vec<Change> =
            state.extents_of(table).iter().map(|extent| Change::DropExtent { table, extent: extent.id }).collect();
        if state.table_by_id(table).is_some() {
            changes.push(Change::SealThrough { table, position: self.position });
            if !self.sources.is_empty() {
                changes.push(Change::RememberSources { table, sources: self.sources.clone(), at: self.began_on });
            }
        }
        changes
    }

    /// Forgets the cleared rows once the commit has happened.
    pub(crate) fn finish(self, inner: &Inner) {
        inner.row_store.remove_below(self.table, self.position);
    }
}

impl Storage {
    /// Drops all rows of a table, in extents and in the row store; rows acknowledged after the call began may stay.
    ///
    /// # Errors
    /// When the table does not exist or the catalog cannot commit.
    pub async fn clear_table(&self, table: TableId, event: impl Into<CommitEvent>) -> Result<(), Error> {
        let (inner, event) = (self.inner.clone(), event.into());
        let cleared = task::spawn(async move {
            let clear = inner.begin_clear(table).await;
            inner
                .catalog
                .update(event, |state| match state.table_by_id(table) {
                    Some(_) => Ok((clear.changes(state), ())),
                    None => Err(Error::TableNotFound { table }),
                })
                .await?;
            clear.finish(&inner);
            trim(inner).await
        });
        cleared.await.unwrap_or(Err(Error::Stopped { what: "a clear" }))
    }

    /// Forgets the row store of a table that was dropped from the catalog; without it, maintenance does so.
    pub fn drop_table_rows(&self, table: TableId) {
        self.inner.row_store.remove_below(table, u64::MAX);
    }
}

/// Trims the row log off the async threads.
pub(crate) async fn trim(inner: Arc<Inner>) -> Result<(), Error> {
    blocking(move || inner.trim_row_log()).await.map(|_| ())
}
