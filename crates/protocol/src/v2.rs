//! V2 frames: the array of `DataSetHeader`, tables and `DataSetCompletion`, byte for byte.
//!
//! Go's reader matches text, so key order and the place of newlines are part of the contract. Rows are not written
//! here: a table is opened, its rows follow, and it is closed.
//! <https://learn.microsoft.com/kusto/api/rest/response-http-v2>

use crate::{ErrorReportingPlacement, WireColumn, columns};

/// Version that every header carries.
pub const VERSION: &str = "v2.0";
/// What ends the rows of a `DataTable` or `TableFragment`, and the frame.
pub const CLOSE_ROWS: &str = "]}";
/// Name of the table before the results.
pub const EXTENDED_PROPERTIES: &str = "@ExtendedProperties";
/// Name of the table after the results.
pub const QUERY_COMPLETION_INFORMATION: &str = "QueryCompletionInformation";

/// What a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    QueryProperties,
    PrimaryResult,
    QueryCompletionInformation,
}

impl TableKind {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::QueryProperties => "QueryProperties",
            Self::PrimaryResult => "PrimaryResult",
            Self::QueryCompletionInformation => "QueryCompletionInformation",
        }
    }
}

/// How frames are strung together: plain, or one per line as Go demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framing {
    pub newlines: bool,
}

impl Framing {
    /// What stands before the first frame.
    pub const OPEN: &'static str = "[";

    /// What stands between two frames.
    #[must_use]
    pub const fn between(self) -> &'static str {
        if self.newlines { "\n," } else { "," }
    }

    /// What stands after the last frame.
    #[must_use]
    pub const fn close(self) -> &'static str {
        if self.newlines { "\n]\n" } else { "]" }
    }
}

/// Appends a `DataSetHeader`; `fragmented` says where errors go if primary tables come in fragments.
pub fn push_header(out: &mut String, fragmented: Option<ErrorReportingPlacement>) {
    out.push_str("{\"FrameType\":\"DataSetHeader\",\"IsProgressive\":false,\"Version\":\"");
    out.push_str(VERSION);
    out.push('"');
    if let Some(placement) = fragmented {
        out.push_str(",\"IsFragmented\":true,\"ErrorReportingPlacement\":\"");
        out.push_str(placement.wire_name());
        out.push('"');
    }
    out.push('}');
}

fn push_table(out: &mut String, id: usize, kind: TableKind, name: &str, columns: &[WireColumn<'_>]) {
    out.push_str(",\"TableId\":");
    out.push_str(&id.to_string());
    out.push_str(",\"TableKind\":\"");
    out.push_str(kind.wire_name());
    out.push_str("\",\"TableName\":");
    columns::push_string(out, name);
    out.push_str(",\"Columns\":");
    columns::push_v2(out, columns);
}

/// Appends a `DataTable` up to the opening bracket of its rows.
pub fn open_data_table(out: &mut String, id: usize, kind: TableKind, name: &str, columns: &[WireColumn<'_>]) {
    out.push_str("{\"FrameType\":\"DataTable\"");
    push_table(out, id, kind, name, columns);
    out.push_str(",\"Rows\":[");
}

/// Appends a `TableHeader`, which precedes fragments.
pub fn push_table_header(out: &mut String, id: usize, kind: TableKind, name: &str, columns: &[WireColumn<'_>]) {
    out.push_str("{\"FrameType\":\"TableHeader\"");
    push_table(out, id, kind, name, columns);
    out.push('}');
}

/// Appends a `TableFragment` up to the opening bracket of its rows.
pub fn open_table_fragment(out: &mut String, id: usize) {
    out.push_str("{\"FrameType\":\"TableFragment\",\"TableFragmentType\":\"DataAppend\",\"TableId\":");
    out.push_str(&id.to_string());
    out.push_str(",\"Rows\":[");
}

/// Appends a `TableCompletion`; `error` is the text of an [`crate::ErrorEnvelope`].
pub fn push_table_completion(out: &mut String, id: usize, row_count: u64, error: Option<&str>) {
    out.push_str("{\"FrameType\":\"TableCompletion\",\"TableId\":");
    out.push_str(&id.to_string());
    out.push_str(",\"RowCount\":");
    out.push_str(&row_count.to_string());
    if let Some(error) = error {
        out.push(',');
        push_one_api_errors(out, error);
    }
    out.push('}');
}

/// Appends a `DataSetCompletion`.
pub fn push_completion(out: &mut String, cancelled: bool, error: Option<&str>) {
    out.push_str("{\"FrameType\":\"DataSetCompletion\",\"HasErrors\":");
    out.push_str(if error.is_some() { "true" } else { "false" });
    out.push_str(",\"Cancelled\":");
    out.push_str(if cancelled { "true" } else { "false" });
    if let Some(error) = error {
        out.push(',');
        push_one_api_errors(out, error);
    }
    out.push('}');
}

/// Appends `"OneApiErrors":[…]`.
fn push_one_api_errors(out: &mut String, error: &str) {
    out.push_str("\"OneApiErrors\":[");
    out.push_str(error);
    out.push(']');
}

/// Appends the object that stands in place of a row when a table fails.
pub fn push_error_row(out: &mut String, error: &str) {
    out.push('{');
    push_one_api_errors(out, error);
    out.push('}');
}
