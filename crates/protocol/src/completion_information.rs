//! The table that ends a V2 response: how the query went and what it took.

use calypso_types::ScalarType;

use crate::{WireColumn, columns::push_string};

/// `E_QUERY_RESULT_SET_TOO_LARGE` (0x80DA0003) as a signed number.
const RESULT_SET_TOO_LARGE: i32 = -2_133_196_797;

/// What a row reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompletionEvent {
    /// The query ended well.
    Succeeded,
    /// The result was cut and the client asked not to be told by an error. Level 2: clients may still raise one.
    LimitsExceeded { message: String },
    /// The text of [`crate::ResourceConsumption`].
    Consumption { json: String },
}

/// The rows' common part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCompletionInformation {
    /// ISO 8601.
    pub timestamp: String,
    pub client_request_id: String,
    pub activity_id: String,
}

impl QueryCompletionInformation {
    /// Columns of the table.
    pub const COLUMNS: [WireColumn<'static>; 12] = [
        WireColumn::new("Timestamp", ScalarType::DateTime),
        WireColumn::new("ClientRequestId", ScalarType::String),
        WireColumn::new("ActivityId", ScalarType::Guid),
        WireColumn::new("SubActivityId", ScalarType::Guid),
        WireColumn::new("ParentActivityId", ScalarType::Guid),
        WireColumn::new("Level", ScalarType::Int),
        WireColumn::new("LevelName", ScalarType::String),
        WireColumn::new("StatusCode", ScalarType::Int),
        WireColumn::new("StatusCodeName", ScalarType::String),
        WireColumn::new("EventType", ScalarType::Int),
        WireColumn::new("EventTypeName", ScalarType::String),
        WireColumn::new("Payload", ScalarType::String),
    ];

    /// Appends the row of `event`.
    pub fn push(&self, out: &mut String, event: &CompletionEvent) {
        out.push_str("[\"");
        out.push_str(&self.timestamp);
        out.push_str("\",");
        push_string(out, &self.client_request_id);
        for _ in 0..3 {
            out.push_str(",\"");
            out.push_str(&self.activity_id);
            out.push('"');
        }
        out.push(',');
        match event {
            CompletionEvent::Succeeded => {
                out.push_str("4,\"Info\",0,\"S_OK (0)\",4,\"QueryInfo\",");
                push_string(out, &counted("Query completed successfully"));
            }
            CompletionEvent::LimitsExceeded { message } => {
                out.push_str(&format!(
                    "2,\"Error\",{RESULT_SET_TOO_LARGE},\"Query result set too large \
                     (E_QUERY_RESULT_SET_TOO_LARGE). ({RESULT_SET_TOO_LARGE})\",1,\"QueryLimitsExceeded\","
                ));
                push_string(out, &counted(message));
            }
            CompletionEvent::Consumption { json } => {
                out.push_str("6,\"Stats\",0,\"S_OK (0)\",0,\"QueryResourceConsumption\",");
                push_string(out, json);
            }
        }
        out.push(']');
    }
}

fn counted(text: &str) -> String {
    let mut out = String::from("{\"Count\":1,\"Text\":");
    push_string(&mut out, text);
    out.push('}');
    out
}
