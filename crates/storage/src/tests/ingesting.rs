//! Ingestion into extents: all or none, once per source, replacing and clearing.

use calypso_model::{Change, SourceId, TableId};
use calypso_types::{DateTime, TimeSpan};
use uuid::Uuid;

use super::bench::{Bench, START, TABLE, rows};
use crate::{Error, IngestOptions, batch_channel};

const SOURCE: SourceId = SourceId(Uuid::from_u128(77));

#[tokio::test(flavor = "multi_thread")]
async fn ingested_rows_are_in_extents_with_their_stamp() {
    let bench = Bench::new().await;
    let created_on = DateTime(START.0 - TimeSpan::DAY.0);
    let options = IngestOptions {
        created_on: Some(created_on),
        tags: vec!["drop-by:x".to_owned()],
        original_bytes: Some(1000),
        ..IngestOptions::default()
    };
    let batches = vec![Ok::<_, Error>(rows(0..5)), Ok(rows(5..9))];
    let ingested = bench.storage.ingest_extents(bench.table(), batches.into_iter(), options).await.unwrap();
    assert_eq!((ingested.rows, ingested.duplicate, ingested.extents.len()), (9, false, 1));
    let extent = &bench.catalog.snapshot().extents_of(TABLE)[0];
    assert_eq!((extent.rows, extent.original_bytes, extent.min_created_on), (9, 1000, created_on));
    assert_eq!(extent.tags, ["drop-by:x"]);
    assert_eq!(extent.columns[2].bounds, Some((0, 8)));
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), (0..9).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_ingested_once_also_after_it_was_streamed() {
    let bench = Bench::new().await;
    let ingest = || {
        let options = IngestOptions { source: Some(SOURCE), ..IngestOptions::default() };
        bench.storage.ingest_extents(bench.table(), std::iter::once(Ok::<_, Error>(rows(0..2))), options)
    };
    let (first, second) = tokio::join!(ingest(), ingest());
    assert_ne!(first.unwrap().duplicate, second.unwrap().duplicate);
    assert!(ingest().await.unwrap().duplicate);
    assert!(bench.append_source(0..2, 77).await.unwrap());
    assert_eq!(bench.numbers(), [0, 1]);
    let reservation = bench.storage.reserve_sources(TABLE, &[SOURCE, SourceId(Uuid::from_u128(78))]).await;
    assert_eq!((reservation.fresh.len(), reservation.duplicates.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_batches_abandons_everything() {
    let bench = Bench::new().await;
    let batches = vec![Ok(rows(0..5)), Err(Error::Stopped { what: "the parser" })];
    let outcome = bench.storage.ingest_extents(bench.table(), batches.into_iter(), IngestOptions::default()).await;
    assert_eq!(outcome.err().unwrap().to_string(), "the parser has stopped");
    assert_eq!(bench.extent_files(), Vec::<String>::new());
    assert_eq!(bench.extent_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_vanishes_is_not_the_end_of_the_data() {
    let bench = Bench::new().await;
    for finished in [false, true] {
        let (sender, receiver) = batch_channel::<Error>();
        let producer = tokio::spawn(async move {
            assert!(sender.send(Ok(rows(0..3))).await);
            if finished {
                sender.finish().await;
            }
        });
        let outcome = bench.storage.ingest_extents(bench.table(), receiver, IngestOptions::default()).await;
        producer.await.unwrap();
        assert_eq!(outcome.is_ok(), finished);
    }
    assert_eq!(bench.numbers(), [0, 1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_refused_leaves_no_file() {
    let bench = Bench::new().await;
    let mut table = calypso_model::Table::clone(&bench.table());
    table.id = TableId(Uuid::from_u128(4));
    let batches = std::iter::once(Ok::<_, Error>(rows(0..5)));
    let outcome = bench.storage.ingest_extents(table.clone().into(), batches, IngestOptions::default()).await;
    assert!(matches!(outcome, Err(Error::TableNotFound { .. })));
    assert_eq!(bench.extent_files(), Vec::<String>::new());
    // With the table in the same commit it works.
    table.name = "U".to_owned();
    let options =
        IngestOptions { extra_changes: vec![Change::PutTable(table.clone().into())], ..IngestOptions::default() };
    let batches = std::iter::once(Ok::<_, Error>(rows(0..5)));
    bench.storage.ingest_extents(table.clone().into(), batches, options).await.unwrap();
    assert_eq!(bench.storage.snapshot().row_count(table.id), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_drops_extents_and_streamed_rows_in_the_same_commit() {
    let bench = Bench::new().await;
    bench.append(0..5).await;
    bench.seal().await;
    bench.append(5..10).await;
    let before = bench.storage.snapshot();
    let options = IngestOptions { replace: true, ..IngestOptions::default() };
    let batches = std::iter::once(Ok::<_, Error>(rows(100..102)));
    bench.storage.ingest_extents(bench.table(), batches, options).await.unwrap();
    assert_eq!(bench.numbers(), [100, 101]);
    assert_eq!(before.row_count(TABLE), 10);
    bench.append(102..103).await;
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), [100, 101, 102]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleared_table_stays_empty_after_a_restart() {
    let bench = Bench::new().await;
    bench.append(0..5).await;
    bench.seal().await;
    bench.append(5..10).await;
    bench.storage.clear_table(TABLE, "CLEAR-TABLE").await.unwrap();
    assert_eq!(bench.numbers(), Vec::<i64>::new());
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), Vec::<i64>::new());
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0);
    assert_eq!(bench.extent_files(), Vec::<String>::new());
    bench.append(10..11).await;
    assert_eq!(bench.numbers(), [10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_of_cleared_or_replaced_rows_is_still_known_after_a_restart() {
    let bench = Bench::new().await;
    assert!(!bench.append_source(0..5, 1).await.unwrap());
    bench.storage.clear_table(TABLE, "CLEAR-TABLE").await.unwrap();
    assert!(bench.append_source(0..5, 1).await.unwrap());
    assert!(!bench.append_source(5..6, 2).await.unwrap());
    let options = IngestOptions { replace: true, ..IngestOptions::default() };
    let batches = std::iter::once(Ok::<_, Error>(rows(100..102)));
    bench.storage.ingest_extents(bench.table(), batches, options).await.unwrap();
    let bench = bench.reopen().await;
    assert!(bench.append_source(0..5, 1).await.unwrap());
    assert!(bench.append_source(5..6, 2).await.unwrap());
    assert_eq!(bench.numbers(), [100, 101]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_ingestions_that_avoid_each_others_tag_one_is_committed() {
    let bench = Bench::new().await;
    let options = || IngestOptions {
        tags: vec!["ingest-by:x".to_owned()],
        unless_tagged: vec!["ingest-by:x".to_owned()],
        ..IngestOptions::default()
    };
    // Both are written before either is committed: neither could have seen the other's tag.
    let mut written = Vec::new();
    for numbers in [0..2, 10..12] {
        let batches = std::iter::once(Ok::<_, Error>(rows(numbers)));
        written.push(bench.storage.write_extents(bench.table(), batches, &options()).await.unwrap());
    }
    let mut tagged = Vec::new();
    for written in written {
        let ingested = bench.storage.commit_extents(written, Vec::new(), options()).await.unwrap();
        tagged.push((ingested.already_tagged, ingested.rows, ingested.extents.len()));
    }
    assert_eq!(tagged, [(false, 2, 1), (true, 0, 0)]);
    assert_eq!(bench.numbers(), [0, 1]);
    bench.storage.remove_garbage().await.unwrap();
    assert_eq!(bench.extent_files().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_table_takes_its_rows_along() {
    let bench = Bench::new().await;
    bench.append(0..5).await;
    bench.seal().await;
    bench.append(5..10).await;
    bench.change(vec![Change::DropTable(TABLE)]).await;
    assert_eq!(bench.storage.snapshot().row_count(TABLE), 0);
    assert_eq!(bench.seal().await, 0);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 1);
    assert_eq!(bench.storage.row_store_statistics(), []);
}
