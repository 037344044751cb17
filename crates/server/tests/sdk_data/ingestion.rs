//! Streaming ingestion, as clients of ingestion use it.

use bytes::Bytes;
use kusto_data::{ErrorKind, StreamBody, StreamingIngestRequest};

use crate::server;

#[tokio::test]
async fn streamed_rows_are_there_when_the_call_returns() {
    let (client, _server) = server();
    client.execute("", ".create table T (n: long, s: string)", None).await.unwrap();
    let bytes = StreamBody::Bytes(Bytes::from_static(b"1,a\n2,b\n"));
    let answer = client.stream_ingest(StreamingIngestRequest::new("T", "csv", bytes)).await.unwrap();
    assert_eq!(answer.primary().unwrap().value(0, "ConsumedRecordsCount"), Some(&2_i64.into()));
    let pieces = (0..100).map(|n| Ok(Bytes::from(format!("{{\"n\":{n},\"s\":\"x\"}}\n"))));
    let body = StreamBody::stream(futures::stream::iter(pieces));
    client.stream_ingest(StreamingIngestRequest::new("T", "multijson", body)).await.unwrap();
    let count = client.execute("", "T | count", None).await.unwrap();
    assert_eq!(count.primary_rows::<i64>().unwrap(), [102]);
}

#[tokio::test]
async fn the_same_source_twice_is_one_copy() {
    let (client, _server) = server();
    client.execute("", ".create table T (n: long)", None).await.unwrap();
    for attempt in 1..=2 {
        let id = format!("KRC.executeManagedStreamingIngest;0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f;{attempt}");
        let request = StreamingIngestRequest::new("T", "csv", StreamBody::Bytes("1\n2\n3\n".into()));
        client.stream_ingest(request.with_client_request_id(id)).await.unwrap();
    }
    let count = client.execute("", "T | count", None).await.unwrap();
    assert_eq!(count.primary_rows::<i64>().unwrap(), [3]);
}

#[tokio::test]
async fn what_cannot_be_ingested_is_refused_for_good() {
    let (client, _server) = server();
    client.execute("", ".create table T (n: long)", None).await.unwrap();
    let request = |table: &str| StreamingIngestRequest::new(table, "csv", StreamBody::Bytes("1\n".into()));
    let missing_table = client.stream_ingest(request("NoSuchTable")).await.unwrap_err();
    assert_eq!((missing_table.code(), missing_table.is_permanent()), (Some("BadRequest_TableNotExist"), true));
    let missing_mapping = client.stream_ingest(request("T").with_mapping("none")).await.unwrap_err();
    assert_eq!(missing_mapping.code(), Some("BadRequest_MappingReferenceWasNotFound"));
    let body = StreamBody::Bytes(vec![b'1'; 11 << 20].into());
    let too_large = client.stream_ingest(StreamingIngestRequest::new("T", "csv", body)).await.unwrap_err();
    assert!(matches!(too_large.kind(), ErrorKind::TooLarge | ErrorKind::Unreachable), "{too_large:?}");
}
