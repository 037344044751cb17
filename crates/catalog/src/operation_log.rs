//! The log of operations: all of it in memory, written behind.
//!
//! Recording never waits. A changed operation is marked, and one background run at a time writes all marked ones in
//! one transaction that asks for no fsync of its own; the next commit's fsync covers it. A crash loses the latest
//! records of this log, never data.

use std::collections::{BTreeMap, HashMap, HashSet};

use calypso_model::OperationId;
use calypso_types::{DateTime, TimeSpan};
use parking_lot::Mutex;

use crate::operation::{Operation, OperationState};

/// The most operations kept; the oldest are forgotten first.
pub const OPERATIONS_MAX: usize = 10_000;

/// How long operations are kept, as Kusto documents for `.show operations`.
pub const OPERATION_RETENTION: TimeSpan = TimeSpan(14 * TimeSpan::DAY.0);

/// Said of operations that were in progress when the server stopped.
const ABANDONED: &str = "The server stopped before the operation finished";

/// Which operations to list. The default lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Only these, if not empty.
    pub ids: Vec<OperationId>,
    /// Only those of this database.
    pub database: Option<String>,
    /// Only those of this principal.
    pub principal: Option<String>,
}

impl OperationFilter {
    fn admits(&self, operation: &Operation) -> bool {
        (self.ids.is_empty() || self.ids.contains(&operation.id))
            && self.database.as_ref().is_none_or(|database| *database == operation.database)
            && self.principal.as_ref().is_none_or(|principal| *principal == operation.principal)
    }
}

/// What one background run writes.
#[derive(Debug)]
pub(crate) struct OperationWrites {
    pub(crate) changed: Vec<Operation>,
    /// Rows that started before this are gone.
    pub(crate) delete_before: DateTime,
}

/// See the file's header.
#[derive(Debug, Default)]
pub(crate) struct OperationLog {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_start: BTreeMap<(DateTime, OperationId), Operation>,
    started_on: HashMap<OperationId, DateTime>,
    /// Changed since the last background run.
    unwritten: HashSet<OperationId>,
    /// A background run is on its way.
    writing: bool,
}

impl OperationLog {
    /// Takes over what was stored; nobody works any longer on what was in progress.
    pub(crate) fn load(&self, operations: Vec<Operation>, now: DateTime) {
        let mut entries = self.entries.lock();
        for operation in operations {
            let operation = if operation.state.is_terminal() {
                operation
            } else {
                entries.unwritten.insert(operation.id);
                operation.into_state(OperationState::Abandoned, ABANDONED, now)
            };
            entries.put(operation);
        }
        entries.prune(now);
    }

    /// Adds or replaces an operation. Returns whether the caller must start a background run.
    #[must_use]
    pub(crate) fn record(&self, operation: Operation, now: DateTime) -> bool {
        let mut entries = self.entries.lock();
        entries.unwritten.insert(operation.id);
        entries.put(operation);
        entries.prune(now);
        !std::mem::replace(&mut entries.writing, true)
    }

    /// Returns what waits to be written; `None` ends the background run.
    pub(crate) fn take_unwritten(&self) -> Option<OperationWrites> {
        let mut entries = self.entries.lock();
        let ids = std::mem::take(&mut entries.unwritten);
        if ids.is_empty() {
            entries.writing = false;
            return None;
        }
        let changed = ids.iter().filter_map(|id| entries.get(*id).cloned()).collect();
        let delete_before = entries.by_start.first_key_value().map_or(DateTime::MIN, |((start, _), _)| *start);
        Some(OperationWrites { changed, delete_before })
    }

    /// Ends the background run without writing; the next recorded operation starts another.
    pub(crate) fn postpone(&self) {
        self.entries.lock().writing = false;
    }

    /// Returns the operations that `filter` admits, by their start.
    pub(crate) fn list(&self, filter: &OperationFilter) -> Vec<Operation> {
        self.entries.lock().by_start.values().filter(|operation| filter.admits(operation)).cloned().collect()
    }
}

impl Entries {
    fn get(&self, id: OperationId) -> Option<&Operation> {
        self.by_start.get(&(*self.started_on.get(&id)?, id))
    }

    fn put(&mut self, operation: Operation) {
        if let Some(start) = self.started_on.insert(operation.id, operation.started_on) {
            self.by_start.remove(&(start, operation.id));
        }
        self.by_start.insert((operation.started_on, operation.id), operation);
    }

    fn prune(&mut self, now: DateTime) {
        let cutoff = now.checked_sub(OPERATION_RETENTION).unwrap_or(DateTime::MIN);
        while let Some(((start, id), _)) = self.by_start.first_key_value() {
            if self.by_start.len() <= OPERATIONS_MAX && *start >= cutoff {
                break;
            }
            let id = *id;
            self.by_start.pop_first();
            self.started_on.remove(&id);
        }
    }
}
