//! What a query sees while rows move: each acknowledged row once.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use calypso_columns::ScanRequest;

use super::bench::{Bench, TABLE, numbers, read};

const APPENDS: i64 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_query_sees_each_row_once_while_rows_are_appended_sealed_and_merged() {
    let bench = Arc::new(Bench::with(|settings| settings.row_log_segment_bytes = 4000).await);
    let acknowledged = Arc::new(AtomicI64::new(0));
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (bench, acknowledged, done) = (bench.clone(), acknowledged.clone(), done.clone());
        async move {
            for n in 0..APPENDS {
                bench.append(n..n + 1).await;
                acknowledged.store(n + 1, Ordering::SeqCst);
            }
            done.store(true, Ordering::SeqCst);
        }
    });
    let sealer = tokio::spawn({
        let (bench, done) = (bench.clone(), done.clone());
        async move {
            while !done.load(Ordering::SeqCst) {
                bench.seal().await;
                bench.storage.merge_extents().await.unwrap();
                bench.storage.remove_garbage().await.unwrap();
            }
        }
    });
    while !done.load(Ordering::SeqCst) {
        let at_least = acknowledged.load(Ordering::SeqCst);
        let snapshot = bench.storage.snapshot();
        let seen = tokio::task::spawn_blocking(move || {
            let request = ScanRequest { columns: vec![2], ..ScanRequest::default() };
            assert_eq!(snapshot.row_count(TABLE), numbers(&snapshot, &request).len() as u64);
            numbers(&snapshot, &request)
        });
        let mut seen = seen.await.unwrap();
        seen.sort_unstable();
        assert!(seen.len() as i64 >= at_least);
        assert_eq!(seen, (0..seen.len() as i64).collect::<Vec<_>>());
    }
    writer.await.unwrap();
    sealer.await.unwrap();
    assert_eq!(bench.storage.snapshot().row_count(TABLE), APPENDS as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_without_columns_counts_and_a_limit_ends_it() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    bench.append(10..15).await;
    let snapshot = bench.storage.snapshot();
    let counted: usize = read(&snapshot, &ScanRequest::default()).iter().map(|batch| batch.num_rows()).sum();
    assert_eq!(counted, 15);
    let request = ScanRequest { columns: vec![2], limit: Some(3), ..ScanRequest::default() };
    assert_eq!(numbers(&snapshot, &request), [0, 1, 2]);
    let scan = snapshot.scan(TABLE, &request).unwrap();
    assert_eq!((scan.units.len(), scan.extents_total, scan.rows_total), (1, 1, 15));
    let request = ScanRequest { columns: vec![1, 0, 1], ..ScanRequest::default() };
    let batches = read(&snapshot, &request);
    let schema = batches[0].schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["Text", "At", "Text"]);
    assert!(snapshot.scan(TABLE, &ScanRequest { columns: vec![6], ..ScanRequest::default() }).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_read_once_come_from_memory_and_are_the_same() {
    let bench = Bench::new().await;
    bench.append(0..20_000).await;
    bench.seal().await;
    let cache = &bench.storage.inner.column_cache;
    let snapshot = bench.storage.snapshot();
    let all = ScanRequest { columns: vec![0, 1, 2], ..ScanRequest::default() };
    assert_eq!(cache.bytes(), 0);
    let number = ScanRequest { columns: vec![2], ..ScanRequest::default() };
    let first = numbers(&snapshot, &number);
    let held = cache.bytes();
    assert!(held >= 160_000, "{held}");
    let decoded = read(&snapshot, &all);
    assert!(cache.bytes() > held);
    assert_eq!(read(&snapshot, &all), decoded);
    assert_eq!(numbers(&snapshot, &number), first);
    let few = ScanRequest { limit: Some(10_000), ..all };
    assert_eq!(read(&snapshot, &few).iter().map(|batch| batch.num_rows()).collect::<Vec<_>>(), [8192, 1808]);
    assert_eq!(first, (0..20_000).collect::<Vec<_>>());
}
