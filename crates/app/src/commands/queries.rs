//! Commands about requests that run or ran.
//!
//! <https://learn.microsoft.com/kusto/management/show-queries-command>

use calypso_syntax::ast::command::{CommandProperties, RunningQueries};
use calypso_types::{Scalar, ScalarType, TimeSpan};
use serde_json::{Value, json};

use super::CommandScope;
use crate::{
    AppError,
    command_table::{CommandTable, count, dynamic, guid},
    request_log::{LoggedRequest, QUERY},
};

/// The one workload group there is.
const WORKLOAD_GROUP: &str = "default";

const QUERY_COLUMNS: [(&str, ScalarType); 19] = [
    ("ClientActivityId", ScalarType::String),
    ("Text", ScalarType::String),
    ("Database", ScalarType::String),
    ("StartedOn", ScalarType::DateTime),
    ("LastUpdatedOn", ScalarType::DateTime),
    ("Duration", ScalarType::TimeSpan),
    ("State", ScalarType::String),
    ("RootActivityId", ScalarType::Guid),
    ("User", ScalarType::String),
    ("FailureReason", ScalarType::String),
    ("TotalCpu", ScalarType::TimeSpan),
    ("CacheStatistics", ScalarType::Dynamic),
    ("Application", ScalarType::String),
    ("MemoryPeak", ScalarType::Long),
    ("ScannedExtentsStatistics", ScalarType::Dynamic),
    ("Principal", ScalarType::String),
    ("ClientRequestProperties", ScalarType::Dynamic),
    ("ResultSetStatistics", ScalarType::Dynamic),
    ("WorkloadGroup", ScalarType::String),
];

fn query_row(request: &LoggedRequest, updated_on: calypso_types::DateTime) -> Vec<Scalar> {
    vec![
        request.client_request_id.as_str().into(),
        request.text.as_str().into(),
        request.database.as_str().into(),
        request.started_on.into(),
        updated_on.into(),
        updated_on.since(request.started_on).into(),
        request.state.into(),
        guid(request.activity_id),
        request.user.as_str().into(),
        request.failure_reason.as_str().into(),
        cpu(request),
        dynamic(&json!({})),
        request.application.as_str().into(),
        count(request.statistics.memory_peak_bytes),
        dynamic(&scanned(request)),
        request.principal.as_str().into(),
        dynamic(&json!({})),
        dynamic(&json!({})),
        WORKLOAD_GROUP.into(),
    ]
}

fn cpu(request: &LoggedRequest) -> Scalar {
    TimeSpan(i64::try_from(request.statistics.cpu_time_ticks).unwrap_or(i64::MAX)).into()
}

fn scanned(request: &LoggedRequest) -> Value {
    let statistics = &request.statistics;
    json!({
        "TotalExtentsCount": statistics.extents_total,
        "ScannedExtentsCount": statistics.extents_scanned,
        "TotalRowsCount": statistics.rows_total,
        "ScannedRowsCount": statistics.rows_scanned,
    })
}

fn is_query(request: &&LoggedRequest) -> bool {
    request.command_type == QUERY
}

/// `.show queries`: those that have ended.
pub(crate) fn show_ended(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&QUERY_COLUMNS);
    for request in scope.app.requests.ended().iter().filter(is_query) {
        result.push(query_row(request, request.last_updated_on));
    }
    result
}

/// `.show running queries`.
pub(crate) fn show_running(scope: &CommandScope, filter: &RunningQueries) -> CommandTable {
    let admits = |request: &LoggedRequest| match filter {
        RunningQueries::All => true,
        RunningQueries::Own => request.principal == scope.ctx.principal,
        RunningQueries::OfUser(user) => request.user == *user || request.principal == *user,
    };
    let now = scope.app.clock.now();
    let mut result = CommandTable::new(&QUERY_COLUMNS);
    for request in scope.app.requests.running().iter().filter(is_query).filter(|request| admits(request)) {
        result.push(query_row(request, now));
    }
    result
}

