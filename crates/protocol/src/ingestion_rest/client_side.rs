//! The same bodies as a client needs them: submissions written, answers read.
//!
//! Members of answers are matched without regard to case: the documentation prints the counts in PascalCase.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{BlobFailure, BlobStatus, IngestionConfiguration, OperationStatus, SubmittedBlob};
use crate::{Error, FailureStatus, members::Members};
use calypso_types::DateTime;

/// Blobs of a submission when the service does not say, as the Java client assumes.
const BLOBS_DEFAULT: usize = 70;

const STATUSES: [&str; 5] = ["Queued", "InProgress", "Succeeded", "Failed", "Canceled"];

impl IngestionConfiguration {
    /// Reads the service's answer.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let answer = object(bytes)?;
        let answer = Members(&answer);
        let (none, none_too) = (Map::new(), Map::new());
        let storage = Members(answer.object("containerSettings").unwrap_or(&none));
        let ingestion = Members(answer.object("ingestionSettings").unwrap_or(&none_too));
        let containers = storage.get("containers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let path = |container: &Value| Members(container.as_object()?).text("path");
        Ok(Self {
            containers: containers.iter().filter_map(path).collect(),
            blobs_max: ingestion
                .number("maxBlobsPerBatch")
                .map_or(BLOBS_DEFAULT, |count| usize::try_from(count).unwrap_or(usize::MAX)),
            data_bytes_max: ingestion.number("maxDataSize").unwrap_or(u64::MAX),
            prefers_rest: ingestion
                .text("preferredIngestionMethod")
                .is_some_and(|method| method.eq_ignore_ascii_case("REST")),
        })
    }
}

/// Returns the body of a submission. `properties` has the documented names, `format` among them.
#[must_use]
pub fn submission_body(timestamp: DateTime, blobs: &[SubmittedBlob], properties: &Map<String, Value>) -> String {
    let blob = |blob: &SubmittedBlob| {
        let mut members = Map::new();
        members.insert("url".to_owned(), blob.url.as_str().into());
        if let Some(id) = blob.source_id {
            members.insert("sourceId".to_owned(), id.to_string().into());
        }
        if let Some(size) = blob.raw_size {
            members.insert("rawSize".to_owned(), size.into());
        }
        Value::Object(members)
    };
    let blobs: Vec<Value> = blobs.iter().map(blob).collect();
    json!({ "timestamp": timestamp.to_iso(), "blobs": blobs, "properties": properties }).to_string()
}

/// Reads the answer to a submission: the operation's id, if it is tracked.
///
/// # Errors
/// When the answer is no JSON object.
pub fn submitted_operation(bytes: &[u8]) -> Result<Option<String>, Error> {
    Ok(Members(&object(bytes)?).text("ingestionOperationId").filter(|id| !id.is_empty()))
}

impl OperationStatus {
    /// Reads the service's answer.
    ///
    /// # Errors
    /// When it is no JSON object, or a blob lacks its id or has a status that is not known.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let answer = object(bytes)?;
        let answer = Members(&answer);
        let none = Map::new();
        let counts = Members(answer.object("status").unwrap_or(&none));
        let count = |name| counts.number(name).unwrap_or_default();
        let details = answer.get("details").and_then(Value::as_array);
        Ok(Self {
            started_on: time(&answer, &["startTime"]),
            updated_on: time(&answer, &["lastUpdated"]),
            succeeded: count("succeeded"),
            failed: count("failed"),
            in_progress: count("inProgress"),
            canceled: count("canceled"),
            details: details.map(|blobs| blobs.iter().map(blob_status).collect::<Result<_, _>>()).transpose()?,
        })
    }
}

