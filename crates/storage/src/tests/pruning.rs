//! Ruling out extents and row groups: never a row too few.

use calypso_columns::{ColumnPredicate, Comparison, ScanRequest};
use calypso_types::{DateTime, Scalar};

use super::bench::{Bench, START, TABLE, numbers, rows};
use crate::{Error, IngestOptions, settings::ROW_GROUP_ROWS};

const ROWS: i64 = ROW_GROUP_ROWS as i64 + 1000;

#[tokio::test(flavor = "multi_thread")]
async fn row_groups_are_ruled_out_by_bounds_and_by_terms() {
    let bench = Bench::new().await;
    let batches = (0..ROWS).step_by(10_000).map(|start| Ok::<_, Error>(rows(start..(start + 10_000).min(ROWS))));
    bench.storage.ingest_extents(bench.table(), batches, IngestOptions::default()).await.unwrap();
    let read = |predicate| {
        let request = ScanRequest { columns: vec![2], predicates: vec![predicate], limit: Some(1) };
        numbers(&bench.storage.snapshot(), &request)
    };
    let last = ROWS - 1;
    let is_last_group = |numbers: &[i64]| numbers.len() == 1000 && numbers.contains(&last);
    let at = Scalar::DateTime(DateTime(START.0 + last));
    let compare = |column, comparison, value| ColumnPredicate::Compare { column, comparison, value };
    assert!(is_last_group(&read(compare(0, Comparison::GreaterOrEqual, at.clone()))));
    assert!(is_last_group(&read(compare(2, Comparison::Equal, Scalar::Int(last as i32)))));
    assert!(is_last_group(&read(ColumnPredicate::AnyOf { column: 2, values: vec![Scalar::Long(last)] })));
    assert_eq!(read(compare(0, Comparison::Greater, at)), Vec::<i64>::new());
    assert_eq!(read(compare(2, Comparison::LessOrEqual, Scalar::Long(0))).len(), ROW_GROUP_ROWS);
    // Terms: case does not matter, parts of terms do not match, several terms must all be there.
    let has = |terms: &[&str]| {
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        read(ColumnPredicate::HasTerms { column: 1, terms })
    };
    assert!(is_last_group(&has(&[&format!("number{last}")])));
    assert!(is_last_group(&has(&["request", &format!("number{last}")])));
    assert_eq!(has(&["request"]).len() as i64, ROWS);
    assert!(has(&["reques"]).is_empty());
    let text = format!("Request number{last} ended well, with a text that is not inlined");
    assert!(is_last_group(&read(compare(1, Comparison::Equal, Scalar::from(text)))));
}

#[tokio::test(flavor = "multi_thread")]
async fn extents_are_ruled_out_by_the_catalog_without_opening_them() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    bench.append(10..20).await;
    bench.seal().await;
    bench.append(20..30).await;
    let predicate =
        ColumnPredicate::Compare { column: 2, comparison: Comparison::GreaterOrEqual, value: Scalar::Long(15) };
    let request = ScanRequest { columns: vec![2], predicates: vec![predicate], limit: None };
    let snapshot = bench.storage.snapshot();
    let scan = snapshot.scan(TABLE, &request).unwrap();
    assert_eq!((scan.extents_total, scan.extents_scanned, scan.rows_total, scan.rows_scanned), (2, 1, 30, 20));
    assert_eq!(numbers(&snapshot, &request), (10..30).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn constants_of_another_type_rule_nothing_out() {
    let bench = Bench::new().await;
    bench.append(0..10).await;
    bench.seal().await;
    for value in [Scalar::Real(1e9), Scalar::null(calypso_types::ScalarType::Long), Scalar::from("x")] {
        let predicate = ColumnPredicate::Compare { column: 2, comparison: Comparison::Equal, value };
        let request = ScanRequest { columns: vec![2], predicates: vec![predicate], limit: None };
        assert_eq!(numbers(&bench.storage.snapshot(), &request).len(), 10);
    }
}
