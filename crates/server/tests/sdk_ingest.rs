//! The ingestion clients of the Rust SDK against a running service: every client, source and format.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "sdk_ingest/samples.rs"]
mod samples;
#[path = "sdk_ingest/service.rs"]
mod service;

use std::{io::Cursor, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use kusto_ingest::{
    DataFormat, Error, IngestClient, IngestionProperties, ManagedStreamingIngestClient, QueuedIngestClient, Source,
    StreamingIngestClient,
};
use samples::Sample;
use serde::Serialize;
use service::{DATABASE, Service};

/// Longest wait for an ingestion; none should take it.
const DEADLINE: Duration = Duration::from_secs(120);
/// Ingestions under way at once.
const PARALLEL: usize = 16;
const SOURCES: [&str; 6] = ["file", "reader", "blocking_reader", "bytes", "stream", "blob"];

/// One client with one source in one format, and its table.
struct Case<'s> {
    table: String,
    source: &'static str,
    sample: &'s Sample,
}

/// Brings every kind of source in every format through `client` and compares the rows.
async fn every_source_and_format(service: &Service, client: &dyn IngestClient) {
    let samples = samples::all();
    let case = |sample| {
        SOURCES.map(move |source| Case { table: format!("{source}_{}", Sample::name(sample)), source, sample })
    };
    let cases: Vec<Case<'_>> = samples.iter().flat_map(case).collect();
    let definitions: Vec<String> =
        cases.iter().map(|case| format!("{} ({})", case.table, case.sample.schema)).collect();
    service.command(&format!(".create tables {}", definitions.join(", "))).await;
    let ingestions = cases.iter().map(|case| async {
        let properties = IngestionProperties::new(DATABASE, &case.table)
            .with_format(case.sample.format)
            .with_flush_immediately(true);
        let result = client.ingest(source(service, case).await, &properties).await;
        let result = result.unwrap_or_else(|error| panic!("{}: {error}", case.table));
        let status = result.wait(DEADLINE).await.unwrap_or_else(|error| panic!("{}: {error}", case.table));
        assert!(status.is_success(), "{}: {status:?}", case.table);
    });
    stream::iter(ingestions).buffer_unordered(PARALLEL).collect::<()>().await;
    let checks = cases.iter().map(|case| async {
        let lines = service.lines(&format!("{} {}", case.table, case.sample.query)).await;
        assert_eq!(lines, case.sample.lines, "{}", case.table);
    });
    stream::iter(checks).buffer_unordered(PARALLEL).collect::<()>().await;
}

impl Sample {
    fn name(&self) -> &'static str {
        self.format.name()
    }
}

async fn source(service: &Service, case: &Case<'_>) -> Source {
    let bytes = case.sample.bytes.clone();
    match case.source {
        "file" => Source::file(service.file(&case.table, &bytes)),
        "reader" => Source::reader(tokio::fs::File::open(service.file(&case.table, &bytes)).await.unwrap()),
        "blocking_reader" => Source::blocking_reader(Cursor::new(bytes)),
        "bytes" => Source::bytes(bytes),
        "stream" => {
            let pieces: Vec<_> = bytes.chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            Source::stream(stream::iter(pieces))
        }
        _ => Source::blob(service.put_blob(&case.table, bytes).await),
    }
}

#[derive(Serialize)]
struct Reading {
    id: i64,
    city: &'static str,
    celsius: Option<f64>,
    tags: Vec<&'static str>,
}

