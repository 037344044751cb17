//! What a query took: the payload of statistics rows.
//!
//! <https://learn.microsoft.com/kusto/query/query-resource-consumption>

use calypso_types::TimeSpan;
use serde_json::json;

/// Resources of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceConsumption {
    /// Ticks of wall time.
    pub execution_time_ticks: u64,
    /// Ticks of processor time.
    pub cpu_time_ticks: u64,
    pub memory_peak_bytes: u64,
    pub extents_total: u64,
    pub extents_scanned: u64,
    pub rows_total: u64,
    pub rows_scanned: u64,
    /// Rows and bytes of each result table.
    pub tables: Vec<(u64, u64)>,
}

impl ResourceConsumption {
    /// Returns the JSON text in the service's order of members.
    #[must_use]
    pub fn to_json(&self) -> String {
        let cpu = TimeSpan(i64::try_from(self.cpu_time_ticks).unwrap_or(i64::MAX)).to_text();
        let shards = json!({ "hitbytes": 0, "missbytes": 0, "retrievebytes": 0 });
        let tables: Vec<_> =
            self.tables.iter().map(|(rows, size)| json!({ "table_row_count": rows, "table_size": size })).collect();
        json!({
            "ExecutionTime": self.execution_time_ticks as f64 / 1e7,
            "resource_usage": {
                "cache": { "shards": { "hot": shards, "cold": shards, "bypassbytes": 0 } },
                "cpu": { "user": cpu, "kernel": "00:00:00", "total cpu": cpu },
                "memory": { "peak_per_node": self.memory_peak_bytes },
            },
            "input_dataset_statistics": {
                "extents": { "total": self.extents_total, "scanned": self.extents_scanned },
                "rows": { "total": self.rows_total, "scanned": self.rows_scanned },
            },
            "dataset_statistics": tables,
        })
        .to_string()
    }
}
