//! Extents that get other tags or go to another table, while queries hold earlier versions.

use std::sync::Arc;

use calypso_columns::ScanRequest;
use calypso_model::{Change, Extent, Table, TableId};
use uuid::Uuid;

use super::bench::{Bench, TABLE, columns, numbers};
use crate::{Error, ErrorKind, ExtentMove};

const OTHER: TableId = TableId(Uuid::from_u128(3));

/// A second table with the columns of the first in the opposite order, and so with other ids.
async fn other(bench: &Bench) -> Arc<Table> {
    let mut columns = columns();
    columns.reverse();
    for (column, id) in columns.iter_mut().zip(1..) {
        column.id = id;
    }
    let table = Table { id: OTHER, name: "Other".to_owned(), columns, ..Table::clone(&bench.table()) };
    bench.change(vec![Change::PutTable(Arc::new(table.clone()))]).await;
    Arc::new(table)
}

fn request(bench: &Bench, target: &Arc<Table>) -> ExtentMove {
    let extents = bench.catalog.snapshot().extents_of(TABLE);
    let moved = extents.iter().map(|extent| (bench.table(), extent.clone())).collect();
    ExtentMove { target: target.clone(), moved, dropped: Vec::new(), new_ingestion_time: false }
}

async fn retag(bench: &Bench, tag: &str) {
    let retagged = bench.storage.retag_extents("test", |state| {
        let put = |extent: &Arc<Extent>| Arc::new(Extent { tags: vec![tag.to_owned()], ..Extent::clone(extent) });
        Ok::<_, Error>((state.extents_of(TABLE).iter().map(put).collect(), ()))
    });
    retagged.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_stays_while_any_version_names_its_extent_under_any_tags() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    let all = ScanRequest { columns: vec![2], ..ScanRequest::default() };
    let untagged = bench.storage.snapshot();
    retag(&bench, "a").await;
    let tagged = bench.storage.snapshot();
    assert_eq!(tagged.state.extents_of(TABLE)[0].tags, ["a"]);
    assert_eq!(tagged.state.extents_of(TABLE)[0].id, untagged.state.extents_of(TABLE)[0].id);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0);
    bench.change(vec![Change::DropExtent { table: TABLE, extent: tagged.state.extents_of(TABLE)[0].id }]).await;
    drop(tagged);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0, "the version before the tag reads it still");
    assert_eq!(numbers(&untagged, &all), (0..10).collect::<Vec<_>>());
    drop(untagged);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 1);
    assert_eq!(bench.extent_files(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_rows_are_in_the_other_table_and_earlier_versions_read_them_in_the_first() {
    let bench = Bench::new().await;
    for n in 0..3 {
        bench.append(n * 10..(n + 1) * 10).await;
        bench.seal().await;
        bench.advance(1);
    }
    let target = other(&bench).await;
    let before = bench.storage.snapshot();
    let moved = bench.storage.move_extents(request(&bench, &target), "test").await.unwrap();
    assert_eq!(moved.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    let first = before.state.extents_of(TABLE)[0].clone();
    assert_eq!(moved[0][0].min_created_on, first.min_created_on);
    assert_eq!(moved[0][0].last_ingested_on(), first.last_ingested_on());
    drop(first);
    assert_eq!(bench.numbers(), Vec::<i64>::new());
    let snapshot = bench.storage.snapshot();
    let scan = snapshot.scan(OTHER, &ScanRequest { columns: vec![0], ..ScanRequest::default() }).unwrap();
    let batches: Vec<_> = scan.units.into_iter().flat_map(|unit| unit.open().unwrap()).map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 30);
    assert_eq!(before.row_count(TABLE), 30);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 0);
    drop(before);
    assert_eq!(bench.storage.remove_garbage().await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_fails_whole_when_what_it_read_has_changed() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    let target = other(&bench).await;
    let stale = request(&bench, &target);
    retag(&bench, "a").await;
    let refused = bench.storage.move_extents(stale, "test").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert_eq!(bench.numbers(), (0..10).collect::<Vec<_>>());
    assert_eq!(bench.extent_files().len(), 1, "what was written for it is gone");
    let stale = request(&bench, &target);
    bench.change(vec![Change::DropTable(OTHER)]).await;
    let refused = bench.storage.move_extents(stale, "test").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    assert_eq!(bench.numbers(), (0..10).collect::<Vec<_>>());
}
