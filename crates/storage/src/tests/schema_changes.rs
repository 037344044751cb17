//! Columns renamed, added and dropped after rows were stored.

use arrow::array::{Array as _, AsArray as _};
use calypso_columns::ScanRequest;
use calypso_types::ScalarType;

use super::bench::{Bench, TABLE, column, columns, read, rows, table};

#[tokio::test(flavor = "multi_thread")]
async fn columns_added_later_are_null_dropped_ones_are_gone_and_renamed_ones_stay() {
    let bench = Bench::new().await;
    bench.append(0..2).await;
    bench.seal().await;
    bench.append(2..4).await;
    let mut later = columns();
    later.remove(0);
    later[1].name = "Number".to_owned();
    later.extend([column(4, "Extra", ScalarType::Long), column(5, "Note", ScalarType::String)]);
    bench.change(vec![table(later)]).await;
    check(&bench);
    // A request that was parsed before the change still brings the old columns.
    bench.advance(1);
    bench.append(4..5).await;
    bench.seal().await;
    check(&bench);
    let bench = bench.reopen().await;
    check(&bench);
    for n in 5..12 {
        bench.advance(1);
        bench.append(n..n + 1).await;
        bench.seal().await;
    }
    bench.storage.merge_extents().await.unwrap();
    assert_eq!(bench.extent_count(), 1);
    check(&bench);
}

fn check(bench: &Bench) {
    let request = ScanRequest { columns: vec![1, 2, 3, 0], ..ScanRequest::default() };
    let snapshot = bench.storage.snapshot();
    let mut next = 0;
    for batch in read(&snapshot, &request) {
        assert_eq!(batch.schema().field(0).name(), "Number");
        let numbers = batch.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        for row in 0..batch.num_rows() {
            assert_eq!(numbers.value(row), next);
            next += 1;
        }
        assert_eq!(batch.column(1).null_count(), batch.num_rows());
        let notes = batch.column(2).as_string_view();
        assert!(notes.iter().all(|note| note == Some("")));
        assert!(batch.column(3).as_string_view().value(0).starts_with("Request number"));
    }
    assert_eq!(next as u64, snapshot.row_count(TABLE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_whose_type_changed_reads_as_a_new_one() {
    let bench = Bench::new().await;
    bench.append(0..2).await;
    bench.seal().await;
    bench.append(2..4).await;
    let mut later = columns();
    later[2] = column(6, "N", ScalarType::Real);
    bench.change(vec![table(later)]).await;
    let request = ScanRequest { columns: vec![2], ..ScanRequest::default() };
    let batches = read(&bench.storage.snapshot(), &request);
    assert!(batches.iter().all(|batch| batch.column(0).null_count() == batch.num_rows()));
    assert_eq!(rows(0..1).num_columns(), 3);
}
