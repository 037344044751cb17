//! Running a management command: parse, authorize, hand to the file of its entity, answer.

mod behind;
mod cluster;
mod columns;
mod database_schema;
mod databases;
mod extents;
mod functions;
mod ingest;
mod journal;
mod mappings;
mod operations;
mod policies;
mod principals;
mod queries;
mod queued;
mod scope;
mod script;
mod staging;
mod streaming;
mod table_details;
mod tables;

use calypso_syntax::ast::{
    CommandKind, ManagementCommand,
    command::{IngestCommand, QueryTail, ServiceCommand},
};

pub(crate) use scope::{CommandScope, RunningOperation};

use crate::{
    App, AppError, CommandResponse, QueryRequest, QueryStatisticsReading, RequestContext, ResultTable, access,
    command_table::CommandTable, error_sources::from_diagnostic, query::RequestTable,
};

/// Characters before a dot-command that are no part of it: blanks, and the mark that some editors write.
const BLANKS: [char; 5] = [' ', '\t', '\r', '\n', '\u{feff}'];

/// Runs the text of `request` as a management command, with the query behind its `|` if there is one.
pub(crate) async fn run(
    app: &App,
    ctx: RequestContext,
    mut request: QueryRequest,
) -> Result<CommandResponse, AppError> {
    let trimmed = request.text.trim_start_matches(BLANKS);
    if trimmed.len() < request.text.len() {
        request.text = trimmed.to_owned();
    }
    let command =
        calypso_syntax::parse_command(&request.text).map_err(|finding| from_diagnostic(&request.text, &finding))?;
    access::authorize_command(&ctx, &command, &request.options)?;
    let scope = CommandScope::new(app.clone(), ctx, request);
    let log = app.requests.begin(&scope.ctx, &command.command_type(), scope.database_name(), &scope.request.text);
    let cancel = scope.ctx.cancel.clone();
    let result = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(AppError::cancelled()),
        result = respond(&scope, command) => result,
    };
    log.finish(result.as_ref().err(), QueryStatisticsReading::default());
    result
}

async fn respond(scope: &CommandScope, mut command: ManagementCommand) -> Result<CommandResponse, AppError> {
    let tail = command.tail.take();
    let (columns, batches) = run_table(scope, command).await?.into_batches()?;
    match tail {
        None => Ok(CommandResponse::plain(ResultTable::from_batches(ResultTable::PRIMARY, columns, batches))),
        Some(QueryTail { offset, .. }) => {
            let result = RequestTable { columns, batches };
            let response = scope.app.run_tail(&scope.ctx, &scope.request, offset, result).await?;
            Ok(CommandResponse { tables: response.tables, plain: false, visualization: response.visualization })
        }
    }
}

/// Runs a command without its tail, and notes commands that change something in the log of operations.
pub(crate) async fn run_table(scope: &CommandScope, command: ManagementCommand) -> Result<CommandTable, AppError> {
    // Ingestion keeps its own operation: its id is part of the answer.
    let keeps_own = matches!(command.kind, CommandKind::Ingest(_));
    if command.is_async && !keeps_own {
        if let CommandKind::Extent(extents) = &command.kind
            && extents::may_run_behind(extents)
        {
            return extents::run_behind(scope, extents.clone(), &command.command_type());
        }
        return Err(AppError::not_supported(format!("'async' with the command '{}'", command.command_type())));
    }
    if keeps_own || command.is_read_only() {
        return dispatch(scope, command).await;
    }
    let operation = scope.start_operation(&command.command_type());
    let result = dispatch(scope, command).await;
    operation.finish(result.as_ref().err());
    result
}

