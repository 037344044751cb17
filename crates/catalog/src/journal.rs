//! The journal: which metadata changed when, by whom and how, as `.show journal` lists it.
//!
//! <https://learn.microsoft.com/kusto/management/journal>. As in Kusto, adding data (extents, seals, remembered
//! sources) leaves no entry, and neither do the extents a merge replaces; dropped extents do.

use std::collections::BTreeMap;

use calypso_model::{Change, ClusterState, DatabaseId, TableId};
use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::{commit_event::CommitEvent, error::Error};

/// The most entries kept; the oldest go first.
pub const JOURNAL_ROWS_MAX: i64 = 100_000;

/// A longer entity state is replaced by its size.
const STATE_BYTES_MAX: usize = 16 * 1024;

/// One metadata change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The commit's version of the catalog (Kusto's `EntityVersion`).
    pub version: u64,
    pub event: String,
    #[serde(with = "calypso_model::policy::ticks")]
    pub event_timestamp: DateTime,
    /// Empty for the cluster.
    pub database: String,
    pub entity_name: String,
    /// The name after the change.
    pub updated_entity_name: String,
    /// The database of a table or function.
    pub entity_container_name: String,
    /// The entity's document before; empty when it was created.
    pub original_entity_state: String,
    /// The entity's document after; empty when it was dropped.
    pub updated_entity_state: String,
    pub change_command: String,
    pub principal: String,
}

/// Returns the entries of a commit that leads from `previous` to `next`.
pub(crate) fn entries(
    previous: &ClusterState,
    next: &ClusterState,
    changes: &[Change],
    event: &CommitEvent,
    at: DateTime,
) -> Result<Vec<JournalEntry>, Error> {
    let writer = EntryWriter { previous, next, event, at };
    let mut entries = Vec::new();
    for change in changes {
        entries.extend(writer.entry(change)?);
    }
    entries.extend(dropped_extents(changes).into_iter().map(|(table, count)| writer.extents_dropped(table, count)));
    Ok(entries)
}

/// Counts the dropped extents of each table that gets none in exchange.
fn dropped_extents(changes: &[Change]) -> BTreeMap<TableId, usize> {
    let mut counts = BTreeMap::new();
    for change in changes {
        if let Change::DropExtent { table, .. } = change {
            *counts.entry(*table).or_default() += 1;
        }
    }
    for change in changes {
        if let Change::AddExtent(extent) = change {
            counts.remove(&extent.table);
        }
    }
    counts
}

struct EntryWriter<'a> {
    previous: &'a ClusterState,
    next: &'a ClusterState,
    event: &'a CommitEvent,
    at: DateTime,
}

/// An entity before or after a change.
struct Side {
    name: String,
    state: String,
}

impl EntryWriter<'_> {
    fn entry(&self, change: &Change) -> Result<Option<JournalEntry>, Error> {
        let (database, container, before, after) = match change {
            Change::PutDatabase(database) => self.database(database.id)?,
            Change::DropDatabase(id) => self.database(*id)?,
            Change::PutTable(table) => self.table(table.id)?,
            Change::DropTable(id) => self.table(*id)?,
            Change::PutFunction(function) => self.function(function.database, &function.name)?,
            Change::DropFunction { database, name } => self.function(*database, name)?,
            Change::PutClusterPolicies(_) => {
                let policies = |state: &ClusterState| side("cluster", &state.policies).map(Some);
                (String::new(), String::new(), policies(self.previous)?, policies(self.next)?)
            }
            Change::AddExtent(_)
            | Change::DropExtent { .. }
            | Change::SealThrough { .. }
            | Change::RememberSources { .. } => return Ok(None),
        };
        if before.is_none() && after.is_none() {
            return Ok(None);
        }
        Ok(Some(self.compose(database, container, before, after)))
    }

    fn database(&self, id: DatabaseId) -> Result<(String, String, Option<Side>, Option<Side>), Error> {
        let of = |state: &ClusterState| state.database_by_id(id).map(|d| side(&d.name, &**d)).transpose();
        Ok((self.database_name(id), String::new(), of(self.previous)?, of(self.next)?))
    }

    fn table(&self, id: TableId) -> Result<(String, String, Option<Side>, Option<Side>), Error> {
        let of = |state: &ClusterState| state.table_by_id(id).map(|(_, t)| side(&t.name, &**t)).transpose();
        let database = self.database_of(id);
        Ok((database.clone(), database, of(self.previous)?, of(self.next)?))
    }

    fn function(
        &self,
        database: DatabaseId,
        name: &str,
    ) -> Result<(String, String, Option<Side>, Option<Side>), Error> {
        let of = |state: &ClusterState| {
            let function = state.database_by_id(database).and_then(|d| d.functions.get(name));
            function.map(|f| side(&f.name, &**f)).transpose()
        };
        let database = self.database_name(database);
        Ok((database.clone(), database, of(self.previous)?, of(self.next)?))
    }

    fn extents_dropped(&self, table: TableId, count: usize) -> JournalEntry {
        let database = self.database_of(table);
        let name = self.previous.table_by_id(table).map(|(_, t)| t.name.clone()).unwrap_or_default();
        let before = Side { name: name.clone(), state: String::new() };
        let after = Side { name, state: format!("{{\"extents_dropped\":{count}}}") };
        self.compose(database.clone(), database, Some(before), Some(after))
    }

    fn compose(&self, database: String, container: String, before: Option<Side>, after: Option<Side>) -> JournalEntry {
        let name = |side: &Option<Side>| side.as_ref().map(|s| s.name.clone());
        let entity_name = name(&before).or_else(|| name(&after)).unwrap_or_default();
        JournalEntry {
            version: self.next.version,
            event: self.event.name.clone(),
            event_timestamp: self.at,
            database,
            updated_entity_name: name(&after).unwrap_or_else(|| entity_name.clone()),
            entity_name,
            entity_container_name: container,
            original_entity_state: before.map(|s| s.state).unwrap_or_default(),
            updated_entity_state: after.map(|s| s.state).unwrap_or_default(),
            change_command: self.event.command.clone(),
            principal: self.event.principal.clone(),
        }
    }

    fn database_name(&self, id: DatabaseId) -> String {
        let database = self.next.database_by_id(id).or_else(|| self.previous.database_by_id(id));
        database.map(|d| d.name.clone()).unwrap_or_default()
    }

    fn database_of(&self, table: TableId) -> String {
        let found = self.next.table_by_id(table).or_else(|| self.previous.table_by_id(table));
        found.map(|(database, _)| database.name.clone()).unwrap_or_default()
    }
}

fn side<T: Serialize>(name: &str, entity: &T) -> Result<Side, Error> {
    let state = serde_json::to_string(entity).map_err(|source| Error::Encode { entity: name.to_owned(), source })?;
    let state = if state.len() > STATE_BYTES_MAX { format!("({} bytes, too long)", state.len()) } else { state };
    Ok(Side { name: name.to_owned(), state })
}
