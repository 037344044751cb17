//! What ends a response: how it went and what it took.

use std::sync::Arc;

use calypso_app::QueryStatistics;
use calypso_protocol::{QueryCompletionInformation, QueryStatus, ResourceConsumption};

use crate::{frames::table::TableOutcome, request_scope::RequestScope, state::HttpState};

/// Returns the JSON of what the query took, as it stands.
pub(crate) fn consumption(
    statistics: &Arc<QueryStatistics>,
    tables: &[TableOutcome],
    scope: &RequestScope,
    state: &HttpState,
) -> String {
    let reading = statistics.read();
    let elapsed = state.clock.now().since(scope.started_on()).0.max(0).unsigned_abs();
    let execution_time_ticks = if reading.execution_time_ticks > 0 { reading.execution_time_ticks } else { elapsed };
    ResourceConsumption {
        execution_time_ticks,
        cpu_time_ticks: reading.cpu_time_ticks,
        memory_peak_bytes: reading.memory_peak_bytes,
        extents_total: reading.extents_total,
        extents_scanned: reading.extents_scanned,
        rows_total: reading.rows_total,
        rows_scanned: reading.rows_scanned,
        tables: tables.iter().map(|table| (table.row_count, table.size_bytes)).collect(),
    }
    .to_json()
}

/// Returns what the rows of the V2 completion table share.
pub(crate) fn completion_information(scope: &RequestScope, state: &HttpState) -> QueryCompletionInformation {
    QueryCompletionInformation {
        timestamp: state.clock.now().to_iso(),
        client_request_id: scope.client_request_id(),
        activity_id: scope.activity_id().to_string(),
    }
}

/// Returns what the rows of the V1 status table share.
pub(crate) fn query_status(scope: &RequestScope, state: &HttpState) -> QueryStatus {
    QueryStatus {
        timestamp: state.clock.now().to_iso(),
        client_request_id: scope.client_request_id(),
        activity_id: scope.activity_id().to_string(),
    }
}
