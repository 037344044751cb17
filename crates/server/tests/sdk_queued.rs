//! The queued client of the Rust SDK against a running service: what arrives, and what is told of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "sdk_queued/service.rs"]
mod service;

use std::{fmt::Write as _, time::Duration};

use kusto_ingest::{
    Error, ErrorKind, FailureStatus, IngestClient as _, IngestionMapping, IngestionProperties, IngestionStatus,
    OperationStatus, ReportLevel, ReportMethod, Source, Submission,
};
use service::Service;
use uuid::Uuid;

/// Longest wait for an ingestion; none should take it.
const DEADLINE: Duration = Duration::from_secs(120);
const ROWS: &str = "1,a\n2,b\n3,c\n";

/// Returns properties that do not wait for other sources.
fn properties(table: &str) -> IngestionProperties {
    let mut properties = IngestionProperties::new("NetDefaultDB", table);
    properties.flush_immediately = true;
    properties
}

/// Returns properties whose ingestion fails for good.
fn hopeless(table: &str) -> IngestionProperties {
    let mut properties = properties(table);
    properties.mapping = Some(IngestionMapping::Reference("no_such_mapping".to_owned()));
    properties
}

fn assert_failed(status: &IngestionStatus) {
    assert_eq!(status.status, OperationStatus::Failed, "{status:?}");
    assert_eq!(status.error_code.as_deref(), Some("BadRequest_MappingReferenceWasNotFound"));
    assert_eq!(status.failure_status, Some(FailureStatus::Permanent));
    assert!(status.details.as_ref().is_some_and(|details| details.contains("no_such_mapping")), "{status:?}");
}

#[tokio::test]
async fn sources_are_followed_by_table_unless_told_otherwise() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued(Submission::Queue);
    let result = client.ingest_from_bytes(ROWS, &properties("T")).await.unwrap();
    assert!(!result.is_streamed());
    let path = result.blob_path().unwrap().to_owned();
    assert!(path.ends_with(&format!("NetDefaultDB__T__{}__stream.gz", result.source_id)), "{path}");
    let status = result.wait(DEADLINE).await.unwrap();
    assert_eq!(status.status, OperationStatus::Succeeded, "{status:?}");
    assert!(status.updated_on.is_some() && status.error_code.is_none());
    assert_eq!(service.count("T").await, 3);
    assert_failed(&client.ingest_from_bytes(ROWS, &hopeless("T")).await.unwrap().wait(DEADLINE).await.unwrap());
    assert!(client.status_queues().failures().is_empty().await.unwrap(), "only the table was told");
    assert!(!format!("{result:?} {client:?}").contains("sig="));
}

#[tokio::test]
async fn sources_are_followed_by_the_queues_of_notices() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued(Submission::Queue);
    let queues = client.status_queues();
    let mut by_queue = properties("T");
    by_queue.report_method = Some(ReportMethod::Queue);
    let good = client.ingest_from_bytes(ROWS, &by_queue).await.unwrap();
    assert_eq!(good.wait(DEADLINE).await.unwrap().status, OperationStatus::Succeeded);
    let mut hopeless = hopeless("T");
    hopeless.report_method = Some(ReportMethod::QueueAndTable);
    let bad = client.ingest_from_bytes(ROWS, &hopeless).await.unwrap();
    assert_failed(&bad.wait(DEADLINE).await.unwrap());

    let peeked = queues.peek_top_ingestion_failures(5).await.unwrap();
    let taken = queues.get_and_discard_top_ingestion_failures(5).await.unwrap();
    assert_eq!(peeked, taken);
    let failure = taken[0].failure.as_ref().unwrap();
    assert_eq!((taken.len(), taken[0].source_id), (1, bad.source_id));
    assert_eq!((taken[0].database.as_str(), taken[0].table.as_str()), ("NetDefaultDB", "T"));
    assert_eq!(failure.failure_status, FailureStatus::Permanent);
    assert!(!failure.should_retry && queues.failures().is_empty().await.unwrap());

    let successes = queues.get_and_discard_top_ingestion_successes(100).await.unwrap();
    assert_eq!(successes.iter().map(|notice| notice.source_id).collect::<Vec<_>>(), [good.source_id]);
    assert!(queues.successes().is_empty().await.unwrap());
    assert_eq!(service.count("T").await, 3);
}

