//! What a command sees: who asks, in which database, and the service.

use std::sync::Arc;

use calypso_catalog::{Catalog, CommitEvent, Operation, OperationState};
use calypso_model::{Change, ClusterState, Database, OperationId, Table};
use calypso_syntax::ast::Name;

use crate::{App, AppError, AppErrorKind, QueryRequest, RequestContext};

/// One command's circumstances. Clones share them.
#[derive(Clone)]
pub(crate) struct CommandScope {
    pub(crate) app: App,
    pub(crate) ctx: RequestContext,
    pub(crate) request: Arc<QueryRequest>,
}

impl CommandScope {
    pub(crate) fn new(app: App, ctx: RequestContext, request: QueryRequest) -> Self {
        Self { app, ctx, request: Arc::new(request) }
    }

    /// Returns the current version of the catalog.
    pub(crate) fn state(&self) -> Arc<ClusterState> {
        self.app.catalog.snapshot()
    }

    /// Returns the name of the database in scope as the request has it; the default one if it has none.
    pub(crate) fn database_name(&self) -> &str {
        self.request.database_name()
    }

    /// Returns the database called `name`, or the one in scope.
    pub(crate) fn database(&self, state: &ClusterState, name: Option<&Name>) -> Result<Arc<Database>, AppError> {
        let name = name.map_or(self.database_name(), |name| name.text.as_str());
        state.database(name).cloned().ok_or_else(|| AppError::database_not_found(name))
    }

    /// Returns the database in scope and its table called `name`.
    pub(crate) fn table(&self, state: &ClusterState, name: &str) -> Result<(Arc<Database>, Arc<Table>), AppError> {
        let database = self.database(state, None)?;
        let table = database.tables.get(name).cloned();
        let table = table.ok_or_else(|| AppError::table_not_found(&database.name, name))?;
        Ok((database, table))
    }

    /// Returns what the journal says of this command.
    pub(crate) fn event(&self, name: &str) -> CommitEvent {
        let masked = calypso_syntax::mask_secrets(&self.request.text);
        CommitEvent::of_command(name, &masked, &self.ctx.principal)
    }

    /// Commits what `compute` makes of the current version under the journal's event `name`.
    pub(crate) async fn update<T>(
        &self,
        name: &str,
        compute: impl FnOnce(&ClusterState) -> Result<(Vec<Change>, T), AppError>,
    ) -> Result<T, AppError> {
        self.app.catalog.update(self.event(name), compute).await
    }

    /// Notes that an operation starts.
    pub(crate) fn start_operation(&self, command_type: &str) -> RunningOperation {
        let mut operation = self.app.catalog.start_operation(command_type, self.database_name());
        operation.root_activity_id = self.ctx.activity_id;
        operation.principal.clone_from(&self.ctx.principal);
        operation.user.clone_from(&self.ctx.user);
        self.app.catalog.record_operation(operation.clone());
        RunningOperation { catalog: self.app.catalog.clone(), operation, ended: false }
    }
}

/// An operation between its start and its end. One that is dropped counts as canceled: its caller went away.
pub(crate) struct RunningOperation {
    catalog: Arc<Catalog>,
    operation: Operation,
    ended: bool,
}

impl RunningOperation {
    pub(crate) fn id(&self) -> OperationId {
        self.operation.id
    }

    /// Returns the type of the command that runs.
    pub(crate) fn kind(&self) -> &str {
        &self.operation.operation
    }

    /// Notes how the operation ended.
    pub(crate) fn finish(mut self, error: Option<&AppError>) {
        self.operation.should_retry = error.is_some_and(|error| !error.permanent);
        self.end(operation_state(error), error.map_or("", |error| error.message.as_str()));
    }

    /// Notes that nothing had to be done.
    pub(crate) fn skip(mut self, reason: &str) {
        self.end(OperationState::Skipped, reason);
    }

    fn end(&mut self, state: OperationState, status: &str) {
        self.ended = true;
        self.catalog.finish_operation(self.operation.clone(), state, status);
    }
}

impl Drop for RunningOperation {
    fn drop(&mut self) {
        if !self.ended {
            self.end(OperationState::Canceled, "The caller stopped waiting; whether it took effect is not recorded");
        }
    }
}

/// Returns how an operation that ended with `error` stands in the log of operations.
fn operation_state(error: Option<&AppError>) -> OperationState {
    match error.map(|error| error.kind) {
        None => OperationState::Completed,
        Some(AppErrorKind::Throttled) => OperationState::Throttled,
        Some(AppErrorKind::Cancelled) => OperationState::Canceled,
        Some(
            AppErrorKind::Syntax
            | AppErrorKind::Semantic
            | AppErrorKind::Argument
            | AppErrorKind::NotSupported
            | AppErrorKind::NotFound
            | AppErrorKind::AlreadyExists
            | AppErrorKind::PayloadTooLarge,
        ) => OperationState::BadInput,
        Some(_) => OperationState::Failed,
    }
}
