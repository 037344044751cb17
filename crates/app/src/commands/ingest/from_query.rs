//! `.set`, `.append`, `.set-or-append`, `.set-or-replace`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-query>. Result and table are matched by
//! the order of columns, whose types must be the same; names do not count. Trailing columns that the result lacks are
//! null.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use calypso_columns::{Column, ColumnBuilder, arrow_schema};
use calypso_model::{Change, Database, Extent, OperationId, Table, policy::IngestionTimePolicy};
use calypso_storage::{BatchSender, IngestOptions, batch_channel};
use calypso_syntax::ast::command::{EmbeddedText, FromQueryMode};
use calypso_types::ScalarType;
use futures::StreamExt as _;
use uuid::Uuid;

use super::{CommandScope, Outcome, query_batches};
use crate::{
    AppError, BatchStream,
    command_table::{CommandTable, count, guid, size},
    error_sources,
    ingestion::{
        IngestionOrigin, IngestionProperties, check_retention, is_there_already, not_supported_here, update_policies,
    },
    table_definition::{ColumnSpec, columns_of, merge_columns, recreate_columns},
};

/// Runs the query and ingests its first result.
pub(super) async fn run(
    scope: &CommandScope,
    mode: FromQueryMode,
    name: &str,
    properties: &IngestionProperties,
    query: &EmbeddedText,
    operation: OperationId,
) -> Result<Outcome, AppError> {
    if properties.recreate_schema && matches!(mode, FromQueryMode::Append | FromQueryMode::SetOrAppend) {
        return Err(not_supported_here("recreate_schema"));
    }
    check_existence(scope, mode, name)?;
    let state = scope.state();
    if let Ok((database, table)) = scope.table(&state, name) {
        if is_there_already(&state, &table, properties) {
            return Ok(Outcome::Skipped(extents_table(&[])));
        }
        check_retention(&state, &database, &table, properties.created_on, scope.app.clock.now())?;
    }
    let (columns, batches) = query_batches(scope, query).await?;
    let target = Target::prepare(scope, mode, name, &columns, properties).await?;
    let options = IngestOptions {
        created_on: properties.created_on,
        tags: properties.tags.clone(),
        extra_changes: target.changes,
        replace: mode == FromQueryMode::SetOrReplace,
        event: Some(scope.event(event_name(mode))),
        unless_tagged: properties.tags_to_avoid(),
        ..IngestOptions::default()
    };
    let (sender, receiver) = batch_channel::<AppError>();
    let producing = produce(batches, columns.len(), columns_of(&target.table), sender);
    let origin = IngestionOrigin::of_request(&scope.ctx, operation, "TableAppend");
    let ingesting = update_policies::ingest_extents(&scope.app, &origin, target.table, receiver, options);
    let ((), ingested) = tokio::join!(producing, ingesting);
    let (ingested, _) = ingested?;
    let answer = extents_table(&ingested.extents);
    Ok(if ingested.already_tagged { Outcome::Skipped(answer) } else { Outcome::Done(answer) })
}

const fn event_name(mode: FromQueryMode) -> &'static str {
    match mode {
        FromQueryMode::Set => "SET-TABLE",
        FromQueryMode::Append => "APPEND-TABLE",
        FromQueryMode::SetOrAppend => "SET-OR-APPEND-TABLE",
        FromQueryMode::SetOrReplace => "SET-OR-REPLACE-TABLE",
    }
}

/// Refuses before the query runs what would be refused after it.
fn check_existence(scope: &CommandScope, mode: FromQueryMode, name: &str) -> Result<(), AppError> {
    let database = scope.database(&scope.state(), None)?;
    match (mode, database.tables.contains_key(name)) {
        (FromQueryMode::Set, true) => Err(AppError::already_exists("Table", name)),
        (FromQueryMode::Append, false) => Err(AppError::table_not_found(&database.name, name)),
        _ => Ok(()),
    }
}

/// The table that gets the rows, and what is to be committed with them.
struct Target {
    table: Arc<Table>,
    changes: Vec<Change>,
}

