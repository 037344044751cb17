//! Row stores: few batches however many appends, and boundaries that seals can rely on.

use std::sync::Arc;

use arrow::{
    array::{AsArray as _, RecordBatch, StringViewArray},
    datatypes::DataType,
};
use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;
use uuid::Uuid;

use super::{RowStore, SealBounds, StoredRows};
use crate::{row_log::ColumnIds, row_schema::row_schema};

const TABLE: TableId = TableId(Uuid::from_u128(2));

fn store() -> RowStore {
    RowStore::new(SealBounds { rows: u64::MAX, bytes: u64::MAX, total_bytes: u64::MAX })
}

fn rows(columns: &ColumnIds, position: u64) -> StoredRows {
    let texts = StringViewArray::from_iter_values([format!("a text of position {position}, not inlined")]);
    let schema = row_schema(columns, [DataType::Utf8View]);
    StoredRows {
        table: TABLE,
        columns: columns.clone(),
        batch: RecordBatch::try_new(schema, vec![Arc::new(texts)]).unwrap(),
        source: Some(SourceId(Uuid::from_u128(u128::from(position)))),
        position,
        appended_on: DateTime(position as i64),
    }
}

fn texts(store: &RowStore, from: u64) -> Vec<String> {
    let table = store.table(TABLE);
    let batches = table.batches_from(from);
    batches
        .flat_map(|batch| {
            batch.batch.column(0).as_string_view().iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn ten_thousand_appends_of_one_row_make_few_batches_in_order() {
    let store = store();
    let columns = ColumnIds::from([1]);
    for position in 0..10_000 {
        store.insert(vec![rows(&columns, position)]);
    }
    let table = store.table(TABLE);
    assert!(table.batch_count() <= 40, "{}", table.batch_count());
    assert_eq!((table.rows(), table.end(), table.min_appended_on()), (10_000, 10_000, Some(DateTime(0))));
    let expected: Vec<String> = (0..10_000).map(|n| format!("a text of position {n}, not inlined")).collect();
    assert_eq!(texts(&store, 0), expected);
    assert_eq!(store.bytes(), table.bytes());
}

#[test]
fn a_seal_boundary_never_falls_inside_a_batch() {
    let store = store();
    let columns = ColumnIds::from([1]);
    for position in 0..5 {
        store.insert(vec![rows(&columns, position)]);
    }
    let sealing = store.begin_seal(TABLE);
    assert_eq!(sealing.end(), 5);
    for position in 5..100 {
        store.insert(vec![rows(&columns, position)]);
    }
    assert_eq!(texts(&store, 5).len(), 95);
    assert_eq!(store.sources_below(TABLE, 5).len(), 5);
    store.remove_below(TABLE, 5);
    assert_eq!((store.table(TABLE).rows(), texts(&store, 0).len()), (95, 95));
    assert!(!store.has_source(TABLE, SourceId(Uuid::from_u128(4))));
    assert!(store.has_source(TABLE, SourceId(Uuid::from_u128(5))));
    store.remove_below(TABLE, u64::MAX);
    assert_eq!((store.bytes(), store.view().len()), (0, 0));
}

#[test]
fn batches_of_other_columns_are_not_joined() {
    let store = store();
    let (old, new) = (ColumnIds::from([1]), ColumnIds::from([2]));
    for position in 0..40 {
        let columns = if position < 20 { &old } else { &new };
        store.insert(vec![rows(columns, position)]);
    }
    let table = store.table(TABLE);
    assert!(table.batches_from(0).all(|batch| batch.last_position < 20 || batch.first_position >= 20));
    assert_eq!(table.rows(), 40);
}

#[test]
fn a_view_keeps_what_it_saw() {
    let store = store();
    let columns = ColumnIds::from([1]);
    store.insert(vec![rows(&columns, 0)]);
    let view = store.view();
    store.insert(vec![rows(&columns, 1)]);
    store.remove_below(TABLE, u64::MAX);
    assert_eq!(view[&TABLE].rows(), 1);
}
