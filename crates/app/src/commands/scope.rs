//! What a command sees: who asks, in which database, and the service.

use std::sync::Arc;

use calypso_catalog::{CommitEvent, Operation};
use calypso_model::{Change, ClusterState, Database, Table};
use calypso_syntax::ast::Name;

use super::operation_state;
use crate::{App, AppError, DATABASE_DEFAULT, QueryRequest, RequestContext};

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
        self.request.database.as_deref().filter(|name| !name.is_empty()).unwrap_or(DATABASE_DEFAULT)
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
    pub(crate) fn start_operation(&self, command_type: &str) -> Operation {
        let mut operation = self.app.catalog.start_operation(command_type, self.database_name());
        operation.root_activity_id = self.ctx.activity_id;
        operation.principal.clone_from(&self.ctx.principal);
        operation.user.clone_from(&self.ctx.user);
        self.app.catalog.record_operation(operation.clone());
        operation
    }

    /// Notes how an operation ended.
    pub(crate) fn finish_operation(&self, mut operation: Operation, error: Option<&AppError>) {
        operation.should_retry = error.is_some_and(|error| !error.permanent);
        let status = error.map_or("", |error| error.message.as_str());
        self.app.catalog.finish_operation(operation, operation_state(error), status);
    }
}
