//! What follows when a policy changes.

use calypso_model::{ClusterState, EffectivePolicies, PolicyKind, TableId};
use calypso_storage::SealReason;

use super::CommandScope;
use crate::AppError;

/// Acts on the difference between two versions.
///
/// A table that no longer takes streams gives its rows to extents at once: nothing would seal them for it later than
/// for others, but its row store is then gone for good.
pub(super) async fn follow(
    scope: &CommandScope,
    kind: PolicyKind,
    before: &ClusterState,
    after: &ClusterState,
) -> Result<(), AppError> {
    if kind != PolicyKind::StreamingIngestion {
        return Ok(());
    }
    for table in tables_that_stopped(before, after) {
        scope.app.storage.seal_table(table, SealReason::Requested).await?;
    }
    Ok(())
}

fn tables_that_stopped(before: &ClusterState, after: &ClusterState) -> Vec<TableId> {
    let tables = after.databases.values().flat_map(|database| database.tables.values());
    tables.map(|table| table.id).filter(|id| streams(before, *id) && !streams(after, *id)).collect()
}

fn streams(state: &ClusterState, table: TableId) -> bool {
    state.table_by_id(table).is_some_and(|(database, table)| {
        let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies);
        policies.streaming_ingestion().is_enabled
    })
}