async fn dispatch(scope: &CommandScope, command: ManagementCommand) -> Result<CommandTable, AppError> {
    match command.kind {
        CommandKind::Database(command) => databases::run(scope, command).await,
        CommandKind::Table(command) => tables::run(scope, command).await,
        CommandKind::Column(command) => columns::run(scope, command).await,
        CommandKind::Mapping(command) => mappings::run(scope, command).await,
        CommandKind::Policy(command) => policies::run(scope, command).await,
        CommandKind::Function(command) => functions::run(scope, command).await,
        CommandKind::Principal(command) => principals::run(scope, command).await,
        CommandKind::Extent(command) => extents::run(scope, command).await,
        CommandKind::Ingest(ref ingest) => Box::pin(run_ingest(scope, ingest.clone(), &command)).await,
        CommandKind::Queued(command) => queued::run(scope, command).await,
        CommandKind::Service(command) => service(scope, command).await,
    }
}

async fn run_ingest(
    scope: &CommandScope,
    ingest: IngestCommand,
    command: &ManagementCommand,
) -> Result<CommandTable, AppError> {
    ingest::run(scope, ingest, &command.command_type(), command.is_async).await
}

async fn service(scope: &CommandScope, command: ServiceCommand) -> Result<CommandTable, AppError> {
    match command {
        ServiceCommand::ShowJournal { scope: databases } => journal::show(scope, &databases).await,
        ServiceCommand::ExecuteScript { cluster, properties, script } => {
            Box::pin(script::run(scope, cluster, &properties, &script)).await
        }
        ServiceCommand::GetIngestionResources { .. } => staging::ingestion_resources(scope).await,
        ServiceCommand::ShowExportContainers => staging::export_containers(scope).await,
        other => answer_at_once(scope, other),
    }
}

fn answer_at_once(scope: &CommandScope, command: ServiceCommand) -> Result<CommandTable, AppError> {
    match command {
        ServiceCommand::ShowVersion => Ok(cluster::version(scope)),
        ServiceCommand::ShowCluster { .. } => Ok(cluster::nodes(scope)),
        ServiceCommand::ShowDiagnostics => Ok(cluster::diagnostics(scope)),
        ServiceCommand::ShowCapacity { resource, .. } => cluster::capacity(scope, resource.as_ref()),
        ServiceCommand::ShowOperations { ids } => Ok(operations::show(scope, &ids)),
        ServiceCommand::ShowOperationDetails { id } => operations::details(scope, id),
        ServiceCommand::CancelOperation { id, properties } => operations::cancel(scope, id, &properties),
        ServiceCommand::ShowQueries => Ok(queries::show_ended(scope)),
        ServiceCommand::ShowRunningQueries(filter) => Ok(queries::show_running(scope, &filter)),
        ServiceCommand::CancelQuery { client_request_id, properties } => {
            queries::cancel(scope, &client_request_id, &properties)
        }
        ServiceCommand::ShowCommands => Ok(queries::show_commands(scope)),
        ServiceCommand::ShowCommandsAndQueries => Ok(queries::show_commands_and_queries(scope)),
        ServiceCommand::ShowIngestionFailures { operation } => Ok(operations::ingestion_failures(scope, operation)),
        ServiceCommand::ShowStreamingIngestionFailures => Ok(streaming::failures(scope)),
        ServiceCommand::ShowStreamingIngestionStatistics => Ok(streaming::statistics(scope)),
        ServiceCommand::ShowRowStores => Ok(streaming::row_stores(scope)),
        ServiceCommand::ClearStreamingSchemaCache { table } => streaming::clear_schema_cache(scope, table.as_ref()),
        ServiceCommand::ClearQueryResultsCache => Ok(cluster::done_on_node(scope)),
        ServiceCommand::RefreshBatchingPolicyCache { database, table } => {
            streaming::refresh_batching_policy(scope, &database, &table)
        }
        ServiceCommand::GetIdentityToken => Ok(staging::identity_token(scope)),
        ServiceCommand::ShowJournal { .. }
        | ServiceCommand::ExecuteScript { .. }
        | ServiceCommand::GetIngestionResources { .. }
        | ServiceCommand::ShowExportContainers => {
            Err(AppError::internal("a command that waits was asked to answer at once"))
        }
        ServiceCommand::ShowPlugins => Err(AppError::not_supported("the command '.show plugins'")),
        ServiceCommand::ShowPrincipalAccess => Err(AppError::not_supported("the command '.show principal access'")),
    }
}
