//! Streaming ingestion: what is passed on, and what is refused.

#[path = "fake/service.rs"]
mod fake;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use calypso_app::{AppError, StreamBody};
use calypso_http::HttpSettings;
use fake::{Fake, app, app_with, post, send};
use futures::{StreamExt as _, stream};

#[tokio::test]
async fn the_answer_is_a_table_with_the_count() {
    let answer = post(&app(Arc::new(Fake::default())), "/v1/rest/ingest/d/T?streamFormat=Csv", "1,2").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.text,
        r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"ConsumedRecordsCount","DataType":"Int64","ColumnType":"long"},{"ColumnName":"UpdatePolicyStatus","DataType":"String","ColumnType":"string"},{"ColumnName":"UpdatePolicyFailureCode","DataType":"String","ColumnType":"string"},{"ColumnName":"UpdatePolicyFailureReason","DataType":"String","ColumnType":"string"}],"Rows":[[10,"Inactive","Unknown",null]]}]}"#
    );
}

#[tokio::test]
async fn bodies_arrive_untouched_whatever_the_headers_say() {
    let fake = Arc::new(Fake::default());
    let app = app(fake.clone());
    for body in [&b"\x1f\x8b\x08not really"[..], b"PAR1plain parquet", b"1,2,3\r\n"] {
        let request = Request::post("/v1/rest/ingest/d/T?streamFormat=parquet&mappingName=m%201")
            .header("content-encoding", "gzip")
            .header("expect", "100-continue")
            .body(Body::from(body))
            .unwrap();
        assert_eq!(send(&app, request).await.status, 200);
        let request = fake.streams.lock().pop().unwrap();
        let StreamBody::Bytes(bytes) = request.body else { panic!("not bytes") };
        assert_eq!(bytes, Bytes::from_static(body));
        assert_eq!(request.mapping.as_deref(), Some("m 1"));
        assert_eq!(request.format, "parquet");
    }
}

#[tokio::test]
async fn names_in_the_path_are_decoded_once_and_plus_stays() {
    let fake = Arc::new(Fake::default());
    let answer = post(&app(fake.clone()), "/v1/rest/ingest/my%20db/a+b%2Fc%2525?streamFormat=csv", "1").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let request = fake.streams.lock().pop().unwrap();
    assert_eq!((request.database.as_str(), request.table.as_str()), ("my db", "a+b/c%25"));
}

#[tokio::test]
async fn source_ids_of_managed_streaming_are_passed_on() {
    let fake = Arc::new(Fake::default());
    let app = app(fake.clone());
    let id = "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f";
    for (client_request_id, expected) in [
        (format!("KPC.executeManagedStreamingIngest;{id};0"), Some(id)),
        (format!("KPC.executeStreamingIngest;{id}"), None),
    ] {
        let request = Request::post("/v1/rest/ingest/d/T?streamFormat=csv")
            .header("x-ms-client-request-id", client_request_id)
            .body(Body::from("1"))
            .unwrap();
        send(&app, request).await;
        let source_id = fake.streams.lock().pop().unwrap().source_id.map(|id| id.to_string());
        assert_eq!(source_id.as_deref(), expected);
    }
}

#[tokio::test]
async fn blobs_are_named_in_either_spelling() {
    let fake = Arc::new(Fake::default());
    let app = app(fake.clone());
    for body in [r#"{"sourceUri":"http://h/b?sig=x"}"#, r#"{"SourceUri":"http://h/b?sig=x"}"#] {
        let path = "/v1/rest/ingest/d/T?streamFormat=csv&sourceKind=uri";
        assert_eq!(post(&app, path, body).await.status, 200);
        let StreamBody::BlobUri(uri) = fake.streams.lock().pop().unwrap().body else { panic!("not a blob") };
        assert_eq!(uri, "http://h/b?sig=x");
    }
    assert_eq!(post(&app, "/v1/rest/ingest/d/T?streamFormat=csv&sourceKind=uri", "{}").await.status, 400);
}

