//! Commands whose work goes on behind their answer (`async`).
//!
//! <https://learn.microsoft.com/kusto/management/show-operations>

use calypso_types::{DateTime, ScalarType};

use super::{CommandScope, RunningOperation};
use crate::{
    AppError, Cancellation,
    command_table::{CommandTable, guid},
};

/// Starts `work` as a task that the registry of operations knows, and answers with the operation's id. The work gets a
/// scope of its own, ends the operation, and may be cancelled at any of its waits; its result is kept to be asked for.
///
/// # Errors
/// When too many such commands run, or the service is closing.
pub(super) fn start<F>(
    scope: &CommandScope,
    operation: RunningOperation,
    work: impl FnOnce(CommandScope, RunningOperation) -> F,
) -> Result<CommandTable, AppError>
where
    F: Future<Output = Result<CommandTable, AppError>> + Send + 'static,
{
    let (id, mut scope) = (operation.id(), scope.clone());
    // The request ends with this answer; the work has no deadline and a cancellation of its own.
    scope.ctx.cancel = Cancellation::new();
    scope.ctx.deadline = DateTime::MAX;
    let operations = scope.app.operations.clone();
    if let Err(error) = operations.admit(id, scope.ctx.cancel.clone()) {
        operation.finish(Some(&error));
        return Err(error);
    }
    let registry = operations.clone();
    let work = work(scope, operation);
    let task = tokio::spawn(async move {
        let result = work.await;
        registry.complete(id, result.ok());
    });
    operations.attach(id, task);
    Ok(CommandTable::new(&[("OperationId", ScalarType::Guid)]).with([guid(id.0)]))
}

/// Waits for `work`, until it is cancelled.
pub(super) async fn unless_cancelled<T>(
    cancel: &Cancellation,
    work: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(AppError::cancelled()),
        result = work => result,
    }
}
