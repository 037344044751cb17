//! What a changed policy must agree with besides its own limits.

use std::sync::Arc;

use calypso_model::{ClusterState, PolicyKind};

use super::{CommandScope, Target};
use crate::{AppError, ingestion::update_policies};

/// Checks the policies of `targets` against the version `after` the change.
///
/// # Errors
/// What is wrong, in the words of the policy.
pub(super) fn check(
    scope: &CommandScope,
    kind: PolicyKind,
    after: &Arc<ClusterState>,
    targets: &[Target],
) -> Result<(), AppError> {
    for target in targets {
        let Target::Table(database, table) = target else { continue };
        let Some((_, table)) = after.table_by_id(table.id) else { continue };
        match kind {
            PolicyKind::Update => {
                let entries = table.policies.update.iter().flat_map(|policy| &policy.entries);
                for entry in entries {
                    update_policies::check_entry(after, database, table, entry)?;
                }
            }
            PolicyKind::AutoDelete => {
                let expires_on = table.policies.auto_delete.map(|policy| policy.expiry_date);
                if expires_on.is_some_and(|expires_on| expires_on <= scope.app.clock.now()) {
                    return Err(AppError::argument("AutoDeletePolicy is invalid: ExpiryDate is in the past"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