#[tokio::test]
async fn sources_submitted_over_rest_are_followed_by_their_operation() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    for submission in [Submission::Rest, Submission::Preferred] {
        let client = service.queued(submission);
        let status = client.ingest_from_bytes(ROWS, &properties("T")).await.unwrap().wait(DEADLINE).await.unwrap();
        assert_eq!(status.status, OperationStatus::Succeeded, "{status:?}");
        assert!(status.operation_id.is_some(), "the service prefers REST");
        assert_failed(&client.ingest_from_bytes(ROWS, &hopeless("T")).await.unwrap().wait(DEADLINE).await.unwrap());
    }
    assert_eq!(service.count("T").await, 6);
    let mut by_table = properties("T");
    by_table.report_method = Some(ReportMethod::Table);
    let error = service.queued(Submission::Rest).ingest_from_bytes(ROWS, &by_table).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    let status =
        service.queued(Submission::Preferred).ingest_from_bytes(ROWS, &by_table).await.unwrap().wait(DEADLINE).await;
    assert_eq!(status.unwrap().status, OperationStatus::Succeeded);
}

#[tokio::test]
async fn data_with_a_tag_that_is_there_are_skipped() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued(Submission::Queue);
    let mut once = properties("T");
    once.ingest_by_tags = vec!["monday".to_owned()];
    once.ingest_if_not_exists = vec!["monday".to_owned()];
    for expected in [OperationStatus::Succeeded, OperationStatus::Skipped] {
        let result = client.ingest_from_bytes(ROWS, &once).await.unwrap();
        let status = result.wait(DEADLINE).await.unwrap();
        assert_eq!(status.status, expected, "{status:?}");
        assert!(status.is_success());
    }
    assert_eq!(service.count("T").await, 3);
}

#[tokio::test]
async fn a_source_that_is_queued_twice_leaves_one_copy() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued(Submission::Queue);
    let id = Uuid::from_u128(7);
    for _ in 0..2 {
        let result = client.ingest(Source::bytes(ROWS).with_source_id(id), &properties("T")).await.unwrap();
        assert_eq!(result.source_id, id);
        assert!(result.wait(DEADLINE).await.unwrap().is_success());
    }
    assert_eq!(service.count("T").await, 3);
}

#[tokio::test]
async fn nothing_is_known_of_what_is_not_reported_and_a_deadline_is_kept() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued(Submission::Queue);
    let mut silent = properties("T");
    silent.report_level = Some(ReportLevel::DoNotReport);
    let error = client.ingest_from_bytes(ROWS, &silent).await.unwrap().wait(DEADLINE).await.unwrap_err();
    assert!(matches!(error, Error::NoStatus { .. }), "{error}");
    let result = client.ingest_from_bytes(ROWS, &properties("T")).await.unwrap();
    let error = result.wait(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert!(result.wait(DEADLINE).await.unwrap().is_success());
}

#[tokio::test]
async fn a_blob_is_ingested_where_it_lies_and_named_without_its_signature() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let blob = service.put_blob("rows.csv", ROWS).await;
    let result = service.queued(Submission::Queue).ingest_from_blob(blob, &properties("T")).await.unwrap();
    let path = result.blob_path().unwrap();
    assert!(path.ends_with("/rows.csv"), "{path}");
    assert!(result.wait(DEADLINE).await.unwrap().is_success());
    assert_eq!(service.count("T").await, 3);
}

#[tokio::test]
async fn data_of_many_blocks_arrive_in_order_and_whole() {
    let service = Service::start().await;
    service.create_table("T (n: long, id: guid)").await;
    let mut rows = String::new();
    let count = 300_000;
    for number in 0..count {
        // Nothing that compression could make one block of.
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &u32::to_be_bytes(number));
        writeln!(rows, "{number},{id}").unwrap();
    }
    let path = service.file("ids.csv", rows.as_bytes());
    let result = service.queued(Submission::Queue).ingest_from_file(&path, &properties("T")).await.unwrap();
    let status = result.wait(DEADLINE).await.unwrap();
    assert!(status.is_success(), "{status:?}");
    assert_eq!(service.count("T").await, i64::from(count));
    assert_eq!(service.count("T | distinct n, id").await, i64::from(count));
}

#[tokio::test]
async fn storage_is_reached_over_tls_as_the_service_is() {
    let service = Service::start().await;
    service.create_table("T (n: long, s: string)").await;
    let client = service.queued_over_tls();
    let result = client.ingest_from_bytes(ROWS, &properties("T")).await.unwrap();
    assert!(result.blob_path().unwrap().starts_with("https://"), "{result:?}");
    assert!(result.wait(DEADLINE).await.unwrap().is_success());
    assert_eq!(service.count("T").await, 3);
}
