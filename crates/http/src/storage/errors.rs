//! Refusals of the storage account: Azure's statuses and codes.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes>

use axum::{http::StatusCode, response::Response};
use calypso_staging::{
    Error, HTTPS_ONLY, LACKS_PERMISSION, what,
    wire::error_body::{error_json, error_xml},
};

use super::{empty, set, with_body};

/// How an error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Blobs and queues.
    Xml,
    /// Tables.
    Json,
}

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn no_such_resource() -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", "The specified resource does not exist.")
    }

    /// A query parameter has a value that it cannot have.
    pub(super) fn query_value(name: &str) -> Self {
        let message = format!("The value of the query parameter '{name}' is not valid.");
        Self::new(StatusCode::BAD_REQUEST, "InvalidQueryParameterValue", message)
    }

    /// A query parameter asks for something that is not here.
    pub(super) fn query_not_supported(name: &str, value: &str) -> Self {
        let message = format!("The query parameter '{name}={value}' is not supported.");
        Self::new(StatusCode::BAD_REQUEST, "UnsupportedQueryParameter", message)
    }

    /// A header has a value that it cannot have.
    pub(super) fn header_value(name: &str) -> Self {
        let message = format!("The value of the header '{name}' is not valid.");
        Self::new(StatusCode::BAD_REQUEST, "InvalidHeaderValue", message)
    }

    /// A header asks for something that is not here.
    pub(super) fn header_not_supported(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "UnsupportedHeader", format!("The header '{name}' is not supported."))
    }

    /// The resource does not take the method.
    pub(super) fn method_not_supported() -> Self {
        let message = "The resource does not support the method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedHttpVerb", message)
    }

    pub(super) fn respond(self, dialect: Dialect, is_head: bool) -> Response {
        let mut response = if is_head || self.status == StatusCode::NOT_MODIFIED {
            empty(self.status)
        } else {
            let (body, content_type) = match dialect {
                Dialect::Xml => (error_xml(self.code, &self.message), "application/xml"),
                Dialect::Json => (error_json(self.code, &self.message), "application/json;odata=minimalmetadata"),
            };
            let mut response = with_body(self.status, body);
            set(&mut response, "content-type", content_type);
            response
        };
        set(&mut response, "x-ms-error-code", self.code);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            set(&mut response, "retry-after", "1");
        }
        response
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let (status, code) = match &error {
            Error::NotFound { what } => (StatusCode::NOT_FOUND, not_found(what)),
            Error::Forbidden { reason: LACKS_PERMISSION } => (StatusCode::FORBIDDEN, "AuthorizationPermissionMismatch"),
            Error::Forbidden { reason: HTTPS_ONLY } => (StatusCode::FORBIDDEN, "AuthorizationProtocolMismatch"),
            Error::Forbidden { .. } => (StatusCode::FORBIDDEN, "AuthenticationFailed"),
            Error::AlreadyExists { what: what::ENTITY } => (StatusCode::CONFLICT, "EntityAlreadyExists"),
            Error::AlreadyExists { .. } => (StatusCode::CONFLICT, "BlobAlreadyExists"),
            Error::ConditionNotMet { what: what::ENTITY } => {
                (StatusCode::PRECONDITION_FAILED, "UpdateConditionNotSatisfied")
            }
            Error::ConditionNotMet { .. } => (StatusCode::PRECONDITION_FAILED, "ConditionNotMet"),
            Error::InvalidBlockList => (StatusCode::BAD_REQUEST, "InvalidBlockList"),
            Error::Invalid { .. } => (StatusCode::BAD_REQUEST, "InvalidInput"),
            Error::TooLarge { what: what::BLOCKS, .. } => (StatusCode::CONFLICT, "BlockCountExceedsLimit"),
            Error::TooLarge { what: what::KEY, .. } => (StatusCode::BAD_REQUEST, "KeyValueTooLarge"),
            Error::TooLarge { what: what::METADATA, .. } => (StatusCode::BAD_REQUEST, "MetadataTooLarge"),
            Error::TooLarge { what: what::PROPERTIES, .. } => (StatusCode::BAD_REQUEST, "TooManyProperties"),
            Error::TooLarge { what: what::PROPERTY, .. } => (StatusCode::BAD_REQUEST, "PropertyValueTooLarge"),
            Error::TooLarge { what: what::ENTITY, .. } => (StatusCode::BAD_REQUEST, "EntityTooLarge"),
            Error::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "RequestBodyTooLarge"),
            // Clients try again after these.
            Error::Full { .. } | Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "ServerBusy"),
        };
        if let Error::Unavailable { source, .. } = &error {
            tracing::warn!(%error, source, "staging storage does not work");
        }
        Self::new(status, code, error.to_string())
    }
}

fn not_found(what: &str) -> &'static str {
    match what {
        what::BLOB => "BlobNotFound",
        what::CONTAINER => "ContainerNotFound",
        what::MESSAGE => "MessageNotFound",
        what::QUEUE => "QueueNotFound",
        what::TABLE => "TableNotFound",
        _ => "ResourceNotFound",
    }
}
