//! Retention: extents whose data is older than the effective policy's soft-delete period are dropped, and tables whose
//! auto delete policy has expired.
//!
//! <https://learn.microsoft.com/kusto/management/retention-policy>,
//! <https://learn.microsoft.com/kusto/management/auto-delete-policy>

use calypso_model::{Change, ClusterState, Database, Table, TableId, policy::EffectivePolicies};
use calypso_types::DateTime;

use crate::{Error, Storage, operations::observe, storage::blocking};

impl Storage {
    /// Drops every extent that has outlived its table's retention, and returns how many went.
    ///
    /// # Errors
    /// When the catalog cannot commit.
    pub async fn apply_retention(&self) -> Result<usize, Error> {
        let now = self.inner.clock.now();
        let mut dropped = 0;
        for (database, table) in expired_tables(&self.inner.catalog.snapshot(), now) {
            let operation = self.inner.catalog.start_operation("ExtentsDrop", &database);
            let outcome: Result<usize, Error> = self
                .inner
                .catalog
                .update("DROP-EXTENTS", |state| {
                    let changes = expired_extents(state, table, now);
                    let count = changes.len();
                    Ok((changes, count))
                })
                .await;
            observe(&self.inner.catalog, operation, &outcome);
            dropped += outcome?;
        }
        Ok(dropped)
    }

    /// Drops every table whose auto delete policy has expired, those with rows only if it says so. Returns how many went.
    ///
    /// # Errors
    /// When the catalog cannot commit.
    pub async fn drop_expired_tables(&self) -> Result<usize, Error> {
        let now = self.inner.clock.now();
        if self.expired_by_policy(&self.inner.catalog.snapshot(), now).is_empty() {
            return Ok(0);
        }
        self.inner
            .catalog
            .update("DROP-TABLE", |state| {
                let expired = self.expired_by_policy(state, now);
                let count = expired.len();
                Ok((expired.into_iter().map(Change::DropTable).collect(), count))
            })
            .await
    }

    fn expired_by_policy(&self, state: &ClusterState, now: DateTime) -> Vec<TableId> {
        let rows = self.inner.row_store.view();
        let is_empty =
            |table: TableId| state.extents_of(table).is_empty() && rows.get(&table).is_none_or(|rows| rows.is_empty());
        let tables = state.databases.values().flat_map(|database| database.tables.values());
        let expired = tables.filter(|table| {
            let policy = table.policies.auto_delete;
            policy.is_some_and(|p| p.expiry_date <= now && (p.delete_if_not_empty || is_empty(table.id)))
        });
        expired.map(|table| table.id).collect()
    }

    /// Deletes the files of dropped extents that no running query can reach, forgets row stores of dropped tables, and
    /// trims the row log. Returns the number of files.
    ///
    /// # Errors
    /// When a file cannot be deleted.
    pub async fn remove_garbage(&self) -> Result<usize, Error> {
        let inner = self.inner.clone();
        blocking(move || {
            // Rows first, catalog second: a table that has rows in the earlier view and is not in the later version
            // was dropped.
            let view = inner.row_store.view();
            let state = inner.catalog.snapshot();
            for table in view.keys().filter(|table| state.table_by_id(**table).is_none()) {
                inner.row_store.remove_below(*table, u64::MAX);
            }
            drop((view, state));
            inner.trim_row_log()?;
            inner.delete_unreferenced()
        })
        .await
    }
}

fn expired_tables(state: &ClusterState, now: DateTime) -> Vec<(String, TableId)> {
    let tables =
        state.databases.values().flat_map(|database| database.tables.values().map(move |table| (database, table)));
    tables
        .filter(|(_, table)| !expired_extents(state, table.id, now).is_empty())
        .map(|(database, table)| (database.name.clone(), table.id))
        .collect()
}

fn expired_extents(state: &ClusterState, table: TableId, now: DateTime) -> Vec<Change> {
    let Some((database, found)) = state.table_by_id(table) else {
        return Vec::new();
    };
    let Some(limit) = retention_limit(state, database, found, now) else {
        return Vec::new();
    };
    let extents = state.extents_of(table);
    // Extents are ordered by their newest row.
    let expired = extents.iter().take_while(|extent| extent.max_created_on < limit);
    expired.map(|extent| Change::DropExtent { table, extent: extent.id }).collect()
}

/// Data created before this is dropped; `None` if nothing is.
fn retention_limit(state: &ClusterState, database: &Database, table: &Table, now: DateTime) -> Option<DateTime> {
    let retention = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies).retention();
    now.checked_sub(retention.soft_delete_period)
}
