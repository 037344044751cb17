//! The queued client against a scripted service: what it sends, and what it does when it is refused.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use calypso_clock::{ManualClock, SeededIds};
use calypso_types::{DateTime, TimeSpan};
use futures::stream;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    DataFormat, ErrorKind, OperationStatus, ReportLevel, ReportMethod,
    scripted_storage::{SECRET, ScriptedStorage},
};

const ID: Uuid = Uuid::from_u128(0xfad8_f225_7d1b_4f0a_9d2e_5b6a_7c8d_9e0f);
/// Seeds enough for every order of accounts.
const SEEDS: u64 = 8;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(DateTime::parse("2026-11-20T23:28:17.845282Z").unwrap()))
}

/// A client whose waits pass at once.
fn client_of(service: &ScriptedStorage, clock: Arc<ManualClock>, seed: u64) -> QueuedIngestClient {
    let options = IngestClientOptions::new()
        .with_clock(clock)
        .with_ids(Arc::new(SeededIds::new(seed)))
        .with_sleep(|_| Box::pin(async {}));
    let connection = ConnectionStringBuilder::new(&service.url).unwrap();
    let connection = connection.with_application_name("app").with_user_name("me");
    QueuedIngestClient::with_options(connection, options).unwrap()
}

fn client(service: &ScriptedStorage) -> QueuedIngestClient {
    client_of(service, clock(), 1)
}

fn properties() -> IngestionProperties {
    IngestionProperties::new("db", "T")
}

/// Properties of data that travel as they are.
fn binary() -> IngestionProperties {
    let mut properties = properties();
    properties.format = DataFormat::Parquet;
    properties
}