#[tokio::test]
async fn bodies_above_the_limit_are_refused_with_a_length_and_without() {
    let settings = HttpSettings { streaming_body_bytes_max: 10, ..HttpSettings::default() };
    let app = app_with(Arc::new(Fake::default()), settings);
    let path = "/v1/rest/ingest/d/T?streamFormat=csv";
    let stated = Request::post(path).header("content-length", 11).body(Body::from("01234567890")).unwrap();
    let chunks = futures::stream::iter(["01234", "56789", "0"].map(Ok::<_, std::io::Error>));
    let chunked = Request::post(path).body(Body::from_stream(chunks)).unwrap();
    for request in [stated, chunked] {
        let answer = send(&app, request).await;
        assert_eq!(answer.status, 413);
        assert!(answer.text.contains(r#""@type":"Kusto.Data.Exceptions.KustoRequestPayloadTooLargeException""#));
        assert!(answer.text.contains("too large: it exceeds the maximum allowed size"));
        assert!(answer.text.contains("\"@permanent\":true"));
    }
    assert_eq!(post(&app, path, "0123456789").await.status, 200);
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_later() {
    let settings = HttpSettings { streaming_requests_max: 0, ..HttpSettings::default() };
    let app = app_with(Arc::new(Fake::default()), settings);
    let answer = post(&app, "/v1/rest/ingest/d/T?streamFormat=csv", "1").await;
    assert_eq!(answer.status, 429);
    assert!(answer.text.contains("\"@permanent\":false"));
    assert!(answer.text.contains("KustoRequestThrottledException"));
}

#[tokio::test]
async fn a_slot_is_given_back_when_a_request_ends() {
    let settings = HttpSettings { streaming_requests_max: 1, ..HttpSettings::default() };
    let app = app_with(Arc::new(Fake::default()), settings);
    for _ in 0..3 {
        assert_eq!(post(&app, "/v1/rest/ingest/d/T?streamFormat=csv", "1").await.status, 200);
    }
}

#[tokio::test]
async fn a_policy_that_is_off_says_so_in_the_words_clients_look_for() {
    let fake = Fake { stream: Box::new(|_| Err(AppError::streaming_policy_not_enabled("d", "T"))), ..Fake::default() };
    let answer = post(&app(Arc::new(fake)), "/v1/rest/ingest/d/T?streamFormat=csv", "1").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("Streaming ingestion policy is not enabled"));
    assert!(answer.text.contains("\"code\":\"BadRequest_StreamingIngestionPolicyNotEnabled\""));
}

#[tokio::test]
async fn the_format_is_required_and_the_source_kind_known() {
    let app = app(Arc::new(Fake::default()));
    assert_eq!(post(&app, "/v1/rest/ingest/d/T", "1").await.status, 400);
    assert_eq!(post(&app, "/v1/rest/ingest/d/T?streamFormat=csv&sourceKind=pigeon", "1").await.status, 400);
}

/// A body of `pieces` KiB, and how many of them were taken.
fn counted(pieces: usize) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let pieces = stream::iter(0..pieces).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'1'; 1024]))
    });
    (Body::from_stream(pieces), taken)
}

#[tokio::test]
async fn who_is_refused_may_write_to_the_end_and_use_the_connection_again() {
    let app = app_with(Arc::default(), HttpSettings { streaming_requests_max: 0, ..HttpSettings::default() });
    let (body, taken) = counted(100);
    let refused = post(&app, "/v1/rest/ingest/d/T?streamFormat=csv", body).await;
    assert_eq!((refused.status.as_u16(), refused.headers.get("connection")), (429, None));
    assert_eq!(taken.load(Ordering::SeqCst), 100);
    let (body, taken) = counted(100);
    assert_eq!(post(&app, "/v1/rest/nothing/here", body).await.status, 404);
    assert_eq!(taken.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn who_has_too_much_to_write_or_has_not_begun_is_told_that_the_connection_ends() {
    let app = app_with(Arc::default(), HttpSettings { streaming_requests_max: 0, ..HttpSettings::default() });
    let (body, taken) = counted(1024 * 1024);
    let refused = post(&app, "/v1/rest/ingest/d/T?streamFormat=csv", body).await;
    assert_eq!((refused.status.as_u16(), refused.headers["connection"].as_bytes()), (429, &b"close"[..]));
    assert!(taken.load(Ordering::SeqCst) < 1024 * 1024);
    let (body, taken) = counted(100);
    let request = Request::post("/v1/rest/ingest/d/T?streamFormat=csv").header("expect", "100-continue");
    let refused = send(&app, request.body(body).unwrap()).await;
    assert_eq!((refused.status.as_u16(), refused.headers["connection"].as_bytes()), (429, &b"close"[..]));
    assert_eq!(taken.load(Ordering::SeqCst), 0);
}
