//! What follows when a policy changes.

use calypso_model::{ClusterState, EffectivePolicies, PolicyKind, TableId};
use calypso_storage::SealReason;

use super::CommandScope;
use crate::AppError;

/// Acts on the difference between two versions.
///
/// Rows of a table that no longer takes streams, or whose own policy is gone, move to extents at once.
/// <https://learn.microsoft.com/azure/data-explorer/ingest-data-streaming> describes that for dropped policies.
pub(super) async fn follow(
    scope: &CommandScope,
    kind: PolicyKind,
    is_deleted: bool,
    before: &ClusterState,
    after: &ClusterState,
) -> Result<(), AppError> {
    if kind != PolicyKind::StreamingIngestion {
        return Ok(());
    }
    let tables = after.databases.values().flat_map(|database| database.tables.values());
    let stopped = tables.map(|table| table.id).filter(|id| {
        let (was, is) = (Streaming::of(before, *id), Streaming::of(after, *id));
        (was.enabled && !is.enabled) || (is_deleted && was.levels_set > is.levels_set)
    });
    for table in stopped {
        scope.app.storage.seal_table(table, SealReason::Requested).await?;
    }
    Ok(())
}

/// What the policies say of one table.
#[derive(Default)]
struct Streaming {
    enabled: bool,
    /// On how many of table, database and cluster a policy is set.
    levels_set: usize,
}

impl Streaming {
    fn of(state: &ClusterState, table: TableId) -> Self {
        let Some((database, table)) = state.table_by_id(table) else { return Self::default() };
        let levels = [&table.policies, &database.policies, &state.policies];
        let effective = EffectivePolicies::of_table(levels[0], levels[1], levels[2]).streaming_ingestion();
        let levels_set = levels.iter().filter(|policies| policies.streaming_ingestion.is_some()).count();
        Self { enabled: effective.is_enabled, levels_set }
    }
}
