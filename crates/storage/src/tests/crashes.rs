//! Crashes between the steps of a seal, damaged files, and what the next start makes of them.

use std::fs;

use super::bench::{Bench, TABLE, rows};
use crate::{
    Error, ErrorKind,
    extent_set::{ExtentSetWriter, ExtentStamp, IngestedWhen},
    tests::bench::START,
};

/// The extent is durable, the commit never happened. The rows are only in the log; the file must not stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_extent_and_commit_leaves_the_rows_and_removes_the_file() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    let mut writer =
        ExtentSetWriter::new(bench.storage.inner.clone(), &bench.table(), crate::extent::EncodeThreads::All);
    writer.write(&rows(0..10)).unwrap();
    let stamp = ExtentStamp {
        min_created_on: START,
        max_created_on: START,
        tags: Vec::new(),
        original_bytes: None,
        ingested: IngestedWhen::AtCommit,
    };
    std::mem::forget(writer.finish(&stamp).unwrap());
    fs::write(bench.dir.path().join(format!("extents/{TABLE}/half.parquet.tmp")), b"half").unwrap();
    assert_eq!(bench.extent_files().len(), 2);
    let bench = bench.reopen().await;
    assert_eq!(bench.extent_files(), Vec::<String>::new());
    assert_eq!(bench.numbers(), (0..10).collect::<Vec<_>>());
}

/// The commit happened, the log was not trimmed: its copy of the rows no longer counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_commit_does_not_double_sealed_rows() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    assert_eq!(bench.seal().await, 1);
    assert_eq!(bench.rowlog_files(), 1);
    bench.append(10..12).await;
    let bench = bench.reopen().await;
    assert_eq!(bench.storage.rows_in_row_store(TABLE), 2);
    assert_eq!(bench.numbers(), (0..12).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_whose_rows_are_all_sealed_are_removed() {
    let bench = Bench::with(|settings| settings.row_log_segment_bytes = 500).await;
    for n in 0..20 {
        bench.append(n..n + 1).await;
    }
    assert!(bench.storage.inner.segments.closed_count() >= 10);
    bench.seal().await;
    assert_eq!(bench.storage.inner.segments.closed_count(), 0);
    assert_eq!(bench.rowlog_files(), 1);
    bench.append(20..21).await;
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), (0..21).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_record_stops_the_start_and_is_named() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.append(10..20).await;
    let rowlog = bench.dir.path().join("rowlog");
    let segment = fs::read_dir(&rowlog).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[200] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let error = bench.try_reopen().await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(matches!(&error, Error::Corrupt { file, .. } if *file == segment), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_extent_is_reported_when_it_is_first_opened() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    let file = bench.dir.path().join("extents").join(&bench.extent_files()[0]);
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    fs::write(&file, bytes).unwrap();
    let bench = bench.reopen().await;
    let request = calypso_columns::ScanRequest { columns: vec![2], ..Default::default() };
    let mut units = bench.storage.snapshot().scan(TABLE, &request).unwrap().units;
    let error = units.pop().unwrap().open().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_cannot_open_one_directory() {
    let bench = Bench::new().await;
    let second = crate::Storage::open(
        crate::StorageSettings::new(bench.dir.path()),
        bench.catalog.clone(),
        bench.clock.clone(),
        std::sync::Arc::new(calypso_clock::SeededIds::new(5)),
    );
    assert!(matches!(second.await, Err(Error::Locked { .. })));
}
