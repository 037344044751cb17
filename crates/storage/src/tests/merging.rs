//! Sealing when due, merging, retention, and the life of files.

use std::sync::Arc;

use calypso_model::{
    Change, Table,
    policy::{AutoDeletePolicy, Policies, Recoverability, RetentionPolicy},
};
use calypso_types::{DateTime, TimeSpan};

use super::bench::{Bench, START, TABLE, rows};
use crate::{Error, ExtentCompression, IngestOptions};

#[tokio::test(flavor = "multi_thread")]
async fn row_stores_are_sealed_by_rows_and_by_age() {
    let bench = Bench::with(|settings| settings.seal_rows_max = 5).await;
    bench.append(0..4).await;
    assert_eq!(bench.storage.seal_due().await.unwrap(), 0);
    bench.append(4..5).await;
    assert_eq!(bench.storage.seal_due().await.unwrap(), 1);
    bench.append(5..6).await;
    bench.advance(299);
    assert_eq!(bench.storage.seal_due().await.unwrap(), 0);
    // A little more than 300: while the clock stands still, times of ingestion go on.
    bench.advance(2);
    assert_eq!(bench.storage.seal_due().await.unwrap(), 1);
    assert_eq!((bench.extent_count(), bench.storage.rows_in_row_store(TABLE)), (2, 0));
    let operations = bench.catalog.operations(&Default::default());
    assert_eq!(operations.iter().filter(|operation| operation.operation == "RowStoreSeal").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn extents_of_both_compressions_lie_side_by_side_and_merge() {
    let mut bench = Bench::new().await;
    for compression in [ExtentCompression::Zstd, ExtentCompression::Lz4] {
        bench.settings.extent_compression = compression;
        bench = bench.reopen().await;
        for _ in 0..4 {
            let start = bench.numbers().len() as i64;
            bench.append(start..start + 1000).await;
            bench.seal().await;
        }
    }
    let sizes: Vec<u64> = bench.catalog.snapshot().extents_of(TABLE).iter().map(|extent| extent.extent_bytes).collect();
    assert!(sizes[0] < sizes[7], "{sizes:?}");
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 8);
    assert_eq!(bench.numbers(), (0..8000).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ingested_in_a_hurry_is_rebuilt_smaller_once_it_has_settled() {
    let bench = Bench::new().await;
    let batches = std::iter::once(Ok::<_, Error>(rows(0..50_000)));
    let mut ingested = bench.storage.ingest_extents(bench.table(), batches, IngestOptions::default()).await.unwrap();
    let ingested = ingested.extents.pop().unwrap();
    assert!(ingested.rebuild_wanted);
    let earlier = bench.storage.snapshot();
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 0);
    bench.advance(6 * 3600 + 1);
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 1);
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 0);
    let rebuilt = bench.catalog.snapshot().extents_of(TABLE)[0].clone();
    assert!(!rebuilt.rebuild_wanted && rebuilt.extent_bytes < ingested.extent_bytes, "{rebuilt:?}");
    assert_eq!((rebuilt.rows, rebuilt.ingested_on), (ingested.rows, ingested.ingested_on));
    assert_eq!((rebuilt.min_created_on, rebuilt.original_bytes), (ingested.min_created_on, ingested.original_bytes));
    assert_eq!(bench.numbers(), (0..50_000).collect::<Vec<_>>());
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0);
    drop((earlier, ingested));
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 1);
    let operations = bench.catalog.operations(&Default::default());
    assert_eq!(operations.iter().filter(|operation| operation.operation == "ExtentsRebuild").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_keeps_every_row_in_order_and_deletes_files_once_nobody_reads_them() {
    let bench = Bench::new().await;
    for n in 0..8 {
        bench.append(n * 10..(n + 1) * 10).await;
        bench.seal().await;
        bench.advance(1);
    }
    let earlier = bench.storage.snapshot();
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 8);
    assert_eq!(bench.extent_count(), 1);
    assert_eq!(bench.numbers(), (0..80).collect::<Vec<_>>());
    let merged = bench.catalog.snapshot().extents_of(TABLE)[0].clone();
    let parts = earlier.state.extents_of(TABLE);
    assert_eq!(merged.min_created_on, parts[0].min_created_on);
    assert_eq!(merged.max_created_on, parts[7].max_created_on);
    assert_eq!(merged.original_bytes, parts.iter().map(|part| part.original_bytes).sum::<u64>());
    drop(parts);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0);
    assert_eq!(earlier.row_count(TABLE), 80);
    drop(earlier);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 8);
    assert_eq!(bench.extent_files(), std::slice::from_ref(&merged.path));
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), (0..80).collect::<Vec<_>>());
    assert_eq!(bench.storage.merge_extents().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_drops_what_has_outlived_its_policy() {
    let bench = Bench::new().await;
    let retention =
        RetentionPolicy { soft_delete_period: TimeSpan(TimeSpan::DAY.0), recoverability: Recoverability::Disabled };
    let table = Table {
        policies: Policies { retention: Some(retention), ..Policies::default() },
        ..Table::clone(&bench.table())
    };
    bench.change(vec![Change::PutTable(Arc::new(table))]).await;
    bench.append(0..10).await;
    bench.seal().await;
    bench.advance(3600);
    bench.append(10..20).await;
    bench.seal().await;
    assert_eq!(bench.storage.apply_retention().await.unwrap(), 0);
    bench.advance(86_400 - 3600 + 1);
    assert_eq!(bench.storage.apply_retention().await.unwrap(), 1);
    assert_eq!(bench.numbers(), (10..20).collect::<Vec<_>>());
    bench.advance(3600);
    assert_eq!(bench.storage.apply_retention().await.unwrap(), 1);
    assert_eq!(bench.numbers(), Vec::<i64>::new());
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 2);
    assert_eq!(bench.extent_files(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_dropped_when_its_auto_delete_policy_expires() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    let set = |delete_if_not_empty| {
        let mut table = Table::clone(&bench.table());
        let expiry_date = DateTime(START.0 + TimeSpan::HOUR.0);
        table.policies.auto_delete = Some(AutoDeletePolicy { expiry_date, delete_if_not_empty });
        bench.change(vec![Change::PutTable(Arc::new(table))])
    };
    set(true).await;
    bench.advance(3599);
    assert_eq!(bench.storage.drop_expired_tables().await.unwrap(), 0);
    set(false).await;
    bench.advance(1);
    assert_eq!(bench.storage.drop_expired_tables().await.unwrap(), 0, "it has rows");
    bench.seal().await;
    assert_eq!(bench.storage.drop_expired_tables().await.unwrap(), 0, "it has an extent");
    set(true).await;
    assert_eq!(bench.storage.drop_expired_tables().await.unwrap(), 1);
    assert!(bench.catalog.snapshot().table_by_id(TABLE).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_background_tasks_seal_a_full_row_store_and_stop_when_told() {
    let bench = Bench::with(|settings| settings.seal_rows_max = 5).await;
    let maintenance = bench.storage.start_maintenance();
    bench.append(0..10).await;
    while bench.extent_count() == 0 {
        tokio::task::yield_now().await;
    }
    maintenance.shutdown().await;
    assert_eq!(bench.numbers(), (0..10).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn table_details_add_up_extents_and_row_store() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    bench.advance(5);
    bench.append(10..13).await;
    let details = bench.storage.snapshot().table_details(TABLE).unwrap();
    assert_eq!((details.rows, details.row_store_rows, details.extents), (13, 3, 1));
    assert_eq!(details.hot_rows, 13);
    assert_eq!(
        details.max_created_on.unwrap().since(details.min_created_on.unwrap()),
        TimeSpan(5 * TimeSpan::SECOND.0)
    );
    assert!(details.extent_bytes > 0 && details.original_bytes > details.row_store_bytes);
}
