//! The status table of a V1 response with contents.

use calypso_types::ScalarType;

use crate::{WireColumn, columns::push_string};

/// What a row reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryStatusRow {
    Succeeded,
    /// Severity 2: clients raise an error.
    Failed {
        message: String,
    },
    /// The text of [`crate::ResourceConsumption`], as a string: Go accepts no object here.
    Consumption {
        json: String,
    },
}

/// The rows' common part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryStatus {
    /// ISO 8601.
    pub timestamp: String,
    pub client_request_id: String,
    pub activity_id: String,
}

impl QueryStatus {
    /// Columns of the table.
    pub const COLUMNS: [WireColumn<'static>; 10] = [
        WireColumn::new("Timestamp", ScalarType::DateTime),
        WireColumn::new("Severity", ScalarType::Int),
        WireColumn::new("SeverityName", ScalarType::String),
        WireColumn::new("StatusCode", ScalarType::Int),
        WireColumn::new("StatusDescription", ScalarType::String),
        WireColumn::new("Count", ScalarType::Int),
        WireColumn::new("RequestId", ScalarType::Guid),
        WireColumn::new("ActivityId", ScalarType::Guid),
        WireColumn::new("SubActivityId", ScalarType::Guid),
        WireColumn::new("ClientActivityId", ScalarType::String),
    ];

    /// Appends `row`.
    pub fn push(&self, out: &mut String, row: &QueryStatusRow) {
        let (head, description) = match row {
            QueryStatusRow::Succeeded => ("4,\"Info\",0,", "Query completed successfully"),
            QueryStatusRow::Failed { message } => ("2,\"Error\",-1,", message.as_str()),
            QueryStatusRow::Consumption { json } => ("6,\"Stats\",0,", json.as_str()),
        };
        out.push_str("[\"");
        out.push_str(&self.timestamp);
        out.push_str("\",");
        out.push_str(head);
        push_string(out, description);
        out.push_str(",1");
        for _ in 0..3 {
            out.push_str(",\"");
            out.push_str(&self.activity_id);
            out.push('"');
        }
        out.push(',');
        push_string(out, &self.client_request_id);
        out.push(']');
    }
}