/// `.cancel query "client request id"`.
///
/// # Errors
/// When no running request has that id.
pub(crate) fn cancel(
    scope: &CommandScope,
    client_request_id: &str,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let cancelled = scope.app.requests.cancel(client_request_id);
    if cancelled.is_empty() {
        return Err(AppError::entity_not_found("Query", client_request_id));
    }
    let reason = properties.text("reason").unwrap_or_default();
    let mut result = CommandTable::new(&[
        ("ClientRequestId", ScalarType::String),
        ("RootActivityId", ScalarType::Guid),
        ("StartedOn", ScalarType::DateTime),
        ("CancellationState", ScalarType::String),
        ("ReasonPhrase", ScalarType::String),
    ]);
    for request in cancelled {
        result.push([
            request.client_request_id.as_str().into(),
            guid(request.activity_id),
            request.started_on.into(),
            "Canceled successfully".into(),
            reason.as_str().into(),
        ]);
    }
    Ok(result)
}

/// `.show commands`.
///
/// <https://learn.microsoft.com/kusto/management/show-commands>
pub(crate) fn show_commands(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&[
        ("ClientActivityId", ScalarType::String),
        ("CommandType", ScalarType::String),
        ("Text", ScalarType::String),
        ("Database", ScalarType::String),
        ("StartedOn", ScalarType::DateTime),
        ("LastUpdatedOn", ScalarType::DateTime),
        ("Duration", ScalarType::TimeSpan),
        ("State", ScalarType::String),
        ("RootActivityId", ScalarType::Guid),
        ("User", ScalarType::String),
        ("FailureReason", ScalarType::String),
        ("Application", ScalarType::String),
        ("Principal", ScalarType::String),
        ("TotalCpu", ScalarType::TimeSpan),
        ("ResourcesUtilization", ScalarType::Dynamic),
        ("WorkloadGroup", ScalarType::String),
    ]);
    for request in scope.app.requests.ended().iter().filter(|request| !is_query(request)) {
        let utilization =
            json!({ "MemoryPeak": request.statistics.memory_peak_bytes, "ScannedExtentsStatistics": scanned(request) });
        let mut row = common(request);
        row.extend([cpu(request), dynamic(&utilization), WORKLOAD_GROUP.into()]);
        result.push(row);
    }
    result
}

/// The first thirteen columns of `.show commands` and `.show commands-and-queries`, but for the order of the last.
fn common(request: &LoggedRequest) -> Vec<Scalar> {
    vec![
        request.client_request_id.as_str().into(),
        request.command_type.as_str().into(),
        request.text.as_str().into(),
        request.database.as_str().into(),
        request.started_on.into(),
        request.last_updated_on.into(),
        request.last_updated_on.since(request.started_on).into(),
        request.state.into(),
        guid(request.activity_id),
        request.user.as_str().into(),
        request.failure_reason.as_str().into(),
        request.application.as_str().into(),
        request.principal.as_str().into(),
    ]
}

const COMMAND_AND_QUERY_COLUMNS: [(&str, ScalarType); 20] = [
    ("ClientActivityId", ScalarType::String),
    ("CommandType", ScalarType::String),
    ("Text", ScalarType::String),
    ("Database", ScalarType::String),
    ("StartedOn", ScalarType::DateTime),
    ("LastUpdatedOn", ScalarType::DateTime),
    ("Duration", ScalarType::TimeSpan),
    ("State", ScalarType::String),
    ("FailureReason", ScalarType::String),
    ("RootActivityId", ScalarType::Guid),
    ("User", ScalarType::String),
    ("Application", ScalarType::String),
    ("Principal", ScalarType::String),
    ("ClientRequestProperties", ScalarType::Dynamic),
    ("TotalCpu", ScalarType::TimeSpan),
    ("MemoryPeak", ScalarType::Long),
    ("CacheStatistics", ScalarType::Dynamic),
    ("ScannedExtentsStatistics", ScalarType::Dynamic),
    ("ResultSetStatistics", ScalarType::Dynamic),
    ("WorkloadGroup", ScalarType::String),
];

/// `.show commands-and-queries`.
///
/// <https://learn.microsoft.com/kusto/management/commands-and-queries>
pub(crate) fn show_commands_and_queries(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&COMMAND_AND_QUERY_COLUMNS);
    for request in &scope.app.requests.ended() {
        let mut row = common(request);
        // Here the reason of a failure stands before the activity.
        row[8..=10].rotate_right(1);
        row.extend([
            dynamic(&json!({})),
            cpu(request),
            count(request.statistics.memory_peak_bytes),
            dynamic(&json!({})),
            dynamic(&scanned(request)),
            dynamic(&json!({})),
            WORKLOAD_GROUP.into(),
        ]);
        result.push(row);
    }
    result
}
