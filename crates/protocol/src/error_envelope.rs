//! The error object of failed requests and failed results ("OneAPI" error).
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http#json-encoding-of-errors>

use serde::Serialize;

/// `message` of an error that the request itself caused.
pub const REQUEST_INVALID: &str = "Request is invalid and cannot be executed.";
/// `message` of an error that repeating the request may cure.
pub const REQUEST_NOT_COMPLETED: &str = "Request could not be completed.";

/// Where and when an error happened. Members that make no sense here have fixed values: clients expect them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorContext {
    pub timestamp: String,
    pub service_alias: String,
    pub machine_name: String,
    pub process_name: String,
    pub process_id: u32,
    pub thread_id: u32,
    pub client_request_id: String,
    pub activity_id: String,
    pub sub_activity_id: String,
    pub activity_type: String,
    pub parent_activity_id: String,
    pub activity_stack: String,
}

impl ErrorContext {
    /// Returns the context of a request; `timestamp` is ISO 8601.
    #[must_use]
    pub fn new(timestamp: String, client_request_id: &str, activity_id: &str, activity_type: &str) -> Self {
        Self {
            timestamp,
            service_alias: "LOCAL".to_owned(),
            machine_name: "calypso".to_owned(),
            process_name: "calypso".to_owned(),
            process_id: std::process::id(),
            thread_id: 1,
            client_request_id: client_request_id.to_owned(),
            activity_id: activity_id.to_owned(),
            sub_activity_id: activity_id.to_owned(),
            activity_type: activity_type.to_owned(),
            parent_activity_id: activity_id.to_owned(),
            activity_stack: format!(
                "(Activity stack: CRID={client_request_id} ARID={activity_id} > {activity_type}/{activity_id})"
            ),
        }
    }
}

/// The cause beneath an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InnerErrorEnvelope {
    pub code: String,
    pub message: String,
    #[serde(rename = "@type")]
    pub type_: String,
    #[serde(rename = "@message")]
    pub detail: String,
    #[serde(rename = "@context")]
    pub context: ErrorContext,
    #[serde(rename = "@permanent")]
    pub permanent: bool,
    #[serde(rename = "@errorCode")]
    pub error_code: String,
    #[serde(rename = "@errorMessage")]
    pub error_message: String,
}

/// An error as clients read it. `code`, `message`, `@message` and `@permanent` are the members they rely on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorEnvelope {
    pub code: String,
    /// A general sentence; the particulars are in `detail`.
    pub message: String,
    #[serde(rename = "@type")]
    pub type_: String,
    #[serde(rename = "@message")]
    pub detail: String,
    #[serde(rename = "@context")]
    pub context: ErrorContext,
    #[serde(rename = "@permanent")]
    pub permanent: bool,
    #[serde(rename = "innererror", skip_serializing_if = "Option::is_none")]
    pub inner: Option<InnerErrorEnvelope>,
}

#[derive(Serialize)]
struct Wrapped<'a> {
    error: &'a ErrorEnvelope,
}

impl ErrorEnvelope {
    /// Returns `{"error":{…}}`: the body of a failed request and an element of `OneApiErrors`.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Wrapped { error: self }).expect("strings and numbers always serialize")
    }
}
