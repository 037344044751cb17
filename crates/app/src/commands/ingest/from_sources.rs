//! `.ingest inline` and `.ingest into`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-into-command>

use bytes::Bytes;
use calypso_model::OperationId;
use calypso_storage::IngestOptions;
use calypso_types::{ScalarType, TimeSpan};
use uuid::Uuid;

use super::{CommandScope, Outcome};
use crate::{
    AppError,
    command_table::{CommandTable, guid},
    ingestion::{IngestionOrigin, IngestionProperties, Source, SourceIngestion, check_retention, is_there_already},
};

/// Most sources of one command.
const SOURCES_MAX: usize = 5_000;

/// Returns the data of `.ingest inline`: the rest of the line with `<|` counts only if there is something on it.
pub(super) fn inline_bytes(text: &str) -> Bytes {
    let rest = text.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
    Bytes::copy_from_slice(rest.as_bytes())
}

/// Ingests sources into the table called `name`.
pub(super) async fn run(
    scope: &CommandScope,
    name: &str,
    sources: Vec<Source>,
    properties: IngestionProperties,
    operation: OperationId,
) -> Result<Outcome, AppError> {
    if sources.is_empty() || sources.len() > SOURCES_MAX {
        return Err(AppError::argument(format!("a command names 1 to {SOURCES_MAX} sources")));
    }
    properties.check_for_sources()?;
    let started_on = scope.app.clock.now();
    let state = scope.state();
    let (database, table) = scope.table(&state, name)?;
    let items = items(scope, &sources);
    let answer = |extents: &[Uuid]| answer(extents, &items, scope.app.clock.now().since(started_on), operation);
    if is_there_already(&state, &table, &properties) {
        return Ok(Outcome::Skipped(answer(&[])));
    }
    check_retention(&state, &database, &table, properties.created_on, started_on)?;
    let options = IngestOptions {
        created_on: properties.created_on,
        tags: properties.tags.clone(),
        event: Some(scope.event("INGEST-DATA")),
        ..IngestOptions::default()
    };
    let mut ingestion = SourceIngestion { database, table, sources, properties };
    let prepared = ingestion.prepare_table(&scope.app, &scope.ctx.cancel, scope.event("ALTER-MERGE-TABLE")).await?;
    prepared.into_iter().collect::<Result<(), _>>()?;
    let mut origin = IngestionOrigin::of_request(&scope.ctx, operation, "DataIngestPull");
    origin.source_path = ingestion.sources.first().map(Source::location).unwrap_or_default();
    let ingested = ingestion.run(&scope.app, &origin, options).await?;
    if ingested.already_tagged {
        return Ok(Outcome::Skipped(answer(&[])));
    }
    let ids: Vec<Uuid> = ingested.extents.iter().map(|extent| extent.id.0).collect();
    Ok(Outcome::Done(answer(&ids)))
}

/// One row per extent; a row with an empty id if there is none.
fn answer(extents: &[Uuid], items: &str, duration: TimeSpan, operation: OperationId) -> CommandTable {
    let mut result = CommandTable::new(&[
        ("ExtentId", ScalarType::Guid),
        ("ItemLoaded", ScalarType::String),
        ("Duration", ScalarType::TimeSpan),
        ("HasErrors", ScalarType::Bool),
        ("OperationId", ScalarType::Guid),
    ]);
    let none = [Uuid::nil()];
    for extent in if extents.is_empty() { &none } else { extents } {
        result.push([guid(*extent), items.into(), duration.into(), false.into(), guid(operation.0)]);
    }
    result
}

/// Returns the value of `ItemLoaded`: all sources are in one commit, so every extent may have rows of each.
fn items(scope: &CommandScope, sources: &[Source]) -> String {
    let names = sources.iter().map(|source| match source {
        Source::Inline(_) => format!("inproc:{}", scope.app.ids.next_id()),
        Source::Uri(_) => source.location(),
    });
    names.collect::<Vec<_>>().join(", ")
}