/// Brings rows and record batches, which have a format of their own, through `client`.
async fn rows_and_record_batches(service: &Service, client: &dyn IngestClient) {
    let schema = "(id:long, city:string, celsius:real, tags:dynamic)";
    service.command(&format!(".create tables Rows {schema}, Batches {schema}")).await;
    let rows = (0..1000).map(|id| Reading {
        id,
        city: "Łódź, \"PL\"",
        celsius: (id % 2 == 0).then_some(0.5),
        tags: vec!["a"],
    });
    let wait = |result: Result<kusto_ingest::IngestionResult, Error>| async {
        assert!(result.unwrap().wait(DEADLINE).await.unwrap().is_success());
    };
    let properties = |table| IngestionProperties::new(DATABASE, table).with_flush_immediately(true);
    wait(client.ingest(Source::rows(rows), &properties("Rows")).await).await;
    let answer = service.client.execute_query(DATABASE, "Rows", None).await.unwrap();
    let batch = answer.primary().unwrap().to_record_batch().unwrap();
    let batches = [batch.slice(0, 300), batch.slice(300, 700)];
    wait(client.ingest(Source::record_batches(batches), &properties("Batches")).await).await;
    let summary = "| summarize line = strcat(count(), '|', sum(id), '|', sum(celsius), '|', countif(isnull(celsius)), '|', \
        take_any(city), '|', countif(tags[0] == 'a'))";
    let expected = ["1000|499500|250.0|500|Łódź, \"PL\"|1000"];
    assert_eq!(service.lines(&format!("Rows {summary}")).await, expected);
    assert_eq!(service.lines(&format!("Batches {summary}")).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn streaming_brings_every_source_in_every_format() {
    let service = Service::start();
    let client = StreamingIngestClient::new(service.http.as_str()).unwrap();
    every_source_and_format(&service, &client).await;
    rows_and_record_batches(&service, &client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn managed_streaming_brings_every_source_in_every_format() {
    let service = Service::start();
    let client = ManagedStreamingIngestClient::new(service.http.as_str()).unwrap();
    every_source_and_format(&service, &client).await;
    rows_and_record_batches(&service, &client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queueing_brings_every_source_in_every_format() {
    let service = Service::start();
    let client = QueuedIngestClient::new(service.http.as_str()).unwrap();
    every_source_and_format(&service, &client).await;
    rows_and_record_batches(&service, &client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_too_large_to_stream_arrive_whole_through_the_queue() {
    let service = Service::start();
    service.command(".create table Large (n:long, text:string)").await;
    let client: Arc<dyn IngestClient> = Arc::new(ManagedStreamingIngestClient::new(service.http.as_str()).unwrap());
    let line = |n: u64| Ok(Bytes::from(format!("{n},{}\n", "some text ".repeat(100))));
    let properties = IngestionProperties::new(DATABASE, "Large").with_flush_immediately(true);
    let result = client.ingest_from_stream(stream::iter((0..12_000).map(line)), &properties).await.unwrap();
    assert!(!result.is_streamed());
    assert!(result.wait(DEADLINE).await.unwrap().is_success());
    let query = "Large | summarize line = strcat(count(), '|', sum(n), '|', dcount(text))";
    assert_eq!(service.lines(query).await, ["12000|71994000|1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_the_policy_is_filled_through_the_queue() {
    let service = Service::start();
    service.command(".create table Off (n:long, text:string)").await;
    service.command(".alter table Off policy streamingingestion disable").await;
    let properties = IngestionProperties::new(DATABASE, "Off").with_flush_immediately(true);
    let streaming = StreamingIngestClient::new(service.http.as_str()).unwrap();
    let error = streaming.ingest_from_bytes("1,a\n", &properties).await.unwrap_err();
    assert!(error.is_permanent() && error.to_string().contains("not enabled"), "{error}");
    let managed = ManagedStreamingIngestClient::new(service.http.as_str()).unwrap();
    for _ in 0..2 {
        let result = managed.ingest_from_bytes("1,a\n", &properties).await.unwrap();
        assert!(!result.is_streamed());
        assert!(result.wait(DEADLINE).await.unwrap().is_success());
    }
    assert_eq!(service.lines("Off | summarize line = tostring(count())").await, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_source_id_leaves_one_copy_whichever_way_it_goes() {
    let service = Service::start();
    service.command(".create table Once (n:long, text:string)").await;
    let properties = IngestionProperties::new(DATABASE, "Once").with_flush_immediately(true);
    let managed = ManagedStreamingIngestClient::new(service.http.as_str()).unwrap();
    let queued = QueuedIngestClient::new(service.http.as_str()).unwrap();
    let id = "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f".parse().unwrap();
    let source = || Source::bytes("1,a\n2,b\n").with_source_id(id);
    for _ in 0..2 {
        assert!(managed.ingest(source(), &properties).await.unwrap().is_streamed());
    }
    queued.ingest(source(), &properties).await.unwrap().wait(DEADLINE).await.unwrap();
    assert_eq!(service.lines("Once | summarize line = tostring(count())").await, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_left_out_by_queueing_and_refused_by_streaming() {
    let service = Service::start();
    service.command(".create table Headed (n:long, text:string)").await;
    let properties = IngestionProperties::new(DATABASE, "Headed")
        .with_format(DataFormat::Csv)
        .with_ignore_first_record(true)
        .with_flush_immediately(true);
    let streaming = StreamingIngestClient::new(service.http.as_str()).unwrap();
    let error = streaming.ingest_from_bytes("n,text\n1,a\n", &properties).await.unwrap_err();
    assert!(matches!(error, Error::NotStreamable { property: "ignore_first_record" }), "{error}");
    let managed = ManagedStreamingIngestClient::new(service.http.as_str()).unwrap();
    let result = managed.ingest_from_bytes("n,text\n1,a\n", &properties).await.unwrap();
    assert!(result.wait(DEADLINE).await.unwrap().is_success());
    assert_eq!(service.lines("Headed | project line = strcat(n, text)").await, ["1a"]);
}
