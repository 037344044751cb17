//! Commands about streaming ingestion: what it did, what failed, what waits in row stores.
//!
//! <https://learn.microsoft.com/kusto/management/streaming-ingestion-statistics>

use calypso_syntax::ast::Name;
use calypso_types::{ScalarType, TimeSpan};
use serde_json::{Value, json};

use super::{
    CommandScope,
    cluster::{NODE, done_on_node},
};
use crate::{
    AppError,
    command_table::{CommandTable, count, dynamic, guid, optional_datetime},
    streaming_log::StreamingBucket,
};

fn properties(bucket: &StreamingBucket) -> Value {
    json!({
        "Mapping": bucket.mapping,
        "Format": bucket.format,
        "Compressed": bucket.compressed,
        "IngestionSource": if bucket.from_storage { "Storage" } else { "Stream" },
    })
}

const STATISTICS_COLUMNS: [(&str, ScalarType); 19] = [
    ("Database", ScalarType::String),
    ("Table", ScalarType::String),
    ("StartTime", ScalarType::DateTime),
    ("EndTime", ScalarType::DateTime),
    ("Count", ScalarType::Long),
    ("MinDuration", ScalarType::TimeSpan),
    ("MaxDuration", ScalarType::TimeSpan),
    ("AvgDuration", ScalarType::TimeSpan),
    ("TotalDataSize", ScalarType::Long),
    ("MinDataSize", ScalarType::Long),
    ("MaxDataSize", ScalarType::Long),
    ("TotalRowCount", ScalarType::Long),
    ("MinRowCount", ScalarType::Long),
    ("MaxRowCount", ScalarType::Long),
    ("IngestionStatus", ScalarType::String),
    ("NumOfRowStoresReferences", ScalarType::Int),
    ("Principal", ScalarType::String),
    ("NodeId", ScalarType::String),
    ("IngestionProperties", ScalarType::Dynamic),
];

/// `.show streamingingestion statistics`.
pub(crate) fn statistics(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&STATISTICS_COLUMNS);
    for bucket in scope.app.streaming.list() {
        let count_of = i64::try_from(bucket.count).unwrap_or(i64::MAX).max(1);
        result.push([
            bucket.database.as_str().into(),
            bucket.table.as_str().into(),
            bucket.first_on.into(),
            bucket.last_on.into(),
            count(bucket.count),
            bucket.duration.min.into(),
            bucket.duration.max.into(),
            TimeSpan(bucket.duration.total.0 / count_of).into(),
            count(bucket.bytes.total),
            count(bucket.bytes.min),
            count(bucket.bytes.max),
            count(bucket.rows.total),
            count(bucket.rows.min),
            count(bucket.rows.max),
            bucket.status().into(),
            1.into(),
            bucket.principal.as_str().into(),
            NODE.into(),
            dynamic(&properties(&bucket)),
        ]);
    }
    result
}

/// `.show streamingingestion failures`.
///
/// <https://learn.microsoft.com/kusto/management/streaming-ingestion-failures>
pub(crate) fn failures(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&[
        ("Database", ScalarType::String),
        ("Table", ScalarType::String),
        ("Principal", ScalarType::String),
        ("RootActivityId", ScalarType::Guid),
        ("IngestionProperties", ScalarType::Dynamic),
        ("Count", ScalarType::Long),
        ("FirstFailureOn", ScalarType::DateTime),
        ("LastFailureOn", ScalarType::DateTime),
        ("FailureKind", ScalarType::String),
        ("ErrorCode", ScalarType::String),
        ("Details", ScalarType::String),
    ]);
    for bucket in scope.app.streaming.list() {
        let Some(failure) = &bucket.failure else { continue };
        result.push([
            bucket.database.as_str().into(),
            bucket.table.as_str().into(),
            bucket.principal.as_str().into(),
            guid(bucket.activity_id),
            dynamic(&properties(&bucket)),
            count(bucket.count),
            bucket.first_on.into(),
            bucket.last_on.into(),
            if failure.permanent { "Permanent" } else { "Transient" }.into(),
            failure.code.as_str().into(),
            failure.details.as_str().into(),
        ]);
    }
    result
}

/// `.show row stores`: the row stores that hold rows now. Kusto does not document its columns; these are ours.
pub(crate) fn row_stores(scope: &CommandScope) -> CommandTable {
    let state = scope.state();
    let mut result = CommandTable::new(&[
        ("RowStoreName", ScalarType::String),
        ("DatabaseName", ScalarType::String),
        ("TableName", ScalarType::String),
        ("RowCount", ScalarType::Long),
        ("EstimatedDataSize", ScalarType::Long),
        ("OldestRowOn", ScalarType::DateTime),
        ("AssignedToNode", ScalarType::String),
    ]);
    for statistics in scope.app.storage.row_store_statistics() {
        let Some((database, table)) = state.table_by_id(statistics.table) else { continue };
        result.push([
            format!("RowStore_{}", statistics.table).into(),
            database.name.as_str().into(),
            table.name.as_str().into(),
            count(statistics.rows),
            count(statistics.bytes),
            optional_datetime(statistics.oldest),
            NODE.into(),
        ]);
    }
    result
}

/// `.clear … cache streamingingestion schema`: every request reads the schema anew, so there is nothing to clear.
pub(crate) fn clear_schema_cache(scope: &CommandScope, table: Option<&Name>) -> Result<CommandTable, AppError> {
    match table {
        Some(table) => scope.table(&scope.state(), &table.text).map(drop)?,
        None => scope.database(&scope.state(), None).map(drop)?,
    }
    Ok(done_on_node(scope))
}

/// `.refresh database 'D' table 'T' cache ingestionbatchingpolicy`: policies are never cached.
pub(crate) fn refresh_batching_policy(
    scope: &CommandScope,
    database: &Name,
    table: &Name,
) -> Result<CommandTable, AppError> {
    let state = scope.state();
    let database = scope.database(&state, Some(database))?;
    if !database.tables.contains_key(&table.text) {
        return Err(AppError::table_not_found(&database.name, &table.text));
    }
    Ok(done_on_node(scope))
}
