//! Commands by which clients of queued ingestion learn where to post, and who they are.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest>

use calypso_staging::ResourceKind;

use super::CommandScope;
use crate::{AppError, command_table::CommandTable, queued};

/// `.get ingestion resources`: exactly the kinds that clients know, each of them at least once.
pub(crate) async fn ingestion_resources(scope: &CommandScope) -> Result<CommandTable, AppError> {
    let mut result = CommandTable::of_strings(&["ResourceTypeName", "StorageRoot"]);
    for resource in queued::resources(&scope.app, &scope.ctx).await? {
        if let Some(name) = type_name(resource.kind) {
            result.push([name.into(), resource.url.into()]);
        }
    }
    Ok(result)
}

/// One client refuses names that it does not know, so the container for exports has none here.
const fn type_name(kind: ResourceKind) -> Option<&'static str> {
    match kind {
        ResourceKind::TempStorage => Some("TempStorage"),
        ResourceKind::ReadyForAggregationQueue => Some("SecuredReadyForAggregationQueue"),
        ResourceKind::FailedIngestionsQueue => Some("FailedIngestionsQueue"),
        ResourceKind::SuccessfulIngestionsQueue => Some("SuccessfulIngestionsQueue"),
        ResourceKind::StatusTable => Some("IngestionsStatusTable"),
        ResourceKind::ExportContainer => None,
    }
}

/// `.show export containers`
pub(crate) async fn export_containers(scope: &CommandScope) -> Result<CommandTable, AppError> {
    let mut result = CommandTable::of_strings(&["StorageRoot"]);
    for resource in queued::resources(&scope.app, &scope.ctx).await? {
        if resource.kind == ResourceKind::ExportContainer {
            result.push([resource.url.into()]);
        }
    }
    Ok(result)
}

/// `.get kusto identity token`
pub(crate) fn identity_token(scope: &CommandScope) -> CommandTable {
    let token = scope.app.identity_tokens.issue(&scope.ctx.principal, scope.app.clock.now());
    CommandTable::of_strings(&["AuthorizationContext"]).with([token.into()])
}
