//! Bodies as the newer client writes and reads them.

use super::*;

const ID: &str = "fad8f225-7d1b-4f0a-9d2e-5b6a7c8d9e0f";

#[test]
fn a_submission_is_read_with_arrays_as_text() {
    let body = json!({
        "timestamp": "2026-01-01T00:00:00Z",
        "blobs": [{"url": "http://h/a?sig=x", "sourceId": ID, "rawSize": 1234}, {"Url": "http://h/b"}],
        "properties": {"format": "csv", "enableTracking": true, "tags": ["ingest-by:x", "z"], "skipBatching": "true",
            "ingestIfNotExists": ["x"], "extend_schema": false, "deleteAfterDownload": null, "more": {"a": 1}},
        "unknown": 1,
    });
    let read = SubmissionBody::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(read.timestamp, DateTime::parse("2026-01-01"));
    let blob = |url: &str, source_id, raw_size| SubmittedBlob { url: url.to_owned(), source_id, raw_size };
    let id = Some(Uuid::parse_str(ID).unwrap());
    assert_eq!(read.blobs, [blob("http://h/a?sig=x", id, Some(1234)), blob("http://h/b", None, None)]);
    assert!(read.enable_tracking && read.skip_batching && !read.delete_after_download);
    assert_eq!(read.properties["tags"], r#"["ingest-by:x","z"]"#);
    assert_eq!(read.properties["extend_schema"], "false");
    assert!(!format!("{read:?}").contains("sig="));
}

#[test]
fn what_is_no_submission_says_why() {
    for (body, words) in [
        ("", "JSON"),
        ("[]", "object"),
        ("{}", "'blobs'"),
        (r#"{"blobs":1}"#, "array"),
        (r#"{"blobs":[1]}"#, "objects"),
        (r#"{"blobs":[{}]}"#, "url"),
        (r#"{"blobs":[{"url":"u","sourceId":"x"}]}"#, "guid"),
        (r#"{"blobs":[{"url":"u"}]}"#, "'properties'"),
        (r#"{"blobs":[{"url":"u"}],"properties":{}}"#, "format"),
    ] {
        let error = SubmissionBody::parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{body}: {error}");
    }
}

#[test]
fn answers_are_written_in_camel_case() {
    let configuration = IngestionConfiguration {
        containers: vec!["http://h:1/a/temp-0?sig=x".to_owned()],
        blobs_max: 20,
        data_bytes_max: 6,
        prefers_rest: true,
    };
    assert_eq!(
        configuration.to_json(),
        r#"{"containerSettings":{"containers":[{"path":"http://h:1/a/temp-0?sig=x"}],"lakeFolders":[],"refreshInterval":"01:00:00","preferredUploadMethod":"Storage"},"ingestionSettings":{"maxBlobsPerBatch":20,"maxDataSize":6,"preferredIngestionMethod":"REST"}}"#
    );
    assert_eq!(submission_result(None), r#"{"ingestionOperationId":""}"#);
    assert_eq!(submission_result(Uuid::parse_str(ID).ok()), format!(r#"{{"ingestionOperationId":"{ID}"}}"#));
}

#[test]
fn a_status_counts_and_tells_of_each_blob_if_asked() {
    let at = DateTime::parse("2026-01-01T00:00:05Z").unwrap();
    let failure = BlobFailure {
        error_code: "Download_Forbidden".to_owned(),
        status: FailureStatus::Permanent,
        details: "no".to_owned(),
    };
    let blob = BlobStatus {
        source_id: Uuid::parse_str(ID).unwrap(),
        url: "http://h/a".to_owned(),
        status: "Failed",
        started_on: DateTime::parse("2026-01-01").unwrap(),
        updated_on: at,
        failure: Some(failure),
    };
    let mut status = OperationStatus {
        started_on: blob.started_on,
        updated_on: at,
        succeeded: 0,
        failed: 1,
        in_progress: 2,
        canceled: 3,
        details: None,
    };
    let counts = r#"{"startTime":"2026-01-01T00:00:00.0000000Z","lastUpdated":"2026-01-01T00:00:05.0000000Z","status":{"succeeded":0,"failed":1,"inProgress":2,"canceled":3}"#;
    assert_eq!(status.to_json(), format!("{counts}}}"));
    status.details = Some(vec![BlobStatus { failure: None, status: "Queued", ..blob.clone() }, blob]);
    let text = status.to_json();
    let blob = format!(
        r#"{{"sourceId":"{ID}","url":"http://h/a","status":"Queued","startedAt":"2026-01-01T00:00:00.0000000Z","lastUpdateTime":"2026-01-01T00:00:05.0000000Z","startTime":"2026-01-01T00:00:00.0000000Z","lastUpdated":"2026-01-01T00:00:05.0000000Z","errorCode":null,"failureStatus":null,"details":null}}"#
    );
    assert!(text.starts_with(&format!(r#"{counts},"details":[{blob},"#)), "{text}");
    assert!(
        text.ends_with(r#""errorCode":"Download_Forbidden","failureStatus":"Permanent","details":"no"}]}"#),
        "{text}"
    );
}
