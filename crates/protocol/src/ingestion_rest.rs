//! Queued ingestion over REST: what to upload where, what is submitted, what became of it.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-use-http>,
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-status-http>. Answers are written in
//! camelCase, which the client of the newer protocol reads with regard to case.

use std::{collections::BTreeMap, fmt};

use calypso_types::DateTime;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Error, FailureStatus,
    ingestion_message::properties_of,
    members::{Members, text_of},
};

mod client_side;

pub use client_side::{submission_body, submitted_operation};

/// How often clients ask for the configuration anew, as a .NET timespan.
const REFRESH_INTERVAL: &str = "01:00:00";

/// What a client of the newer protocol needs to know before it uploads.
#[derive(Clone, PartialEq, Eq)]
pub struct IngestionConfiguration {
    /// URLs of containers with their signatures: secrets, never logged.
    pub containers: Vec<String>,
    /// Most blobs of one submission.
    pub blobs_max: usize,
    /// Largest blob, in bytes.
    pub data_bytes_max: u64,
    /// The service would rather be told of blobs over REST than through its queue.
    pub prefers_rest: bool,
}

impl IngestionConfiguration {
    /// Returns the answer's JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let containers: Vec<Value> = self.containers.iter().map(|path| json!({ "path": path })).collect();
        json!({
            "containerSettings": {
                "containers": containers,
                "lakeFolders": [],
                "refreshInterval": REFRESH_INTERVAL,
                "preferredUploadMethod": "Storage",
            },
            "ingestionSettings": {
                "maxBlobsPerBatch": self.blobs_max,
                "maxDataSize": self.data_bytes_max,
                "preferredIngestionMethod": if self.prefers_rest { "REST" } else { "Legacy" },
            },
        })
        .to_string()
    }
}

impl fmt::Debug for IngestionConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestionConfiguration").field("containers", &self.containers.len()).finish_non_exhaustive()
    }
}

/// A blob of a submission.
#[derive(Clone, PartialEq, Eq)]
pub struct SubmittedBlob {
    /// A URL with its secrets: never log it.
    pub url: String,
    /// The same through all retries of the same data; the server draws one if there is none.
    pub source_id: Option<Uuid>,
    /// Bytes before compression, if the client knows.
    pub raw_size: Option<u64>,
}

impl fmt::Debug for SubmittedBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmittedBlob").field("source_id", &self.source_id).finish_non_exhaustive()
    }
}

/// The body of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionBody {
    pub timestamp: Option<DateTime>,
    pub blobs: Vec<SubmittedBlob>,
    pub enable_tracking: bool,
    pub skip_batching: bool,
    pub delete_after_download: bool,
    pub ignore_size_limit: bool,
    /// Every member of `properties` by name in lower case, as text; arrays and objects are JSON.
    pub properties: BTreeMap<String, String>,
}

impl SubmissionBody {
    /// Reads a body of JSON. Names are matched without regard to case, unknown members are left alone.
    ///
    /// # Errors
    /// When it is no object, lacks `blobs` or `properties.format`, or one of them is of the wrong form.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let body: Value = serde_json::from_slice(bytes).map_err(|error| Error::BodyJson(error.to_string()))?;
        let Value::Object(body) = &body else { return Err(Error::BodyJson("expected an object".to_owned())) };
        let body = Members(body);
        let blobs = body.get("blobs").ok_or(Error::MissingMember("blobs"))?;
        let blobs = blobs.as_array().ok_or(Error::WrongMember("blobs", "an array"))?;
        let blobs = blobs.iter().map(blob).collect::<Result<Vec<_>, Error>>()?;
        let properties = body.get("properties").ok_or(Error::MissingMember("properties"))?;
        let properties = properties.as_object().ok_or(Error::WrongMember("properties", "an object"))?;
        let flags = Members(properties);
        if flags.text("format").is_none_or(|format| format.is_empty()) {
            return Err(Error::MissingMember("properties.format"));
        }
        Ok(Self {
            timestamp: body.text("timestamp").and_then(|text| DateTime::parse(&text)),
            blobs,
            enable_tracking: flags.flag("enableTracking"),
            skip_batching: flags.flag("skipBatching"),
            delete_after_download: flags.flag("deleteAfterDownload"),
            ignore_size_limit: flags.flag("ignoreSizeLimit"),
            properties: properties_of(properties),
        })
    }
}

fn blob(value: &Value) -> Result<SubmittedBlob, Error> {
    let members = value.as_object().ok_or(Error::WrongMember("blobs", "an array of objects"))?;
    let members = Members(members);
    let url = members.text("url").filter(|url| !url.is_empty()).ok_or(Error::MissingMember("blobs[].url"))?;
    let id = members.get("sourceId").map(text_of).filter(|text| !text.is_empty());
    let source_id = id.map(|text| Uuid::try_parse(text.trim())).transpose();
    let source_id = source_id.map_err(|_| Error::WrongMember("blobs[].sourceId", "a guid"))?;
    Ok(SubmittedBlob { url, source_id, raw_size: members.number("rawSize").filter(|size| *size > 0) })
}

/// Returns the answer to a submission; the id is empty when the submission is not tracked.
#[must_use]
pub fn submission_result(operation: Option<Uuid>) -> String {
    json!({ "ingestionOperationId": operation.map(|id| id.to_string()).unwrap_or_default() }).to_string()
}

/// Where one blob of an operation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobStatus {
    pub source_id: Uuid,
    /// Without its secrets.
    pub url: String,
    /// `Queued`, `InProgress`, `Succeeded`, `Failed` or `Canceled`.
    pub status: &'static str,
    pub started_on: DateTime,
    pub updated_on: DateTime,
    pub failure: Option<BlobFailure>,
}

/// Why a blob failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobFailure {
    pub error_code: String,
    pub status: FailureStatus,
    pub details: String,
}

/// How far an operation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationStatus {
    pub started_on: DateTime,
    pub updated_on: DateTime,
    pub succeeded: u64,
    pub failed: u64,
    /// Queued ones included.
    pub in_progress: u64,
    pub canceled: u64,
    /// `None` unless asked for.
    pub details: Option<Vec<BlobStatus>>,
}

impl OperationStatus {
    /// Returns the answer's JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut answer = json!({
            "startTime": self.started_on.to_iso(),
            "lastUpdated": self.updated_on.to_iso(),
            "status": {
                "succeeded": self.succeeded,
                "failed": self.failed,
                "inProgress": self.in_progress,
                "canceled": self.canceled,
            },
        });
        if let Some(details) = &self.details {
            answer["details"] = details.iter().map(detail).collect();
        }
        answer.to_string()
    }
}

/// The times stand under the documented names and under those that the Java client reads.
fn detail(blob: &BlobStatus) -> Value {
    let (started, updated) = (blob.started_on.to_iso(), blob.updated_on.to_iso());
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("sourceId", blob.source_id.to_string().into());
    put("url", blob.url.as_str().into());
    put("status", blob.status.into());
    put("startedAt", started.as_str().into());
    put("lastUpdateTime", updated.as_str().into());
    put("startTime", started.into());
    put("lastUpdated", updated.into());
    let failure = blob.failure.as_ref();
    put("errorCode", failure.map(|failure| failure.error_code.as_str()).into());
    put("failureStatus", failure.map(|failure| failure.status.name()).into());
    put("details", failure.map(|failure| failure.details.as_str()).into());
    Value::Object(members)
}

#[cfg(test)]
mod tests;
