//! Commands that bring data in: their operation, `async`, and what failures leave behind.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/>

mod from_query;
mod from_sources;

use calypso_columns::Column;
use calypso_sources::SourceUri;
use calypso_syntax::ast::command::{EmbeddedText, IngestCommand, QueryTail};
use futures::stream::{self, StreamExt as _};

use super::{CommandScope, RunningOperation, behind, run_table};
use crate::{
    AppError, BatchStream,
    command_table::CommandTable,
    error_sources::from_diagnostic,
    ingestion::{IngestionFailure, IngestionProperties, Source},
    query::RequestTable,
};

/// What an ingestion came to.
pub(crate) enum Outcome {
    Done(CommandTable),
    /// Data with the same `ingest-by` tag is there already; the table says that nothing was added.
    Skipped(CommandTable),
}

/// Runs a command that brings data in; with `is_async` the answer is the operation's id and the work goes on.
pub(crate) async fn run(
    scope: &CommandScope,
    command: IngestCommand,
    command_type: &str,
    is_async: bool,
) -> Result<CommandTable, AppError> {
    let operation = scope.start_operation(command_type);
    if is_async {
        return run_behind(scope, command, operation);
    }
    let result = work(scope, &command, &operation).await;
    finish(scope, &command, operation, result)
}

fn run_behind(
    scope: &CommandScope,
    command: IngestCommand,
    operation: RunningOperation,
) -> Result<CommandTable, AppError> {
    behind::start(scope, operation, |scope, operation| async move {
        let result = behind::unless_cancelled(&scope.ctx.cancel, work(&scope, &command, &operation)).await;
        finish(&scope, &command, operation, result)
    })
}

async fn work(
    scope: &CommandScope,
    command: &IngestCommand,
    operation: &RunningOperation,
) -> Result<Outcome, AppError> {
    match command {
        IngestCommand::Inline { table, properties, data } => {
            let sources = vec![Source::Inline(from_sources::inline_bytes(&data.text))];
            let properties = IngestionProperties::read(properties)?;
            from_sources::run(scope, &table.text, sources, properties, operation.id()).await
        }
        IngestCommand::FromStorage { table, sources, properties } => {
            let sources = sources.iter().map(|source| SourceUri::parse(&source.uri).map(Source::Uri));
            let sources = sources.collect::<Result<_, _>>()?;
            let properties = IngestionProperties::read(properties)?;
            from_sources::run(scope, &table.text, sources, properties, operation.id()).await
        }
        IngestCommand::FromQuery { mode, table, properties, query } => {
            let properties = IngestionProperties::read(properties)?;
            from_query::run(scope, *mode, &table.text, &properties, query, operation.id()).await
        }
    }
}

/// Notes how it ended, in the log of operations and, if it failed, among the ingestion failures.
fn finish(
    scope: &CommandScope,
    command: &IngestCommand,
    operation: RunningOperation,
    result: Result<Outcome, AppError>,
) -> Result<CommandTable, AppError> {
    match result {
        Ok(Outcome::Done(table)) => {
            operation.finish(None);
            Ok(table)
        }
        Ok(Outcome::Skipped(table)) => {
            operation.skip("Data with the same ingest-by tag is there already");
            Ok(table)
        }
        Err(error) => {
            scope.app.failures.note(failure(scope, command, &operation, &error));
            operation.finish(Some(&error));
            Err(error)
        }
    }
}

fn failure(
    scope: &CommandScope,
    command: &IngestCommand,
    operation: &RunningOperation,
    error: &AppError,
) -> IngestionFailure {
    let (table, path, sources) = match command {
        IngestCommand::Inline { table, .. } => (table, String::new(), 1),
        IngestCommand::FromStorage { table, sources, .. } => {
            let first = sources.first().map(|source| calypso_sources::location(&source.uri));
            (table, first.unwrap_or_default(), sources.len())
        }
        IngestCommand::FromQuery { table, .. } => (table, String::new(), 0),
    };
    IngestionFailure {
        operation: operation.id(),
        operation_kind: operation.kind().to_owned(),
        database: scope.database_name().to_owned(),
        table: table.text.clone(),
        failed_on: scope.app.clock.now(),
        source_path: path,
        details: error.message.clone(),
        permanent: error.permanent,
        activity_id: scope.ctx.activity_id,
        error_code: error.code.clone().into_owned(),
        principal: scope.ctx.principal.clone(),
        user: scope.ctx.user.clone(),
        properties: String::new(),
        sources: sources as u64,
        from_update_policy: error.is_of_update_policy(),
    }
}

/// Returns the first result of a query behind `<|`, which may be a management command with or without a tail.
pub(crate) async fn query_batches(
    scope: &CommandScope,
    query: &EmbeddedText,
) -> Result<(Vec<Column>, BatchStream), AppError> {
    if !calypso_syntax::is_management_command(&query.text) {
        return scope.app.run_to_batches(&scope.ctx, &scope.request, query.offset).await;
    }
    let mut command =
        calypso_syntax::parse_command(&query.text).map_err(|finding| from_diagnostic(&query.text, &finding))?;
    if !command.is_read_only() {
        return Err(AppError::argument("only a command that begins with '.show' may stand for a query"));
    }
    let tail = command.tail.take();
    let (columns, batches) = Box::pin(run_table(scope, command)).await?.into_batches()?;
    let Some(QueryTail { offset, .. }) = tail else {
        return Ok((columns, stream::iter(batches.into_iter().map(Ok)).boxed()));
    };
    let mut request = crate::QueryRequest::clone(&scope.request);
    request.text.clone_from(&query.text);
    let result = RequestTable { columns, batches };
    let response = scope.app.run_tail(&scope.ctx, &request, offset, result).await?;
    match response.tables.into_iter().next() {
        Some(table) => Ok((table.columns, table.batches)),
        None => Err(AppError::argument("the query returns no table")),
    }
}
