//! Damaged and foreign files are reported, never believed.

use super::{Home, START, commit, extent, function, remember, with_tables};
use crate::{Error, ErrorKind, Operation, OperationState, schema};

/// A catalog with a row in every table.
async fn full(home: &Home) {
    let catalog = with_tables(home).await;
    let policies = calypso_model::Change::PutClusterPolicies(calypso_model::Policies::default());
    commit(&catalog, vec![function("f"), extent(1, 1), remember(1, [1], START), policies]).await.unwrap();
    let operation: Operation = catalog.start_operation("TableCreate", "db");
    catalog.finish_operation(operation, OperationState::Completed, "");
    catalog.close().await.unwrap();
}

#[tokio::test]
async fn damage_in_any_row_is_reported_with_its_place() {
    let sabotages = [
        ("databases", "UPDATE databases SET document = replace(document, 'pretty', 'Pretty')"),
        ("tables", "UPDATE tables SET document = x'00ff' WHERE rowid = 1"),
        ("tables", "UPDATE tables SET database_id = x'01'"),
        ("functions", "UPDATE functions SET name = 'g'"),
        ("extents", "UPDATE extents SET document = substr(document, 1, 40)"),
        ("extents", "UPDATE extents SET crc32c = crc32c + 1"),
        ("extents", "UPDATE extents SET crc32c = 'x'"),
        ("sources", "UPDATE sources SET ids = substr(ids, 1, 20)"),
        ("policies", "UPDATE policies SET document = '{}' || ' '"),
        ("cluster", "UPDATE cluster SET version = 7"),
        ("cluster", "DELETE FROM cluster"),
        ("operations", "UPDATE operations SET document = ''"),
        ("tables", "DELETE FROM databases"),
        ("extents", "DELETE FROM tables"),
    ];
    for (table, sql) in sabotages {
        let home = Home::new();
        full(&home).await;
        home.sabotage(sql).await;
        let Err(error) = home.try_open().await else { panic!("{sql}: opened") };
        match &error {
            Error::Corrupt { table: found, row, .. } => {
                assert_eq!(*found, table, "{sql}");
                assert!(*row >= 1, "{sql}");
            }
            other => panic!("{sql}: {other}"),
        }
        assert_eq!((error.kind(), error.is_permanent()), (ErrorKind::CorruptData, true));
    }
}

#[tokio::test]
async fn a_document_under_another_rows_key_is_damage() {
    let home = Home::new();
    full(&home).await;
    home.sabotage(
        "UPDATE tables SET document = (SELECT document FROM tables WHERE rowid = 1),
         crc32c = (SELECT crc32c FROM tables WHERE rowid = 1)",
    )
    .await;
    assert!(matches!(home.try_open().await, Err(Error::Corrupt { table: "tables", row: 2, .. })));
}

#[tokio::test]
async fn a_damaged_journal_entry_fails_reading_the_journal_not_opening() {
    let home = Home::new();
    full(&home).await;
    home.sabotage("UPDATE journal SET document = '[]' WHERE sequence = 1").await;
    let catalog = home.open().await;
    let error = catalog.journal(None, 100).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { table: "journal", row: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let home = Home::new();
    full(&home).await;
    home.sabotage("PRAGMA user_version = 2").await;
    let Err(error) = home.try_open().await else { panic!("opened") };
    assert!(matches!(error, Error::NewerFormat { found: 2, supported: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_catalog_is_refused() {
    let home = Home::new();
    std::fs::write(home.path(), "not a database, and long enough to look like one".repeat(100)).unwrap();
    assert!(matches!(home.try_open().await, Err(Error::NotACatalog { .. })));
    let home = Home::new();
    std::fs::write(home.path(), "").unwrap();
    home.sabotage("CREATE TABLE other (a)").await;
    assert!(matches!(home.try_open().await, Err(Error::NotACatalog { .. })));
}

#[tokio::test]
async fn a_truncated_file_does_not_open() {
    let home = Home::new();
    full(&home).await;
    home.sabotage("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let bytes = std::fs::read(home.path()).unwrap();
    for length in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 4096] {
        let copy = Home::new();
        std::fs::write(copy.path(), &bytes[..length]).unwrap();
        assert!(copy.try_open().await.is_err(), "opened with {length} of {} bytes", bytes.len());
    }
}

#[tokio::test]
async fn the_created_file_carries_the_stamp_that_is_checked() {
    let home = Home::new();
    home.open().await.close().await.unwrap();
    home.sabotage("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let bytes = std::fs::read(home.path()).unwrap();
    let number = |at: usize| i64::from(u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
    assert_eq!((number(60), number(68)), (schema::FORMAT_VERSION, schema::APPLICATION_ID));
}
