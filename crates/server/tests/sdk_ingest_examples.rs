//! The examples of kusto-ingest, each run against a service of its own; that of Azure's service is only compiled.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![allow(dead_code, reason = "the examples' `main` is for people")]

#[path = "sdk_ingest/service.rs"]
mod service;

#[path = "../../kusto-ingest/examples/azure_data_explorer.rs"]
mod azure_data_explorer;
#[path = "../../kusto-ingest/examples/from_blob.rs"]
mod from_blob;
#[path = "../../kusto-ingest/examples/from_bytes.rs"]
mod from_bytes;
#[path = "../../kusto-ingest/examples/from_file.rs"]
mod from_file;
#[path = "../../kusto-ingest/examples/from_reader.rs"]
mod from_reader;
#[path = "../../kusto-ingest/examples/from_record_batches.rs"]
mod from_record_batches;
#[path = "../../kusto-ingest/examples/from_rows.rs"]
mod from_rows;
#[path = "../../kusto-ingest/examples/from_stream.rs"]
mod from_stream;
#[path = "../../kusto-ingest/examples/managed_streaming.rs"]
mod managed_streaming;
#[path = "../../kusto-ingest/examples/queued.rs"]
mod queued;
#[path = "../../kusto-ingest/examples/streaming.rs"]
mod streaming;

use service::{DATABASE, Service};

#[tokio::test(flavor = "multi_thread")]
async fn an_example_of_every_client_does_what_it_says() {
    let service = Service::start();
    streaming::run(&service.http, DATABASE).await.unwrap();
    managed_streaming::run(&service.http, DATABASE).await.unwrap();
    queued::run(&service.http, DATABASE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_of_every_source_does_what_it_says() {
    let service = Service::start();
    from_file::run(&service.http, DATABASE).await.unwrap();
    from_reader::run(&service.http, DATABASE).await.unwrap();
    from_stream::run(&service.http, DATABASE).await.unwrap();
    from_bytes::run(&service.http, DATABASE).await.unwrap();
    from_rows::run(&service.http, DATABASE).await.unwrap();
    from_record_batches::run(&service.http, DATABASE).await.unwrap();
    let url = service.put_blob("cities.csv", b"1,Oslo\n2,Lima\n".to_vec()).await;
    from_blob::run(&service.http, DATABASE, &url).await.unwrap();
}
