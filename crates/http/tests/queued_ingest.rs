//! Queued ingestion over REST: what is read of requests, what answers look like, what the metrics show.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "fake/service.rs"]
mod fake;

use std::sync::Arc;

use axum::{body::Body, http::Request};
use fake::{Fake, app, post, send};
use serde_json::{Value, json};
use uuid::Uuid;

async fn get(fake: Arc<Fake>, path: &str) -> fake::Answer {
    send(&app(fake), Request::get(path).header("host", "box:81").body(Body::empty()).unwrap()).await
}

fn json_of(answer: &fake::Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn the_configuration_names_containers_as_the_caller_reaches_them() {
    let answer = get(Arc::new(Fake::default()), "/v1/rest/ingestion/configuration").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    let configuration = json_of(&answer);
    assert_eq!(configuration["containerSettings"]["containers"], json!([{"path": "http://box:81/store/temp?sig=x"}]));
    assert_eq!(configuration["containerSettings"]["preferredUploadMethod"], "Storage");
    assert_eq!(configuration["ingestionSettings"]["maxBlobsPerBatch"], 20);
}

#[tokio::test]
async fn a_submission_reaches_the_service_and_its_operation_the_client() {
    let fake = Arc::new(Fake::default());
    let id = Uuid::from_u128(9).to_string();
    let body = |tracked: bool| {
        json!({"timestamp": "2026-01-01T00:00:00Z", "blobs": [{"url": "http://x/y?sig=1", "sourceId": id, "rawSize": 7}],
            "properties": {"format": "csv", "enableTracking": tracked, "tags": ["a", "drop-by:b"]}})
        .to_string()
    };
    let path = "/v1/rest/ingestion/queued/d%20b/T";
    let answer = post(&app(fake.clone()), path, body(true)).await;
    assert_eq!((answer.status.as_u16(), json_of(&answer)), (200, json!({"ingestionOperationId": id})));
    let answer = post(&app(fake.clone()), path, body(false)).await;
    assert_eq!(json_of(&answer), json!({"ingestionOperationId": ""}));
    let (database, table, body) = fake.submissions.lock().remove(0);
    assert_eq!((database.as_str(), table.as_str()), ("d b", "T"));
    assert_eq!(body.blobs[0].raw_size, Some(7));
    assert_eq!(body.properties["tags"], r#"["a","drop-by:b"]"#);
}

#[tokio::test]
async fn what_is_no_submission_is_a_bad_request() {
    let fake = Arc::new(Fake::default());
    for body in ["", "[]", "{}", r#"{"blobs":[{"url":""}],"properties":{"format":"csv"}}"#, r#"{"blobs":[]}"#] {
        let answer = post(&app(fake.clone()), "/v1/rest/ingestion/queued/d/T", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(json_of(&answer)["error"]["@permanent"], true, "{body}");
    }
    assert!(fake.submissions.lock().is_empty());
}

#[tokio::test]
async fn a_status_has_details_when_asked_for_them() {
    let path = "/v1/rest/ingestion/queued/d/T/known";
    let brief = json_of(&get(Arc::new(Fake::default()), path).await);
    assert_eq!(brief["status"], json!({"succeeded": 0, "failed": 1, "inProgress": 0, "canceled": 0}));
    assert_eq!(brief.get("details"), None);
    let full = json_of(&get(Arc::new(Fake::default()), &format!("{path}?details=true")).await);
    let detail = &full["details"][0];
    assert_eq!((&detail["status"], &detail["failureStatus"]), (&json!("Failed"), &json!("Permanent")));
    assert_eq!((&detail["url"], &detail["errorCode"]), (&json!("http://store/d/T"), &json!("Download_SourceNotFound")));
    assert_eq!(full["startTime"], "2020-01-01T00:00:00.0000000Z");
}

#[tokio::test]
async fn an_operation_that_nobody_knows_is_not_found() {
    let answer = get(Arc::new(Fake::default()), "/v1/rest/ingestion/queued/d/T/other?details=true").await;
    assert_eq!(answer.status, 404);
    assert!(json_of(&answer)["error"]["@message"].as_str().unwrap().contains("other"), "{}", answer.text);
}

#[tokio::test]
async fn metrics_tell_of_messages_batches_failures_and_waiting() {
    let answer = get(Arc::new(Fake::default()), "/metrics").await;
    for line in [
        "calypso_queued_ingestion_received_total 5",
        "calypso_queued_ingestion_batches_total{reason=\"Time\"} 2",
        "calypso_queued_ingestion_batch_items_total{reason=\"Time\"} 3",
        "calypso_queued_ingestion_batch_raw_bytes_total{reason=\"Time\"} 4",
        "calypso_queued_ingestion_failed_total{code=\"Download_SourceNotFound\"} 6",
        "calypso_queued_ingestion_oldest_batch_age_seconds 60",
    ] {
        assert!(answer.text.lines().any(|found| found == line), "{line} is not in {}", answer.text);
    }
}
