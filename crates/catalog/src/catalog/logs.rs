//! The two logs beside the catalog: its journal, and the operations of the server.

use std::sync::Arc;

use calypso_model::OperationId;

use super::{Catalog, Inner};
use crate::{
    commit::{Writer, persist_operations},
    document::Document,
    error::Error,
    journal::JournalEntry,
    load::read_journal,
    operation::{Operation, OperationState},
    operation_log::OperationFilter,
};

impl Catalog {
    /// Returns the newest `limit` journal entries, newest first; only those of `database` if one is given (by its
    /// exact name).
    ///
    /// # Errors
    /// When the journal cannot be read or an entry is damaged.
    pub async fn journal(&self, database: Option<&str>, limit: usize) -> Result<Vec<JournalEntry>, Error> {
        read_journal(&mut *self.inner.side.lock().await, database, limit).await
    }

    /// Records that an operation starts now, and returns it.
    #[must_use]
    pub fn start_operation(&self, operation: &str, database: &str) -> Operation {
        let id = OperationId(self.inner.ids.next_id());
        let operation = Operation::start(id, operation, database, self.inner.clock.now());
        self.record_operation(operation.clone());
        operation
    }

    /// Records that an operation is now in `state`; `status` says what went wrong, if anything.
    pub fn finish_operation(&self, operation: Operation, state: OperationState, status: &str) {
        self.record_operation(operation.into_state(state, status, self.inner.clock.now()));
    }

    /// Adds an operation, or replaces the one with its id. Visible at once, stored a little later; never waits and
    /// never holds up a commit by a sync. Outside a Tokio runtime it is stored by the next call within one.
    pub fn record_operation(&self, operation: Operation) {
        if !self.inner.operations.record(operation, self.inner.clock.now()) {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let inner = self.inner.clone();
                runtime.spawn(async move { inner.write_operations_behind().await });
            }
            Err(_) => self.inner.operations.postpone(),
        }
    }

    /// Returns the operations that `filter` admits, by their start.
    #[must_use]
    pub fn operations(&self, filter: &OperationFilter) -> Vec<Operation> {
        self.inner.operations.list(filter)
    }
}

impl Inner {
    async fn write_operations_behind(self: Arc<Self>) {
        let mut writer = self.writer.lock().await;
        if let Err(error) = self.write_operations(&mut writer).await {
            tracing::warn!(%error, "operations are kept in memory only");
        }
    }

    /// Writes all operations that wait. Holding the writer keeps SQLite's two writing connections from meeting.
    pub(super) async fn write_operations(&self, _writer: &mut Writer) -> Result<(), Error> {
        while let Some(writes) = self.operations.take_unwritten() {
            let encode =
                |operation: &Operation| Document::encode("operations", operation.id.0.as_bytes(), &[], operation);
            let documents = writes.changed.iter().map(encode).collect::<Result<Vec<_>, _>>();
            let mut side = self.side.lock().await;
            let written = match documents {
                Ok(documents) => persist_operations(&mut side, &writes, &documents).await.map_err(Error::Commit),
                Err(error) => Err(error),
            };
            if written.is_err() {
                self.operations.postpone();
                return written;
            }
        }
        Ok(())
    }
}
