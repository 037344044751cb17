//! The V1 dataset: `{"Tables":[…]}`, of one table or of results, extended properties, status and contents.
//!
//! Go takes the last of two or more tables for a table of contents, so there are never two.
//! <https://learn.microsoft.com/kusto/api/rest/response-http>

use calypso_types::ScalarType;
use uuid::Uuid;

use crate::{WireColumn, columns};

/// What stands before the first table.
pub const OPEN: &str = "{\"Tables\":[";
/// What ends the rows of a table, and the table.
pub const CLOSE_ROWS: &str = "]}";
/// What stands after the last table.
pub const CLOSE: &str = "]}";

/// Column of the extended properties table.
pub const EXTENDED_PROPERTIES_COLUMNS: [WireColumn<'static>; 1] = [WireColumn::new("Value", ScalarType::String)];

/// Columns of the table of contents.
pub const CONTENTS_COLUMNS: [WireColumn<'static>; 5] = [
    WireColumn::new("Ordinal", ScalarType::Long),
    WireColumn::new("Kind", ScalarType::String),
    WireColumn::new("Name", ScalarType::String),
    WireColumn::new("Id", ScalarType::String),
    WireColumn::new("PrettyName", ScalarType::String),
];

/// Columns of the answer to a streaming ingestion.
pub const STREAMING_RESULT_COLUMNS: [WireColumn<'static>; 4] = [
    WireColumn::new("ConsumedRecordsCount", ScalarType::Long),
    WireColumn::new("UpdatePolicyStatus", ScalarType::String),
    WireColumn::new("UpdatePolicyFailureCode", ScalarType::String),
    WireColumn::new("UpdatePolicyFailureReason", ScalarType::String),
];

/// What a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    QueryResult,
    QueryProperties,
    QueryStatus,
}

/// A row of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentsRow {
    pub kind: TableKind,
    /// `PrimaryResult` unless the query named it; ignored for the others.
    pub name: String,
    /// Nil for the status table.
    pub id: Uuid,
}

impl ContentsRow {
    /// Appends the row that describes table `ordinal`.
    pub fn push(&self, out: &mut String, ordinal: usize) {
        let (kind, name) = match self.kind {
            TableKind::QueryResult => ("QueryResult", self.name.as_str()),
            TableKind::QueryProperties => ("QueryProperties", "@ExtendedProperties"),
            TableKind::QueryStatus => ("QueryStatus", "QueryStatus"),
        };
        out.push('[');
        out.push_str(&ordinal.to_string());
        out.push_str(",\"");
        out.push_str(kind);
        out.push_str("\",");
        columns::push_string(out, name);
        out.push_str(",\"");
        out.push_str(&self.id.to_string());
        out.push_str("\",\"\"]");
    }
}

/// Appends table `index` up to the opening bracket of its rows.
pub fn open_table(out: &mut String, index: usize, columns: &[WireColumn<'_>]) {
    out.push_str("{\"TableName\":\"Table_");
    out.push_str(&index.to_string());
    out.push_str("\",\"Columns\":");
    columns::push_v1(out, columns);
    out.push_str(",\"Rows\":[");
}

/// Appends the object that stands in place of a row when a table fails: old clients read `Exceptions`, newer ones
/// `OneApiErrors`. `error` is the text of an [`crate::ErrorEnvelope`], `message` its particulars.
pub fn push_error_row(out: &mut String, error: &str, message: &str) {
    out.push_str("{\"OneApiErrors\":[");
    out.push_str(error);
    out.push_str("],\"Exceptions\":[");
    columns::push_string(out, message);
    out.push_str("]}");
}

/// Returns the answer to a streaming ingestion.
#[must_use]
pub fn streaming_result(consumed_records: u64, update_policy: (&str, &str, Option<&str>)) -> String {
    let (status, code, reason) = update_policy;
    let row = serde_json::json!([consumed_records, status, code, reason]);
    let mut out = String::with_capacity(512);
    out.push_str(OPEN);
    open_table(&mut out, 0, &STREAMING_RESULT_COLUMNS);
    out.push_str(&row.to_string());
    out.push_str(CLOSE_ROWS);
    out.push_str(CLOSE);
    out
}
