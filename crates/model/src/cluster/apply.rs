//! Applying changes: from one version of the cluster to the next.
//!
//! Pure, so that what a commit does is the same at the first run, in a test and after a retry. A list of changes is
//! applied all or none. Extents are gathered and settled once per table at the end: dropping or adding a thousand
//! extents costs one pass over the table's extents, not a thousand.

use std::{collections::BTreeMap, sync::Arc};

use thiserror::Error;

use super::ClusterState;
use crate::{Change, Database, DatabaseId, Extent, ExtentId, StoredFunction, Table, TableId};

/// Why a change does not fit the version it is applied to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApplyError {
    #[error("there is no database with id {0}")]
    NoSuchDatabase(DatabaseId),
    #[error("there is no table with id {0}")]
    NoSuchTable(TableId),
    #[error("a database named '{0}' already exists")]
    DatabaseNameTaken(String),
    #[error("a table named '{table}' already exists in database '{database}'")]
    TableNameTaken { database: String, table: String },
    #[error("table '{0}' cannot move to another database")]
    TableMoved(String),
}

impl ClusterState {
    /// Applies one change. The same change again leaves the same state.
    ///
    /// # Errors
    /// When the change does not fit; the state is then as before.
    pub fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        self.apply_all(std::slice::from_ref(change))
    }

    /// Applies changes in order, all or none. Tables may swap names within one list. The version stays: it counts
    /// commits, and the catalog grows it.
    ///
    /// # Errors
    /// When a change does not fit; the state is then as before.
    pub fn apply_all(&mut self, changes: &[Change]) -> Result<(), ApplyError> {
        let mut draft = Draft::new(self.clone());
        draft.lift_renamed_tables(changes);
        for change in changes {
            draft.apply(change)?;
        }
        *self = draft.settle();
        Ok(())
    }
}

/// The next version while changes are being applied.
struct Draft {
    state: ClusterState,
    /// Tables that lost their old name and wait for the change that gives the new one.
    lifted: BTreeMap<TableId, Arc<Table>>,
    /// The last word on each extent the changes name: `None` drops it.
    extents: BTreeMap<TableId, BTreeMap<ExtentId, Option<Arc<Extent>>>>,
}

impl Draft {
    fn new(state: ClusterState) -> Self {
        Self { state, lifted: BTreeMap::new(), extents: BTreeMap::new() }
    }

    fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        match change {
            Change::PutDatabase(database) => self.put_database(database),
            Change::DropDatabase(id) => {
                self.drop_database(*id);
                Ok(())
            }
            Change::PutTable(table) => self.put_table(table),
            Change::DropTable(id) => {
                self.drop_table(*id);
                Ok(())
            }
            Change::PutFunction(function) => self.put_function(function),
            Change::DropFunction { database, name } => {
                if let Ok(database) = self.database_mut(*database) {
                    database.functions.remove(name);
                }
                Ok(())
            }
            Change::PutClusterPolicies(policies) => {
                self.state.policies = policies.clone();
                Ok(())
            }
            Change::AddExtent(extent) => {
                self.require_table(extent.table)?;
                self.extents.entry(extent.table).or_default().insert(extent.id, Some(extent.clone()));
                Ok(())
            }
            Change::DropExtent { table, extent } => {
                self.extents.entry(*table).or_default().insert(*extent, None);
                Ok(())
            }
            Change::SealThrough { table, position } => self.seal_through(*table, *position),
            Change::RememberSources { table, .. } => self.require_table(*table),
        }
    }

    /// Frees the old names of all tables that the list renames, so that `A=B, B=A` works.
    fn lift_renamed_tables(&mut self, changes: &[Change]) {
        for change in changes {
            let Change::PutTable(table) = change else { continue };
            let Some((_, earlier)) = self.state.table_by_id(table.id) else { continue };
            if earlier.name == table.name {
                continue;
            }
            let earlier = earlier.clone();
            if let Ok(database) = self.database_mut(earlier.database) {
                database.tables.remove(&earlier.name);
                self.lifted.insert(earlier.id, earlier);
            }
        }
    }

    fn put_database(&mut self, database: &Database) -> Result<(), ApplyError> {
        if self.state.databases.get(&database.name).is_some_and(|other| other.id != database.id) {
            return Err(ApplyError::DatabaseNameTaken(database.name.clone()));
        }
        let mut next = Database { tables: BTreeMap::new(), functions: BTreeMap::new(), ..database.clone() };
        if let Some(earlier) = self.state.database_by_id(database.id).cloned() {
            next.tables = earlier.tables.clone();
            next.functions = earlier.functions.clone();
            self.state.databases.remove(&earlier.name);
        }
        self.state.databases.insert(next.name.clone(), Arc::new(next));
        Ok(())
    }

    fn drop_database(&mut self, id: DatabaseId) {
        let Some(database) = self.state.database_by_id(id).cloned() else { return };
        self.state.databases.remove(&database.name);
        for table in database.tables.values() {
            self.forget_extents(table.id);
        }
        let lifted: Vec<TableId> = self.lifted.values().filter(|t| t.database == id).map(|t| t.id).collect();
        for table in lifted {
            self.lifted.remove(&table);
            self.forget_extents(table);
        }
    }

    fn put_table(&mut self, table: &Arc<Table>) -> Result<(), ApplyError> {
        let current = self.state.table_by_id(table.id).map(|(_, t)| t.clone());
        let earlier = self.lifted.get(&table.id).cloned().or(current);
        if earlier.as_ref().is_some_and(|earlier| earlier.database != table.database) {
            return Err(ApplyError::TableMoved(table.name.clone()));
        }
        let database = self.database_mut(table.database)?;
        if database.tables.get(&table.name).is_some_and(|other| other.id != table.id) {
            return Err(ApplyError::TableNameTaken { database: database.name.clone(), table: table.name.clone() });
        }
        if let Some(earlier) = &earlier
            && database.tables.get(&earlier.name).is_some_and(|t| t.id == table.id)
        {
            database.tables.remove(&earlier.name);
        }
        database.tables.insert(table.name.clone(), keep_progress(earlier.as_deref(), table));
        self.lifted.remove(&table.id);
        Ok(())
    }

    fn drop_table(&mut self, id: TableId) {
        self.lifted.remove(&id);
        if let Some((database, table)) = self.state.table_by_id(id).map(|(d, t)| (d.id, t.clone()))
            && let Ok(database) = self.database_mut(database)
        {
            database.tables.remove(&table.name);
        }
        self.forget_extents(id);
    }

    fn put_function(&mut self, function: &Arc<StoredFunction>) -> Result<(), ApplyError> {
        let database = self.database_mut(function.database)?;
        database.functions.insert(function.name.clone(), function.clone());
        Ok(())
    }

    fn seal_through(&mut self, id: TableId, position: u64) -> Result<(), ApplyError> {
        if let Some(table) = self.lifted.get_mut(&id) {
            raise_sealed_through(table, position);
            return Ok(());
        }
        let (database, name) =
            self.state.table_by_id(id).map(|(d, t)| (d.id, t.name.clone())).ok_or(ApplyError::NoSuchTable(id))?;
        if let Some(table) = self.database_mut(database)?.tables.get_mut(&name) {
            raise_sealed_through(table, position);
        }
        Ok(())
    }

    fn forget_extents(&mut self, table: TableId) {
        self.state.extents.remove(&table);
        self.extents.remove(&table);
    }

    fn require_table(&self, id: TableId) -> Result<(), ApplyError> {
        let known = self.lifted.contains_key(&id) || self.state.table_by_id(id).is_some();
        if known { Ok(()) } else { Err(ApplyError::NoSuchTable(id)) }
    }

    fn database_mut(&mut self, id: DatabaseId) -> Result<&mut Database, ApplyError> {
        let databases = self.state.databases.values_mut();
        databases.into_iter().find(|d| d.id == id).map(Arc::make_mut).ok_or(ApplyError::NoSuchDatabase(id))
    }

    /// Brings the gathered extents into their tables.
    fn settle(mut self) -> ClusterState {
        for (table, changes) in self.extents {
            let mut extents = self.state.extents.remove(&table).unwrap_or_default();
            let settled = Arc::make_mut(&mut extents);
            settled.retain(|extent| !changes.contains_key(&extent.id));
            settled.extend(changes.into_values().flatten());
            settled.sort_by_key(|extent| extent.order());
            if !settled.is_empty() {
                self.state.extents.insert(table, extents);
            }
        }
        self.state
    }
}

/// Returns `table` with what never goes back: a document computed before a seal must not bring sealed rows to life a
/// second time, and a dropped column's id must not return.
fn keep_progress(earlier: Option<&Table>, table: &Arc<Table>) -> Arc<Table> {
    let Some(earlier) = earlier else { return table.clone() };
    if earlier.sealed_through <= table.sealed_through && earlier.next_column_id <= table.next_column_id {
        return table.clone();
    }
    let mut kept = Table::clone(table);
    kept.sealed_through = kept.sealed_through.max(earlier.sealed_through);
    kept.next_column_id = kept.next_column_id.max(earlier.next_column_id);
    Arc::new(kept)
}

fn raise_sealed_through(table: &mut Arc<Table>, position: u64) {
    if table.sealed_through < position {
        Arc::make_mut(table).sealed_through = position;
    }
}
