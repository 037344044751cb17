//! Commands about operations: what ran, how it ended, what it answered.
//!
//! <https://learn.microsoft.com/kusto/management/show-operations>

use calypso_catalog::{Operation, OperationFilter};
use calypso_model::OperationId;
use calypso_syntax::ast::command::CommandProperties;
use calypso_types::{Guid, ScalarType};

use super::CommandScope;
use crate::{
    AppError,
    async_operations::Persisted,
    command_table::{CommandTable, count, guid},
};

const OPERATION_COLUMNS: [(&str, ScalarType); 14] = [
    ("OperationId", ScalarType::Guid),
    ("Operation", ScalarType::String),
    ("NodeId", ScalarType::String),
    ("StartedOn", ScalarType::DateTime),
    ("LastUpdatedOn", ScalarType::DateTime),
    ("Duration", ScalarType::TimeSpan),
    ("State", ScalarType::String),
    ("Status", ScalarType::String),
    ("RootActivityId", ScalarType::Guid),
    ("ShouldRetry", ScalarType::Bool),
    ("Database", ScalarType::String),
    ("Principal", ScalarType::String),
    ("User", ScalarType::String),
    ("AdminEpochStartTime", ScalarType::DateTime),
];

/// `.show operations`: the latest state of each operation.
pub(crate) fn show(scope: &CommandScope, ids: &[Guid]) -> CommandTable {
    let ids = ids.iter().map(|id| OperationId((*id).into())).collect();
    let filter = OperationFilter { ids, ..OperationFilter::default() };
    let mut result = CommandTable::new(&OPERATION_COLUMNS);
    for operation in scope.app.catalog.operations(&filter) {
        result.push([
            guid(operation.id.0),
            operation.operation.as_str().into(),
            operation.node_id.as_str().into(),
            operation.started_on.into(),
            operation.last_updated_on.into(),
            operation.duration().into(),
            operation.state.name().into(),
            operation.status.as_str().into(),
            guid(operation.root_activity_id),
            operation.should_retry.into(),
            operation.database.as_str().into(),
            operation.principal.as_str().into(),
            operation.user.as_str().into(),
            operation.admin_epoch_start_time.into(),
        ]);
    }
    result
}

fn find(scope: &CommandScope, id: Guid) -> Result<Operation, AppError> {
    let filter = OperationFilter { ids: vec![OperationId(id.into())], ..OperationFilter::default() };
    let found = scope.app.catalog.operations(&filter).into_iter().next();
    found.ok_or_else(|| AppError::entity_not_found("Operation", &id.to_string()))
}

/// `.show operation id details`: the result of an operation that kept it.
pub(crate) fn details(scope: &CommandScope, id: Guid) -> Result<CommandTable, AppError> {
    let operation = find(scope, id)?;
    if !operation.state.is_terminal() {
        return Err(AppError::argument(format!("operation '{id}' is still running")));
    }
    match scope.app.operations.result(operation.id) {
        Persisted::Result(table) => Ok(table),
        Persisted::Unknown => Err(AppError::argument(format!(
            "operation '{id}' keeps no result: only commands run with 'async' do, until the server restarts"
        ))),
    }
}

/// `.cancel operation id`.
pub(crate) fn cancel(scope: &CommandScope, id: Guid, properties: &CommandProperties) -> Result<CommandTable, AppError> {
    let operation = find(scope, id)?;
    let cancelled = scope.app.operations.cancel(operation.id);
    let state = if cancelled { "Canceled successfully" } else { "Cancel failed" };
    let reason = match (cancelled, properties.text("reason")) {
        (true, reason) => reason.unwrap_or_default(),
        (false, _) if operation.state.is_terminal() => "The operation has ended already.".to_owned(),
        (false, _) => "The operation was not started with 'async'.".to_owned(),
    };
    Ok(CommandTable::new(&[
        ("OperationId", ScalarType::Guid),
        ("Operation", ScalarType::String),
        ("StartedOn", ScalarType::DateTime),
        ("CancellationState", ScalarType::String),
        ("ReasonPhrase", ScalarType::String),
    ])
    .with([
        guid(operation.id.0),
        operation.operation.as_str().into(),
        operation.started_on.into(),
        state.into(),
        reason.into(),
    ]))
}

const FAILURE_COLUMNS: [(&str, ScalarType); 16] = [
    ("OperationId", ScalarType::Guid),
    ("Database", ScalarType::String),
    ("Table", ScalarType::String),
    ("FailedOn", ScalarType::DateTime),
    ("IngestionSourcePath", ScalarType::String),
    ("Details", ScalarType::String),
    ("FailureKind", ScalarType::String),
    ("RootActivityId", ScalarType::Guid),
    ("OperationKind", ScalarType::String),
    ("OriginatesFromUpdatePolicy", ScalarType::Bool),
    ("ErrorCode", ScalarType::String),
    ("Principal", ScalarType::String),
    ("User", ScalarType::String),
    ("IngestionProperties", ScalarType::String),
    ("NumberOfSources", ScalarType::Long),
    ("ShouldRetry", ScalarType::Bool),
];

/// `.show ingestion failures`.
///
/// <https://learn.microsoft.com/kusto/management/ingestion-failures>
pub(crate) fn ingestion_failures(scope: &CommandScope, operation: Option<Guid>) -> CommandTable {
    let mut result = CommandTable::new(&FAILURE_COLUMNS);
    let wanted = operation.map(|id| OperationId(id.into()));
    for failure in scope.app.failures.list() {
        if wanted.is_some_and(|wanted| failure.operation != wanted) {
            continue;
        }
        result.push([
            guid(failure.operation.0),
            failure.database.into(),
            failure.table.into(),
            failure.failed_on.into(),
            failure.source_path.into(),
            failure.details.into(),
            if failure.permanent { "Permanent" } else { "Transient" }.into(),
            guid(failure.activity_id),
            failure.operation_kind.into(),
            failure.from_update_policy.into(),
            failure.error_code.into(),
            failure.principal.into(),
            failure.user.into(),
            failure.properties.into(),
            count(failure.sources),
            (!failure.permanent).into(),
        ]);
    }
    result
}