/// More than two blocks of bytes.
fn large() -> Bytes {
    (0..9_500_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<u8>>().into()
}

fn source() -> Source {
    Source::bytes("1,a\n").with_source_id(ID)
}

#[tokio::test]
async fn the_exchange_is_that_of_the_other_sdks() {
    let service = ScriptedStorage::start(1).await;
    let source = source().with_name("f.csv").with_raw_size(4);
    let result = client(&service).ingest(source, &properties()).await.unwrap();
    let received = service.received();
    let lines: Vec<&str> = received.iter().map(|request| request.line.as_str()).collect();
    let blob = format!("/acc0/temp-0/db__T__{ID}__f.csv.gz");
    assert_eq!(lines[0], "POST /v1/rest/mgmt");
    assert_eq!(lines[1], format!("PUT {blob}?sv=2024-11-04&sig={SECRET}1"));
    assert_eq!(lines[2], "POST /v1/rest/mgmt");
    assert_eq!(lines[3], format!("POST /acc0/ingestionsstatus?sv=2024-11-04&sig={SECRET}1"));
    assert_eq!(lines[4], format!("POST /acc0/ready-for-aggregation/messages?sv=2024-11-04&sig={SECRET}1"));
    assert_eq!(lines.len(), 5);
    let body = |index: usize| -> Value { serde_json::from_slice(&received[index].body).unwrap() };
    assert_eq!(
        (body(0)["csl"].as_str(), body(0)["db"].as_str()),
        (Some(".get ingestion resources"), Some("NetDefaultDB"))
    );
    assert_eq!(body(2)["csl"], ".get kusto identity token");
    assert_eq!(received[1].header("x-ms-blob-type"), Some("BlockBlob"));
    assert!(received[1].body.starts_with(b"\x1f\x8b"));
    let storage = || received.iter().filter(|request| request.line.contains("/acc0/"));
    assert!(
        storage().all(|request| request.header("authorization").is_none() && request.header("x-ms-version").is_some())
    );
    let entity = body(3);
    assert_eq!((entity["Status"].as_str(), entity["PartitionKey"].as_str()), (Some("Pending"), Some(&*ID.to_string())));
    assert_eq!(received[3].header("prefer"), Some("return-no-content"));
    let row_key = entity["RowKey"].as_str().unwrap();
    let (origin, version) = (&service.url, client(&service).inner.service.client_details().version_header());
    let expected = format!(
        r#"{{"BlobPath":"{origin}{blob}?sv=2024-11-04&sig={SECRET}1","RawDataSize":4,"DatabaseName":"db","TableName":"T","RetainBlobOnSuccess":true,"FlushImmediately":false,"IgnoreSizeLimit":false,"ReportLevel":2,"ReportMethod":1,"SourceMessageCreationTime":"2026-11-20T23:28:17.845282","Id":"{ID}","ApplicationForTracing":"app","ClientVersionForTracing":"{version}","AdditionalProperties":{{"authorizationContext":"IDTOKEN123","format":"csv"}},"IngestionStatusInTable":{{"tableConnectionString":"{origin}/acc0/ingestionsstatus?sv=2024-11-04&sig={SECRET}1","partitionKey":"{ID}","rowKey":"{row_key}"}}}}"#
    );
    assert_eq!(service.messages(), [expected]);
    assert_eq!(result.blob_path(), Some(&*format!("{origin}{blob}")));
    assert!(!format!("{result:?}").contains(SECRET));
}

#[tokio::test]
async fn large_data_are_blocks_in_the_order_of_the_source() {
    let service = ScriptedStorage::start(1).await;
    client(&service).ingest_from_bytes(large(), &binary()).await.unwrap();
    assert_eq!((service.count("comp=block&"), service.count("comp=blocklist")), (3, 1));
    let blobs = service.blobs();
    assert!(*blobs.values().next().unwrap() == large());
    let message: Value = serde_json::from_str(&service.messages()[0]).unwrap();
    assert_eq!(message["RawDataSize"], large().len());
}

#[tokio::test]
async fn a_request_that_fails_in_passing_is_sent_again_to_the_same_account() {
    let service = ScriptedStorage::start(2).await;
    service.refuse("PUT", "/temp-0/", 503, 2);
    service.refuse("POST", "/messages", 500, 1);
    service.refuse("POST", "/ingestionsstatus", 500, 1);
    client(&service).ingest(source(), &properties()).await.unwrap();
    let received = service.received();
    let uploads: Vec<&str> = received
        .iter()
        .filter(|request| request.line.starts_with("PUT"))
        .map(|request| request.line.as_str())
        .collect();
    assert_eq!((uploads.len(), uploads[0], uploads[1]), (3, uploads[2], uploads[2]));
    assert_eq!((service.count("/messages"), service.blobs().len()), (2, 1));
}

#[tokio::test]
async fn an_account_that_does_not_recover_is_left_for_the_next_and_tried_later() {
    for seed in 0..SEEDS {
        let service = ScriptedStorage::start(2).await;
        service.refuse("PUT", "/acc0/", 503, 100);
        service.refuse("POST", "/acc0/ready", 503, 100);
        let client = client_of(&service, clock(), seed);
        for round in 0..4 {
            let source = Source::bytes(format!("{round}\n"));
            let result = client.ingest(source, &properties()).await.unwrap();
            assert!(result.blob_path().unwrap().contains("/acc1/"));
        }
        let tried = service.received();
        let tried = tried.iter().filter(|request| request.line.starts_with("PUT") && request.line.contains("/acc0/"));
        assert!(tried.count() <= 3, "an account that failed comes after the one that works");
        assert_eq!(service.blobs().len(), 4);
    }
}

#[tokio::test]
async fn data_in_the_middle_go_to_another_account_only_if_they_can_be_read_again() {
    for seed in 0..SEEDS {
        let service = ScriptedStorage::start(2).await;
        service.refuse("PUT", "comp=blocklist", 503, 3);
        let client = client_of(&service, clock(), seed);
        let again = client.ingest(Source::bytes(large()), &binary()).await.unwrap();
        assert!(again.blob_path().is_some() && *service.blobs().values().next().unwrap() == large());
        service.refuse("PUT", "comp=blocklist", 503, 3);
        let chunks: Vec<std::io::Result<Bytes>> = vec![Ok(large())];
        let error = client.ingest(Source::stream(stream::iter(chunks)), &binary()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.to_string().contains("completing a blob") && !format!("{error:?}").contains(SECRET), "{error:?}");
    }
}

#[tokio::test]
async fn signatures_that_have_expired_are_renewed_once() {
    let service = ScriptedStorage::start(1).await;
    let client = client(&service);
    client.ingest(source(), &properties()).await.unwrap();
    service.expire_signatures();
    client.ingest(source(), &properties()).await.unwrap();
    assert_eq!(service.count(".get ingestion resources"), 2);
    service.refuse("PUT", "/temp-0/", 403, 100);
    let error = client.ingest(source(), &properties()).await.unwrap_err();
    assert!(matches!(error, Error::Storage { status: Some(403), .. }), "{error:?}");
    assert_eq!(service.count(".get ingestion resources"), 3);
}

#[tokio::test]
async fn what_is_known_is_asked_for_once_an_hour() {
    let service = ScriptedStorage::start(1).await;
    let clock = clock();
    let client = client_of(&service, clock.clone(), 1);
    for _ in 0..3 {
        client.ingest(source(), &properties()).await.unwrap();
    }
    let asked = || (service.count(".get ingestion resources"), service.count(".get kusto identity token"));
    assert_eq!(asked(), (1, 1));
    clock.advance(TimeSpan::HOUR);
    client.ingest(source(), &properties()).await.unwrap();
    for _ in 0..1000 {
        if asked() == (2, 2) {
            return;
        }
        tokio::task::yield_now().await;
        client.resource_manager().containers().await.unwrap();
    }
    panic!("nothing was renewed: {:?}", asked());
}

#[tokio::test]
async fn a_busy_service_is_asked_four_times() {
    let service = ScriptedStorage::start(1).await;
    service.refuse("POST", ".get ingestion resources", 429, 3);
    client(&service).ingest(source(), &properties()).await.unwrap();
    assert_eq!(service.count(".get ingestion resources"), 4);
    service.refuse("POST", ".get ingestion resources", 429, 100);
    let error = client(&service).ingest(source(), &properties()).await.unwrap_err();
    assert!(matches!(&error, Error::Service(error) if error.is_throttled()), "{error:?}");
    assert_eq!(service.count(".get ingestion resources"), 8);
}

#[tokio::test]
async fn nothing_secret_is_in_errors_of_accounts_that_cannot_be_reached() {
    let service = ScriptedStorage::start(1).await;
    let client = client(&service);
    service.refuse("PUT", "/temp-0/", 0, 100);
    let error = client.ingest(source(), &properties()).await.unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(matches!(error, Error::Storage { status: None, .. }), "{error:?}");
}

#[tokio::test]
async fn a_source_is_followed_by_its_entity() {
    let service = ScriptedStorage::start(1).await;
    let result = client(&service).ingest(source(), &properties()).await.unwrap();
    assert_eq!(result.status().await.unwrap().status, OperationStatus::Pending);
    service.set_status(json!({"Status": "Skipped", "ErrorCode": "Unknown"}));
    let status = result.wait(Duration::from_secs(60)).await.unwrap();
    assert_eq!((status.status, status.error_code), (OperationStatus::Skipped, None));
    service.expire_signatures();
    assert_eq!(result.status().await.unwrap().status, OperationStatus::Skipped, "a fresh signature is asked for");
    let read = service.received().into_iter().rev().find(|request| request.line.starts_with("GET")).unwrap();
    assert!(read.line.contains(&format!("ingestionsstatus(PartitionKey='{ID}',RowKey='")), "{}", read.line);
}

#[tokio::test]
async fn without_a_table_the_queues_are_looked_into_unless_the_caller_insists() {
    let service = ScriptedStorage::without_table().await;
    let client = client(&service);
    let result = client.ingest(source(), &properties()).await.unwrap();
    assert_eq!(result.status().await.unwrap().status, OperationStatus::Queued);
    let message: Value = serde_json::from_str(&service.messages()[0]).unwrap();
    assert_eq!((message["ReportMethod"].as_u64(), message.get("IngestionStatusInTable")), (Some(0), None));
    let mut insisting = properties();
    insisting.report_method = Some(ReportMethod::Table);
    let error = client.ingest(source(), &insisting).await.unwrap_err();
    assert!(matches!(error, Error::MissingResource { resource: "table of statuses" }), "{error}");
    let mut silent = properties();
    silent.report_level = Some(ReportLevel::DoNotReport);
    let result = client.ingest(source(), &silent).await.unwrap();
    assert!(matches!(result.status().await, Err(Error::NoStatus { source_id: ID, .. })));
}

#[tokio::test]
async fn a_blob_is_told_of_and_not_uploaded() {
    let service = ScriptedStorage::start(1).await;
    let url = format!("https://lake.example/c/f.csv?sig={SECRET}");
    let result = client(&service).ingest(Source::blob(&url).with_source_id(ID), &properties()).await.unwrap();
    assert_eq!(result.blob_path(), Some("https://lake.example/c/f.csv"));
    let message: Value = serde_json::from_str(&service.messages()[0]).unwrap();
    assert_eq!((message["BlobPath"].as_str(), message.get("RawDataSize")), (Some(&*url), None));
    assert_eq!(service.count("PUT "), 0);
    let error = client(&service).ingest(Source::blob("nowhere"), &properties()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn a_call_that_takes_too_long_ends_at_its_deadline() {
    let service = ScriptedStorage::start(1).await;
    // All waits of this client pass at once, that for the deadline too.
    let client = client(&service).with_deadline(Duration::from_secs(3600));
    let error = client.ingest(source(), &properties()).await.unwrap_err();
    assert!(matches!(error, Error::Deadline { source_id: ID, .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Deadline);
}