impl Target {
    async fn prepare(
        scope: &CommandScope,
        mode: FromQueryMode,
        name: &str,
        columns: &[Column],
        properties: &IngestionProperties,
    ) -> Result<Self, AppError> {
        check_existence(scope, mode, name)?;
        let database = scope.database(&scope.state(), None)?;
        let Some(known) = database.tables.get(name) else {
            return Self::create(scope, &database, name, columns, properties);
        };
        if mode == FromQueryMode::SetOrReplace && properties.recreate_schema {
            let mut table = Table::clone(known);
            recreate_columns(&mut table, &specs(columns))?;
            properties.describe(&mut table);
            let table = Arc::new(table);
            return Ok(Self { changes: vec![Change::PutTable(table.clone())], table });
        }
        // As documented, a change of schema is a transaction of its own before the data's.
        let table = scope
            .update("ALTER-MERGE-TABLE", |state| {
                let (_, known) = scope.table(state, name)?;
                let mut table = Table::clone(&known);
                align(&mut table, columns, properties.extend_schema)?;
                properties.describe(&mut table);
                let changed = table != *known;
                let table = Arc::new(table);
                let changes = if changed { vec![Change::PutTable(table.clone())] } else { Vec::new() };
                Ok((changes, table))
            })
            .await?;
        Ok(Self { table, changes: Vec::new() })
    }

    fn create(
        scope: &CommandScope,
        database: &Database,
        name: &str,
        columns: &[Column],
        properties: &IngestionProperties,
    ) -> Result<Self, AppError> {
        let mut table = scope.app.new_table(database, name, &specs(columns))?;
        properties.describe(&mut table);
        table.policies.ingestion_time = properties.ingestion_time.map(|is_enabled| IngestionTimePolicy { is_enabled });
        let table = Arc::new(table);
        Ok(Self { changes: vec![Change::PutTable(table.clone())], table })
    }
}

fn specs(columns: &[Column]) -> Vec<ColumnSpec> {
    columns.iter().map(|column| (column.name.clone(), column.ty)).collect()
}

/// Checks that the result fits the table; further columns extend it if `extend` says so.
fn align(table: &mut Table, columns: &[Column], extend: bool) -> Result<(), AppError> {
    let common = columns.len().min(table.columns.len());
    let fits = columns.iter().zip(&table.columns).all(|(column, known)| column.ty == known.ty);
    if !fits || (columns.len() > common && !extend) {
        let schema = |types: Vec<String>| types.join(", ");
        let query = columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        let target = table.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        return Err(AppError::argument(format!(
            "Query schema does not match table schema. QuerySchema=({}), TableSchema=({})",
            schema(query),
            schema(target)
        )));
    }
    let further = &columns[common..];
    if further.is_empty() {
        return Ok(());
    }
    match further.iter().find(|column| table.column(&column.name).is_some()) {
        Some(twice) => Err(AppError::already_exists("Column", &twice.name)),
        None => merge_columns(table, &specs(further)).map(drop),
    }
}

/// Hands the rows on in the table's schema. Only an end without errors is told as one.
async fn produce(mut batches: BatchStream, given: usize, columns: Vec<Column>, sender: BatchSender<AppError>) {
    while let Some(batch) = batches.next().await {
        let batch = batch.and_then(|batch| fit(&batch, given, &columns));
        let failed = batch.is_err();
        if !sender.send(batch).await || failed {
            return;
        }
    }
    sender.finish().await;
}

fn fit(batch: &RecordBatch, given: usize, columns: &[Column]) -> Result<RecordBatch, AppError> {
    let rows = batch.num_rows();
    let missing = columns.iter().skip(given).map(|column| nulls(column.ty, rows));
    let arrays: Vec<ArrayRef> = batch.columns().iter().cloned().chain(missing).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(arrow_schema(columns), arrays, &options).map_err(|error| {
        error_sources::log(&error);
        AppError::internal("The query's result does not have the announced columns.")
    })
}

fn nulls(ty: ScalarType, rows: usize) -> ArrayRef {
    let mut builder = ColumnBuilder::new(ty, rows);
    for _ in 0..rows {
        builder.push_null();
    }
    builder.finish()
}

/// One row per extent; a row of zeros if there is none.
fn extents_table(extents: &[Arc<Extent>]) -> CommandTable {
    let mut result = CommandTable::new(&[
        ("ExtentId", ScalarType::Guid),
        ("OriginalSize", ScalarType::Real),
        ("ExtentSize", ScalarType::Real),
        ("CompressedSize", ScalarType::Real),
        ("IndexSize", ScalarType::Real),
        ("RowCount", ScalarType::Long),
    ]);
    for extent in extents {
        result.push([
            guid(extent.id.0),
            size(extent.original_bytes),
            size(extent.extent_bytes),
            size(extent.extent_bytes),
            size(0),
            count(extent.rows),
        ]);
    }
    if extents.is_empty() {
        result.push([guid(Uuid::nil()), size(0), size(0), size(0), size(0), count(0)]);
    }
    result
}