fn blob_status(value: &Value) -> Result<BlobStatus, Error> {
    let members = value.as_object().ok_or(Error::WrongMember("details", "an array of objects"))?;
    let members = Members(members);
    let source_id = members.text("sourceId").and_then(|text| Uuid::try_parse(text.trim()).ok());
    let status = members.text("status").unwrap_or_default();
    let status = STATUSES.into_iter().find(|known| known.eq_ignore_ascii_case(&status));
    let error_code = members.text("errorCode").filter(|code| !code.is_empty());
    let details = members.text("details").unwrap_or_default();
    let failure_status = members.text("failureStatus").and_then(|text| FailureStatus::parse(&text));
    Ok(BlobStatus {
        source_id: source_id.ok_or(Error::WrongMember("details[].sourceId", "a guid"))?,
        url: members.text("url").unwrap_or_default(),
        status: status.ok_or(Error::WrongMember("details[].status", "one of the documented statuses"))?,
        started_on: time(&members, &["startedAt", "startTime"]),
        updated_on: time(&members, &["lastUpdateTime", "lastUpdated"]),
        failure: error_code.map(|error_code| BlobFailure {
            error_code,
            status: failure_status.unwrap_or(FailureStatus::Unknown),
            details,
        }),
    })
}

/// Returns the first of the times that is there; the minimum stands for none.
fn time(members: &Members<'_>, names: &[&str]) -> DateTime {
    let found = names.iter().find_map(|name| members.text(name).and_then(|text| DateTime::parse(&text)));
    found.unwrap_or(DateTime::MIN)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::BodyJson("expected an object".to_owned())),
        Err(error) => Err(Error::BodyJson(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SubmissionBody;

    #[test]
    fn a_configuration_that_is_written_is_read_again() {
        let written = IngestionConfiguration {
            containers: vec!["http://h:1/a/c?sig=x".to_owned()],
            blobs_max: 20,
            data_bytes_max: 7,
            prefers_rest: true,
        };
        assert_eq!(IngestionConfiguration::parse(written.to_json().as_bytes()).unwrap(), written);
        let bare = IngestionConfiguration::parse(b"{}").unwrap();
        assert_eq!((bare.blobs_max, bare.prefers_rest), (BLOBS_DEFAULT, false));
    }

    #[test]
    fn a_submission_that_is_written_is_read_by_the_service() {
        let blob =
            SubmittedBlob { url: "http://h/b?s".to_owned(), source_id: Some(Uuid::from_u128(7)), raw_size: Some(3) };
        let Value::Object(properties) = json!({"format": "csv", "tags": ["a"], "enableTracking": true}) else {
            unreachable!("an object was written")
        };
        let body = submission_body(DateTime::UNIX_EPOCH, std::slice::from_ref(&blob), &properties);
        let read = SubmissionBody::parse(body.as_bytes()).unwrap();
        assert_eq!(read.blobs, [blob]);
        assert!(read.enable_tracking && read.timestamp == Some(DateTime::UNIX_EPOCH));
        assert_eq!(read.properties["tags"], "[\"a\"]");
    }

    #[test]
    fn a_status_that_is_written_is_read_again() {
        let failed = BlobStatus {
            source_id: Uuid::from_u128(7),
            url: "http://h/b".to_owned(),
            status: "Failed",
            started_on: DateTime::UNIX_EPOCH,
            updated_on: DateTime::UNIX_EPOCH,
            failure: Some(BlobFailure {
                error_code: "BadRequest_EmptyBlob".to_owned(),
                status: FailureStatus::Permanent,
                details: "empty".to_owned(),
            }),
        };
        let written = OperationStatus {
            started_on: DateTime::UNIX_EPOCH,
            updated_on: DateTime::UNIX_EPOCH,
            succeeded: 1,
            failed: 1,
            in_progress: 2,
            canceled: 0,
            details: Some(vec![failed]),
        };
        assert_eq!(OperationStatus::parse(written.to_json().as_bytes()).unwrap(), written);
        let documented = br#"{"Status":{"Succeeded":3,"InProgress":1}}"#;
        let read = OperationStatus::parse(documented).unwrap();
        assert_eq!((read.succeeded, read.in_progress, read.details), (3, 1, None));
    }

    #[test]
    fn an_operation_without_tracking_has_no_id() {
        assert_eq!(submitted_operation(br#"{"ingestionOperationId":""}"#).unwrap(), None);
        assert_eq!(submitted_operation(br#"{"IngestionOperationId":"x"}"#).unwrap().as_deref(), Some("x"));
        assert!(submitted_operation(b"[]").is_err());
    }
}
