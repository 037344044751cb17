//! The query of one update policy: what is checked when it is set, and how it runs.

use std::{collections::BTreeMap, sync::Arc};

use arrow::array::{RecordBatch, RecordBatchOptions};
use calypso_columns::{Column, arrow_schema};
use calypso_model::{ClusterState, Database, Table, policy::UpdatePolicyEntry};
use calypso_semantics::{GlobalState, bind};
use calypso_syntax::Severity;
use futures::StreamExt as _;

use super::{Trigger, keeps_nothing};
use crate::{
    App, AppError, BatchStream, QueryRequest, RequestContext, error_sources, error_sources::from_diagnostic,
    ingestion::IngestionOrigin, query::World, table_definition::columns_of,
};

/// The code of a result that does not fit the table.
const SCHEMA_MISMATCH: &str = "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema";
/// Source tables against which the query of a pattern is checked.
const SOURCES_CHECKED_MAX: usize = 100;

/// Checks one entry of the policy of `target`: its source, and that its result fits. A query whose columns depend on
/// data is checked when it runs.
///
/// # Errors
/// `UpdatePolicy_Cyclic_Update_Not_Allowed`, `UpdatePolicy_QuerySchemaDoesNotMatchTableSchema`,
/// `BadRequest_TableNotExist`, or what is wrong with the query.
pub(crate) fn check_entry(
    state: &Arc<ClusterState>,
    database: &Database,
    target: &Table,
    entry: &UpdatePolicyEntry,
) -> Result<(), AppError> {
    if !entry.is_enabled {
        return Ok(());
    }
    if entry.reads(&target.name) {
        let message = format!("The update policy of table '{}' cannot have the table as its source.", target.name);
        return Err(AppError::coded("UpdatePolicy_Cyclic_Update_Not_Allowed", message));
    }
    if !entry.source_is_wild_card && !database.tables.contains_key(&entry.source) {
        return Err(AppError::table_not_found(&database.name, &entry.source));
    }
    let sources = database.tables.values().filter(|table| entry.reads(&table.name));
    for source in sources.take(SOURCES_CHECKED_MAX) {
        if !entry.is_transactional && keeps_nothing(state, database, source) {
            return Err(AppError::argument(format!(
                "table '{}' has a soft-delete period of zero, so an update policy over it must be transactional",
                source.name
            )));
        }
        check_query(state, database, target, entry, source)?;
    }
    Ok(())
}

fn check_query(
    state: &Arc<ClusterState>,
    database: &Database,
    target: &Table,
    entry: &UpdatePolicyEntry,
    source: &Table,
) -> Result<(), AppError> {
    let parsed = calypso_syntax::parse(&entry.query);
    let globals = GlobalState {
        cluster: Arc::clone(state),
        database: database.name.clone(),
        source_table: Some(source.name.clone()),
        ..GlobalState::default()
    };
    let binding = bind(&parsed.script, &globals);
    let mut findings = parsed.diagnostics.iter().chain(&binding.diagnostics);
    if let Some(finding) = findings.find(|finding| finding.severity == Severity::Error) {
        return Err(from_diagnostic(&entry.query, finding));
    }
    if binding.probe.is_some() {
        return Ok(());
    }
    let [result] = binding.script.results.as_slice() else { return Err(one_result()) };
    let columns = result.relation.columns.iter().map(|column| Column::new(column.name.clone(), column.ty));
    check_schema(target, &columns.collect::<Vec<_>>())
}

fn one_result() -> AppError {
    AppError::argument("the query of an update policy must have exactly one result")
}

/// Types must be the same in the same order; names do not count.
fn check_schema(target: &Table, columns: &[Column]) -> Result<(), AppError> {
    let known = columns_of(target);
    if columns.iter().map(|column| column.ty).eq(known.iter().map(|column| column.ty)) {
        return Ok(());
    }
    let text = |columns: &[Column]| {
        let columns = columns.iter().map(|column| format!("{}:{}", column.name, column.ty));
        columns.collect::<Vec<_>>().join(", ")
    };
    let message = format!(
        "Query schema does not match table schema. QuerySchema=({}), TableSchema=({})",
        text(columns),
        text(&known)
    );
    Err(AppError::coded(SCHEMA_MISMATCH, message))
}

/// Runs the query over `world`; the rows come in the target's schema.
pub(super) async fn run(
    app: &App,
    origin: &IngestionOrigin,
    database: &Database,
    trigger: &Trigger,
    world: World,
) -> Result<BatchStream, AppError> {
    let mut ctx = RequestContext::internal(origin.activity_id, calypso_clock::Clock::now(app.clock.as_ref()));
    ctx.cancel = origin.cancel.clone();
    ctx.principal.clone_from(&origin.principal);
    let request = QueryRequest {
        database: Some(database.name.clone()),
        text: trigger.entry.query.clone(),
        parameters: BTreeMap::new(),
        ..QueryRequest::default()
    };
    let (columns, batches) = app.run_over(&ctx, &request, world).await?;
    check_schema(&trigger.target, &columns)?;
    let schema = arrow_schema(&columns_of(&trigger.target));
    let batches = batches.map(move |batch| {
        let batch = batch?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(schema.clone(), batch.columns().to_vec(), &options).map_err(|error| {
            error_sources::log(&error);
            AppError::internal("The query's result does not have the announced columns.")
        })
    });
    Ok(batches.boxed())
}

/// Says which policy failed. Managed streaming looks for the words "update policy".
pub(super) fn failure(target: &str, source: &str, error: AppError) -> AppError {
    let code = match error.code.as_ref() {
        code if code.starts_with("UpdatePolicy_") => error.code.clone(),
        _ if error.permanent => "UpdatePolicy_BadRequest".into(),
        _ => "UpdatePolicy_IngestionError".into(),
    };
    let message = format!("The update policy of table '{target}' over table '{source}' failed: {}", error.message);
    AppError { code, message, ..error }
}
