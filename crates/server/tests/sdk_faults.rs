//! Hundreds of ingestions through a network that drops, delays, throttles and garbles: no row is lost or doubled, and
//! nothing hangs.
//!
//! Every ingestion has a number, which is in each of its rows. What was reported as a success is there exactly once; of
//! what was reported as a failure nobody knows more than that it is not there twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "fault_proxy/proxy.rs"]
mod proxy;
#[path = "fault_proxy/service.rs"]
mod service;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use calypso_clock::SeededIds;
use futures::{StreamExt as _, future::BoxFuture, stream};
use kusto_ingest::{
    Error, IngestClient, IngestClientOptions, IngestionProperties, ManagedStreamingIngestClient, QueuedIngestClient,
    Source, StreamingIngestClient,
};
use proxy::FaultProxy;
use service::{DATABASE, Service};

/// Rows of one ingestion.
const ROWS: u64 = 3;
/// Ingestions under way at once.
const PARALLEL: usize = 24;
/// The deadline of one call, as the client counts; it counts twenty times too fast.
const DEADLINE: Duration = Duration::from_secs(200);
/// The deadline of waiting for the end of what was queued.
const WAIT_DEADLINE: Duration = Duration::from_secs(30);
/// How long both may take: whatever takes longer hangs.
const HANGS_AFTER: Duration = Duration::from_secs(80);
const SEED: u64 = 20_261_121;

/// Waits a twentieth of what clients want to wait, so that retries are quick.
fn hurry(wait: Duration) -> BoxFuture<'static, ()> {
    Box::pin(tokio::time::sleep(wait / 20))
}

/// What an ingestion was reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Succeeded,
    /// Failed, or nobody knows.
    Doubtful,
}

/// Ingests rows that carry `number` and waits for their end.
async fn ingest(client: &dyn IngestClient, table: &str, number: u64) -> Outcome {
    let text: String = (0..ROWS).map(|row| format!("{number},{row}\n")).collect();
    let properties = IngestionProperties::new(DATABASE, table).with_flush_immediately(number.is_multiple_of(4));
    let ended = tokio::time::timeout(HANGS_AFTER, async {
        let result = client.ingest(Source::bytes(text), &properties).await?;
        result.wait(WAIT_DEADLINE).await
    });
    let ended: Result<_, Error> = ended.await.unwrap_or_else(|_| panic!("ingestion {number} hangs"));
    match ended {
        Ok(status) if status.is_success() => Outcome::Succeeded,
        Ok(_) | Err(_) => Outcome::Doubtful,
    }
}

/// Ingests `count` times and compares what was reported with what is there.
async fn check(service: &Service, client: &dyn IngestClient, proxy: &FaultProxy, table: &str, count: u64) {
    service.command(&format!(".create table {table} (number:long, row:long)")).await;
    let ingestions = (0..count).map(|number| async move { (number, ingest(client, table, number).await) });
    let outcomes: BTreeMap<u64, Outcome> = stream::iter(ingestions).buffer_unordered(PARALLEL).collect().await;
    settle(service, table).await;
    let query = format!("{table} | summarize count() by number");
    let answer = service.client.execute_query(DATABASE, &query, None).await.unwrap();
    let rows: BTreeMap<u64, u64> = answer.primary_rows::<(u64, u64)>().unwrap().into_iter().collect();
    for (number, outcome) in &outcomes {
        let found = rows.get(number).copied().unwrap_or(0);
        match outcome {
            Outcome::Succeeded => assert_eq!(found, ROWS, "ingestion {number} of {table} succeeded"),
            Outcome::Doubtful => assert!(found == 0 || found == ROWS, "ingestion {number} of {table}: {found} rows"),
        }
    }
    let succeeded = outcomes.values().filter(|outcome| **outcome == Outcome::Succeeded).count() as u64;
    assert!(proxy.faults() > count / 5, "only {} faults were met", proxy.faults());
    assert!(succeeded > count / 2, "only {succeeded} of {count} succeeded");
}

/// Waits until the service has done all that was posted before: queues are emptied in order.
async fn settle(service: &Service, table: &str) {
    let client = QueuedIngestClient::new(service.http.as_str()).unwrap();
    for number in 0..2 {
        let properties = IngestionProperties::new(DATABASE, table);
        let result = client.ingest_from_bytes(format!("{},0\n", 1_000_000 + number), &properties).await.unwrap();
        assert!(result.wait(HANGS_AFTER).await.unwrap().is_success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn managed_streaming_neither_loses_nor_doubles_rows() {
    let service = Service::start();
    let proxy = FaultProxy::start(&service.http, SEED, true).await;
    let options = IngestClientOptions::new().with_sleep(hurry).with_ids(Arc::new(SeededIds::new(SEED)));
    let client = ManagedStreamingIngestClient::with_options(proxy.url.as_str(), options).unwrap();
    check(&service, &client.with_deadline(DEADLINE), &proxy, "Managed", 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn managed_streaming_to_a_table_without_the_policy_neither_loses_nor_doubles_rows() {
    let service = Service::start();
    service.command(&format!(".alter database {DATABASE} policy streamingingestion disable")).await;
    let proxy = FaultProxy::start(&service.http, SEED + 1, true).await;
    let options = IngestClientOptions::new().with_sleep(hurry).with_ids(Arc::new(SeededIds::new(SEED + 1)));
    let client = ManagedStreamingIngestClient::with_options(proxy.url.as_str(), options).unwrap();
    check(&service, &client.with_deadline(DEADLINE), &proxy, "Fallen", 150).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_streaming_fails_rather_than_lose_or_double_rows() {
    let service = Service::start();
    let proxy = FaultProxy::start(&service.http, SEED + 3, false).await;
    let client = StreamingIngestClient::new(proxy.url.as_str()).unwrap();
    check(&service, &client, &proxy, "Streamed", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queueing_neither_loses_nor_doubles_rows() {
    let service = Service::start();
    let proxy = FaultProxy::start(&service.http, SEED + 2, true).await;
    let options = IngestClientOptions::new().with_sleep(hurry).with_ids(Arc::new(SeededIds::new(SEED + 2)));
    let client = QueuedIngestClient::with_options(proxy.url.as_str(), options).unwrap();
    check(&service, &client.with_deadline(DEADLINE), &proxy, "Queued", 200).await;
}
