//! Changes applied to a cluster: each form, and those that cannot apply.

use std::sync::Arc;

use calypso_types::{DateTime, ScalarType};
use uuid::Uuid;

use super::{ApplyError, ClusterState};
use crate::{
    Change, ColumnStatistics, Database, DatabaseId, Extent, ExtentId, Policies, SourceId, StoredFunction, Table,
    TableColumn, TableId,
};

fn database(id: u128, name: &str) -> Change {
    Change::PutDatabase(Arc::new(Database {
        id: DatabaseId(Uuid::from_u128(id)),
        name: name.into(),
        pretty_name: String::new(),
        created_on: DateTime(7),
        policies: Policies::default(),
        mappings: Vec::new(),
        tables: Default::default(),
        functions: Default::default(),
    }))
}

fn table(id: u128, name: &str) -> Table {
    Table {
        id: TableId(Uuid::from_u128(id)),
        database: DatabaseId(Uuid::from_u128(1)),
        name: name.into(),
        columns: vec![TableColumn { id: 0, name: "a".into(), ty: ScalarType::Long, docstring: String::new() }],
        next_column_id: 1,
        folder: String::new(),
        docstring: String::new(),
        created_on: DateTime(7),
        policies: Policies::default(),
        mappings: Vec::new(),
        sealed_through: 0,
    }
}

fn put_table(id: u128, name: &str) -> Change {
    Change::PutTable(Arc::new(table(id, name)))
}

fn extent(id: u128, table: u128, created_on: i64) -> Arc<Extent> {
    Arc::new(Extent {
        id: ExtentId(Uuid::from_u128(id)),
        table: TableId(Uuid::from_u128(table)),
        path: format!("{id}.parquet"),
        rows: 10,
        original_bytes: 100,
        extent_bytes: 50,
        min_created_on: DateTime(created_on),
        max_created_on: DateTime(created_on),
        tags: Vec::new(),
        columns: vec![ColumnStatistics { column: 0, bounds: Some((1, 2)), nulls: 0 }],
        ingested_on: None,
        rebuild_wanted: false,
        crc32c: 1,
    })
}

fn cluster_with_tables() -> ClusterState {
    let mut state = ClusterState::default();
    state.apply_all(&[database(1, "db"), put_table(1, "T"), put_table(2, "U")]).unwrap();
    state
}

fn table_id(id: u128) -> TableId {
    TableId(Uuid::from_u128(id))
}

#[test]
fn every_change_applied_twice_leaves_the_same_state() {
    let function = StoredFunction {
        database: DatabaseId(Uuid::from_u128(1)),
        name: "f".into(),
        parameters: "()".into(),
        body: "{ T }".into(),
        folder: String::new(),
        docstring: String::new(),
        created_on: DateTime(7),
    };
    let changes = [
        database(1, "db"),
        put_table(1, "T"),
        Change::PutFunction(Arc::new(function)),
        Change::PutClusterPolicies(Policies::default()),
        Change::AddExtent(extent(5, 1, 3)),
        Change::SealThrough { table: table_id(1), position: 9 },
        Change::RememberSources { table: table_id(1), sources: vec![SourceId(Uuid::nil())], at: DateTime(1) },
        Change::DropExtent { table: table_id(1), extent: ExtentId(Uuid::from_u128(5)) },
        Change::DropFunction { database: DatabaseId(Uuid::from_u128(1)), name: "f".into() },
        Change::DropTable(table_id(1)),
        Change::DropDatabase(DatabaseId(Uuid::from_u128(1))),
    ];
    let mut state = ClusterState::default();
    for change in changes {
        state.apply(&change).unwrap();
        let once = state.clone();
        state.apply(&change).unwrap();
        assert_eq!(state, once, "{change:?}");
    }
    assert_eq!(state, ClusterState::default());
}

