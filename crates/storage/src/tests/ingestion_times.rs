//! When rows were ingested: kept from the append through seals and merges, and never missed by a cursor.

use std::sync::Arc;

use arrow::{array::AsArray as _, datatypes::Int64Type};
use calypso_columns::{ColumnPredicate, Comparison, ScanRequest};
use calypso_model::{Change, Table, policy::IngestionTimePolicy};
use calypso_types::{DateTime, Scalar};

use super::bench::{Bench, COLUMN_IDS, START, TABLE, numbers, read, rows};
use crate::IngestOptions;

/// Asks for the number of each row and when it was ingested.
fn times(bench: &Bench) -> Vec<(i64, Option<i64>)> {
    let request = ScanRequest { columns: vec![2, COLUMN_IDS.len()], ..ScanRequest::default() };
    let mut times: Vec<_> = read(&bench.storage.snapshot(), &request)
        .iter()
        .flat_map(|batch| {
            let numbers = batch.column(0).as_primitive::<Int64Type>().iter().flatten().collect::<Vec<_>>();
            let times = batch.column(1).as_primitive::<Int64Type>().iter().collect::<Vec<_>>();
            numbers.into_iter().zip(times)
        })
        .collect();
    times.sort_unstable();
    times
}

async fn ingest(bench: &Bench, numbers: std::ops::Range<i64>) {
    let batches = std::iter::once(Ok::<_, crate::Error>(rows(numbers)));
    bench.storage.ingest_extents(bench.table(), batches, IngestOptions::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn times_survive_seals_merges_and_restarts() {
    let bench = Bench::new().await;
    for n in 0..10 {
        bench.append(n..n + 1).await;
        bench.advance(1);
    }
    let before = times(&bench);
    let expected: Vec<_> = (0..10).map(|n| (n, Some(START.0 + n * 10_000_000))).collect();
    assert_eq!(before, expected);
    let bench = bench.reopen().await;
    assert_eq!(times(&bench), before);
    bench.seal().await;
    assert_eq!(times(&bench), before);
    for n in 1..8 {
        ingest(&bench, n * 10..n * 10 + 10).await;
        bench.advance(1);
    }
    let before = times(&bench);
    assert!(before.iter().all(|(_, time)| time.is_some()));
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 8);
    assert_eq!(times(&bench), before);
    let bench = bench.reopen().await;
    assert_eq!(times(&bench), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn extents_are_ruled_out_by_the_time_of_ingestion() {
    let bench = Bench::new().await;
    ingest(&bench, 0..10).await;
    bench.advance(100);
    ingest(&bench, 10..20).await;
    let value = Scalar::DateTime(DateTime(START.0 + 50 * 10_000_000));
    let predicate = ColumnPredicate::Compare { column: COLUMN_IDS.len(), comparison: Comparison::Greater, value };
    let request = ScanRequest { columns: vec![2], predicates: vec![predicate], limit: None };
    let snapshot = bench.storage.snapshot();
    assert_eq!(snapshot.scan(TABLE, &request).unwrap().extents_scanned, 1);
    assert_eq!(numbers(&snapshot, &request), (10..20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_known_where_the_policy_is_off() {
    let bench = Bench::new().await;
    ingest(&bench, 0..1).await;
    let mut table = Table::clone(&bench.table());
    table.policies.ingestion_time = Some(IngestionTimePolicy { is_enabled: false });
    bench.change(vec![Change::PutTable(Arc::new(table))]).await;
    ingest(&bench, 1..2).await;
    bench.append(2..3).await;
    let known = || times(&bench).into_iter().map(|(_, time)| time.is_some()).collect::<Vec<_>>();
    assert_eq!(known(), [true, false, false]);
    bench.append(3..4).await;
    bench.seal().await;
    assert_eq!(known(), [true, false, false, false]);
    bench.storage.merge_extents().await.unwrap();
    assert_eq!(known(), [true, false, false, false]);
}

/// Readers that go from cursor to cursor see each row once, while writers append and ingest.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_row_is_missed_or_seen_twice_between_cursors() {
    let bench = Arc::new(Bench::new().await);
    let writers = (0..4).map(|writer| {
        let bench = bench.clone();
        tokio::spawn(async move {
            for n in writer * 100..writer * 100 + 25 {
                if n % 5 == 0 {
                    ingest(&bench, n..n + 1).await;
                } else {
                    bench.append(n..n + 1).await;
                }
            }
        })
    });
    let mut writers: Vec<_> = writers.collect();
    let (mut seen, mut cursor) = (Vec::new(), DateTime::MIN);
    let mut last_round = false;
    loop {
        let snapshot = bench.storage.snapshot();
        let through = snapshot.ingested_through;
        let request = ScanRequest { columns: vec![2, COLUMN_IDS.len()], ..ScanRequest::default() };
        for batch in read(&snapshot, &request) {
            let numbers = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
            let times = batch.column(1).as_primitive::<Int64Type>().values().to_vec();
            let new = numbers.into_iter().zip(times).filter(|(_, time)| *time > cursor.0 && *time <= through.0);
            seen.extend(new.map(|(number, _)| number));
        }
        cursor = through;
        if last_round {
            break;
        }
        last_round = writers.iter().all(tokio::task::JoinHandle::is_finished);
        tokio::task::yield_now().await;
    }
    for writer in writers.drain(..) {
        writer.await.unwrap();
    }
    seen.sort_unstable();
    let expected: Vec<i64> = (0..4).flat_map(|writer| writer * 100..writer * 100 + 25).collect();
    assert_eq!(seen, expected);
}
