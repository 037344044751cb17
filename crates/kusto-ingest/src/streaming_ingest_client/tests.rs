//! What a streaming client sends, and what it refuses to send.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use futures::stream;

use super::*;
use crate::{
    ColumnMapping,
    scripted_service::{Received, ScriptedService, Step},
};

const ID: &str = "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f";

fn properties() -> IngestionProperties {
    IngestionProperties::new("my db", "T")
}

async fn received(source: Source, properties: &IngestionProperties) -> (Received, IngestionResult) {
    let service = ScriptedService::start([Step::streamed(2)]).await;
    let client = StreamingIngestClient::new(service.url.as_str()).unwrap();
    let result = client.ingest(source.with_source_id(ID.parse().unwrap()), properties).await.unwrap();
    let mut requests = service.received();
    assert_eq!(requests.len(), 1);
    (requests.remove(0), result)
}

fn inflated(request: &Received) -> String {
    let mut text = String::new();
    GzDecoder::new(request.body.as_slice()).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn text_travels_compressed_under_the_id_of_its_source() {
    let properties = properties().with_format(DataFormat::MultiJson).with_mapping_reference("m 1");
    let (request, result) = received(Source::bytes("{\"a\":1}"), &properties).await;
    assert_eq!(request.line, "POST /v1/rest/ingest/my%20db/T?streamFormat=multijson&mappingName=m+1");
    assert_eq!(request.id(), format!("KRC.executeStreamingIngest;{ID}"));
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
    assert_eq!(inflated(&request), "{\"a\":1}");
    assert_eq!(result.source_id.to_string(), ID);
    assert!(matches!(result.outcome, crate::IngestionOutcome::Streamed { rows: Some(2), attempts: 1 }));
    assert!(result.wait(std::time::Duration::ZERO).await.unwrap().is_success());
}

#[tokio::test]
async fn binary_formats_and_compressed_data_travel_as_they_are() {
    let parquet = properties().with_format(DataFormat::Parquet);
    let (request, _) = received(Source::bytes("PAR1….PAR1"), &parquet).await;
    assert_eq!((request.header("content-encoding"), request.body.as_slice()), (None, "PAR1….PAR1".as_bytes()));
    let gzip = compress_bytes(Bytes::from_static(b"1,a\n")).await.unwrap();
    let (request, _) = received(Source::bytes(gzip.clone()), &properties()).await;
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    assert_eq!(request.body, gzip);
}

#[tokio::test]
async fn data_of_unknown_length_travel_as_they_are_read() {
    let line = "2026-11-21,some text\n".repeat(5_000);
    let pieces = (0..50).map(|_| Ok(Bytes::from(line.clone()))).collect::<Vec<_>>();
    let (request, _) = received(Source::stream(stream::iter(pieces)), &properties()).await;
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    assert_eq!(inflated(&request), line.repeat(50));
}

#[tokio::test]
async fn a_blob_travels_as_its_url() {
    let (request, _) = received(Source::blob("https://h/c/b.csv?sig=x"), &properties()).await;
    assert_eq!(request.line, "POST /v1/rest/ingest/my%20db/T?streamFormat=csv&sourceKind=uri");
    assert_eq!(request.id(), format!("KRC.executeStreamingIngestFromBlob;{ID}"));
    assert_eq!(request.body, br#"{"sourceUri":"https://h/c/b.csv?sig=x"}"#);
}

#[tokio::test]
async fn rows_are_json_whatever_the_properties_say() {
    let rows = [serde_json::json!({"a": 1})];
    let (request, _) = received(Source::rows(rows), &properties()).await;
    assert!(request.line.ends_with("streamFormat=json"), "{}", request.line);
    assert_eq!(inflated(&request), "{\"a\":1}\n");
}

#[tokio::test]
async fn properties_without_a_parameter_are_refused_before_anything_is_sent() {
    let service = ScriptedService::start([]).await;
    let client = StreamingIngestClient::new(service.url.as_str()).unwrap();
    for (properties, name) in [
        (properties().with_ignore_first_record(true), "ignore_first_record"),
        (properties().with_additional_tags(["x"]), "additional_tags"),
        (properties().with_inline_mapping([ColumnMapping::from_ordinal("a", 0)]), "inline ingestion mapping"),
    ] {
        let error = client.ingest_from_bytes("1,a", &properties).await.unwrap_err();
        assert!(matches!(error, Error::NotStreamable { property } if property == name), "{error}");
        assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
    }
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    let refusal = Step::refusal(400, "BadRequest_TableNotExist", "Table 'T' does not exist", true);
    let service = ScriptedService::start([refusal, Step::streamed(1)]).await;
    let client = StreamingIngestClient::new(service.url.as_str()).unwrap();
    let error = client.ingest_from_bytes("1,a", &properties()).await.unwrap_err();
    assert!(error.is_permanent() && error.to_string().contains("does not exist"), "{error}");
    assert_eq!((service.received().len(), service.steps_left()), (1, 1));
}

#[tokio::test]
async fn a_source_that_breaks_while_it_is_sent_is_what_the_error_tells() {
    let service = ScriptedService::start([Step::streamed(1)]).await;
    let client = StreamingIngestClient::new(service.url.as_str()).unwrap();
    let good = (0..5).map(|_| Ok(Bytes::from(vec![b'x'; 1 << 20])));
    let pieces: Vec<std::io::Result<Bytes>> = good.chain([Err(std::io::Error::other("the disk is gone"))]).collect();
    let error = client.ingest(Source::stream(stream::iter(pieces)), &properties()).await.unwrap_err();
    assert!(matches!(error, Error::Source { .. }) && error.to_string().contains("the disk is gone"), "{error}");
}

#[test]
fn the_prefix_of_data_management_is_taken_off() {
    let client = StreamingIngestClient::new("https://ingest-c.r.kusto.windows.net").unwrap();
    assert_eq!(client.engine().endpoint().as_str(), "https://c.r.kusto.windows.net/");
    let options = IngestClientOptions::new().without_endpoint_correction();
    let client = StreamingIngestClient::with_options("https://ingest-c.r.kusto.windows.net", options).unwrap();
    assert_eq!(client.engine().endpoint().as_str(), "https://ingest-c.r.kusto.windows.net/");
}