#[test]
fn a_failed_list_changes_nothing() {
    let mut state = cluster_with_tables();
    let before = state.clone();
    let error = state.apply_all(&[put_table(3, "V"), Change::AddExtent(extent(1, 99, 0))]).unwrap_err();
    assert_eq!(error, ApplyError::NoSuchTable(table_id(99)));
    assert_eq!(state, before);
}

#[test]
fn tables_swap_names_within_one_list() {
    let mut state = cluster_with_tables();
    state.apply_all(&[put_table(1, "U"), put_table(2, "T")]).unwrap();
    assert_eq!(state.table("db", "U").unwrap().id, table_id(1));
    assert_eq!(state.table("db", "T").unwrap().id, table_id(2));
    assert_eq!(state.database("db").unwrap().tables.len(), 2);
}

#[test]
fn a_taken_name_is_refused() {
    let mut state = cluster_with_tables();
    let error = state.apply(&put_table(3, "T")).unwrap_err();
    assert_eq!(error, ApplyError::TableNameTaken { database: "db".into(), table: "T".into() });
    assert_eq!(state.apply(&database(2, "db")).unwrap_err(), ApplyError::DatabaseNameTaken("db".into()));
}

#[test]
fn a_stale_table_document_does_not_move_the_seal_or_the_column_ids_back() {
    let mut state = cluster_with_tables();
    state.apply(&Change::SealThrough { table: table_id(1), position: 50 }).unwrap();
    let stale = Table { docstring: "new".into(), next_column_id: 0, ..table(1, "T") };
    state.apply(&Change::PutTable(Arc::new(stale))).unwrap();
    let kept = state.table("db", "T").unwrap();
    assert_eq!((kept.sealed_through, kept.next_column_id, kept.docstring.as_str()), (50, 1, "new"));
    state.apply(&Change::SealThrough { table: table_id(1), position: 40 }).unwrap();
    assert_eq!(state.table("db", "T").unwrap().sealed_through, 50);
}

#[test]
fn a_rename_and_a_seal_in_one_list_both_count() {
    let mut state = cluster_with_tables();
    let seal = Change::SealThrough { table: table_id(1), position: 8 };
    state.apply_all(&[seal, Change::AddExtent(extent(1, 1, 0)), put_table(1, "renamed")]).unwrap();
    assert_eq!(state.table("db", "renamed").unwrap().sealed_through, 8);
    assert_eq!(state.extents_of(table_id(1)).len(), 1);
    assert!(state.table("db", "T").is_none());
}

#[test]
fn extents_stand_in_order_of_their_time() {
    let mut state = cluster_with_tables();
    let changes = [(3, 30), (1, 10), (2, 20)].map(|(id, at)| Change::AddExtent(extent(id, 1, at)));
    state.apply_all(&changes).unwrap();
    state.apply(&Change::AddExtent(extent(4, 1, 15))).unwrap();
    let times: Vec<i64> = state.extents_of(table_id(1)).iter().map(|e| e.max_created_on.0).collect();
    assert_eq!(times, [10, 15, 20, 30]);
}

#[test]
fn dropping_a_database_forgets_the_extents_of_its_tables() {
    let mut state = cluster_with_tables();
    state.apply(&Change::AddExtent(extent(1, 1, 0))).unwrap();
    state.apply(&Change::DropDatabase(DatabaseId(Uuid::from_u128(1)))).unwrap();
    assert_eq!(state, ClusterState::default());
}

#[test]
fn column_statistics_are_stored_as_short_arrays() {
    let statistics = vec![
        ColumnStatistics { column: 1, bounds: Some((-3, i64::MAX)), nulls: 4 },
        ColumnStatistics { column: 2, bounds: None, nulls: 0 },
    ];
    let text = serde_json::to_string(&statistics).unwrap();
    assert_eq!(text, "[[1,[-3,9223372036854775807],4],[2,null,0]]");
    assert_eq!(serde_json::from_str::<Vec<ColumnStatistics>>(&text).unwrap(), statistics);
}
