//! One immutable version of everything the cluster knows.

mod apply;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

pub use apply::ApplyError;

use crate::{Database, DatabaseId, Extent, Policies, Table, TableId};

/// A version of the catalog. Cheap to clone: everything within is shared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterState {
    /// Grows by one with every commit.
    pub version: u64,
    /// By name.
    pub databases: BTreeMap<String, Arc<Database>>,
    /// The extents of each table, ordered by `max_created_on`, then id.
    pub extents: BTreeMap<TableId, Arc<Vec<Arc<Extent>>>>,
    /// Cluster-level policies.
    pub policies: Policies,
}

impl ClusterState {
    /// Returns the database called `name`: the exact name, else the only one that matches without case.
    #[must_use]
    pub fn database(&self, name: &str) -> Option<&Arc<Database>> {
        self.databases.get(name).or_else(|| {
            let mut matching = self.databases.values().filter(|d| d.name.eq_ignore_ascii_case(name));
            matching.next().filter(|_| matching.next().is_none())
        })
    }

    /// Returns the database with `id`.
    #[must_use]
    pub fn database_by_id(&self, id: DatabaseId) -> Option<&Arc<Database>> {
        self.databases.values().find(|d| d.id == id)
    }

    /// Returns the table called `table` of the database called `database`.
    #[must_use]
    pub fn table(&self, database: &str, table: &str) -> Option<&Arc<Table>> {
        self.database(database)?.tables.get(table)
    }

    /// Returns the table with `id` and its database.
    #[must_use]
    pub fn table_by_id(&self, id: TableId) -> Option<(&Arc<Database>, &Arc<Table>)> {
        self.databases.values().find_map(|d| d.tables.values().find(|t| t.id == id).map(|t| (d, t)))
    }

    /// Returns the extents of a table; empty when it has none.
    #[must_use]
    pub fn extents_of(&self, table: TableId) -> Arc<Vec<Arc<Extent>>> {
        self.extents.get(&table).cloned().unwrap_or_default()
    }
}
