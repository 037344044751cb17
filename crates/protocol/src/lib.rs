//! Kusto's REST wire types, shared by the server and its clients: bodies, options, frames, errors.
//!
//! Knows neither axum nor reqwest nor Arrow. Requests first, then errors, then the two response layouts.

mod request_body;
mod request_options;
mod request_properties;

mod blob_reference;
mod client_request_id;

mod error_envelope;

mod columns;
pub mod v1;
pub mod v2;

mod completion_information;
mod query_status;
mod resource_consumption;
mod visualization;

mod auth_metadata;

mod base64_text;
mod ingestion_message;
mod ingestion_rest;
mod ingestion_status;
mod members;
mod posted_message;

pub use auth_metadata::AuthMetadata;
pub use blob_reference::BlobReference;
pub use client_request_id::{managed_streaming_source_id, unspecified_client_request_id};
pub use columns::WireColumn;
pub use completion_information::{CompletionEvent, QueryCompletionInformation};
pub use error_envelope::{ErrorContext, ErrorEnvelope, InnerErrorEnvelope, REQUEST_INVALID, REQUEST_NOT_COMPLETED};
pub use ingestion_message::{IngestionMessage, MESSAGE_BYTES_MAX, ReportLevel, ReportMethod, StatusEntityKey};
pub use ingestion_rest::{
    BlobFailure, BlobStatus, IngestionConfiguration, OperationStatus, SubmissionBody, SubmittedBlob, submission_body,
    submission_result, submitted_operation,
};
pub use ingestion_status::{FailureNotice, FailureStatus, IngestionNotice, IngestionStatus};
pub use posted_message::{PostedMessage, StatusTableReference};
pub use query_status::{QueryStatus, QueryStatusRow};
pub use request_body::RequestBody;
pub use request_options::{ErrorReportingPlacement, RequestOptions, SERVER_TIMEOUT_MAX};
pub use request_properties::RequestProperties;
pub use resource_consumption::ResourceConsumption;
pub use visualization::Visualization;

/// A request that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("request body is not valid JSON: {0}")]
    BodyJson(String),
    #[error("request body lacks the member '{0}'")]
    MissingMember(&'static str),
    #[error("member '{0}' of the request body must be {1}")]
    WrongMember(&'static str, &'static str),
    #[error("request option '{name}' has an invalid value '{value}': expected {expected}")]
    WrongOption { name: String, value: String, expected: &'static str },
}
