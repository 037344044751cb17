//! Commits that fail, and callers that go away.

use std::{future::Future as _, pin::pin, sync::Arc, task::Context};

use calypso_model::{ApplyError, Change};

use super::{Home, commit, execute, extent, remember, source, table, table_id, with_tables};
use crate::{Error, ErrorKind};

/// Makes every commit fail at an ordinary statement.
const FAIL_STATEMENT: &str = "CREATE TRIGGER sabotage BEFORE UPDATE ON cluster BEGIN SELECT RAISE(ABORT, 'no'); END";

/// Makes every commit fail after its rows were written, and SQLite roll back by itself as it does on a full disk.
const FAIL_WITH_ROLLBACK: &str =
    "CREATE TRIGGER sabotage AFTER INSERT ON journal BEGIN SELECT RAISE(ROLLBACK, 'no'); END";

/// Makes `COMMIT` itself fail, by a violation that SQLite checks only then.
const FAIL_COMMIT: &str = "
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER sabotage AFTER UPDATE ON cluster BEGIN INSERT INTO child VALUES (1); END";

#[tokio::test]
async fn a_change_that_does_not_fit_commits_nothing() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let error = commit(&catalog, vec![table(3, "V"), extent(1, 99)]).await.unwrap_err();
    assert!(matches!(error, Error::Apply(ApplyError::NoSuchTable(_))), "{error}");
    assert_eq!((error.kind(), error.is_permanent()), (ErrorKind::NotFound, true));
    assert_eq!(catalog.snapshot().version, 1);
    commit(&catalog, vec![table(3, "V")]).await.unwrap();
}

#[tokio::test]
async fn the_callers_own_error_commits_nothing() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let result: Result<(), Box<dyn std::error::Error>> = catalog.update("X", |_| Err("mine".into())).await;
    assert_eq!(result.unwrap_err().to_string(), "mine");
    assert_eq!(catalog.snapshot().version, 1);
}

#[tokio::test]
async fn a_commit_that_fails_before_its_end_publishes_nothing_and_may_be_tried_again() {
    for sabotage in [FAIL_STATEMENT, FAIL_WITH_ROLLBACK] {
        let home = Home::new();
        let catalog = with_tables(&home).await;
        let before = catalog.snapshot();
        execute(&home.path(), sabotage).await;
        let changes = vec![table(3, "V"), extent(1, 1), remember(1, [1], super::START)];
        let error = commit(&catalog, changes.clone()).await.unwrap_err();
        assert!(matches!(error, Error::Commit(_)), "{error}");
        assert!(!error.is_permanent());
        assert!(Arc::ptr_eq(&before, &catalog.snapshot()));
        assert!(!catalog.has_source(table_id(1), source(1)));
        home.sabotage("DROP TRIGGER sabotage").await;
        commit(&catalog, changes).await.unwrap();
        assert_eq!(catalog.snapshot().version, 2);
    }
}

#[tokio::test]
async fn a_commit_with_unknown_outcome_poisons_the_catalog_until_reopened() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let before = catalog.snapshot();
    home.sabotage(FAIL_COMMIT).await;
    let error = commit(&catalog, vec![table(3, "V")]).await.unwrap_err();
    assert!(matches!(error, Error::CommitUnknown(_)), "{error}");
    assert!(Arc::ptr_eq(&before, &catalog.snapshot()));
    home.sabotage("DROP TRIGGER sabotage").await;
    let error = commit(&catalog, vec![table(3, "V")]).await.unwrap_err();
    assert!(matches!(error, Error::Poisoned), "{error}");
    drop(catalog);
    let catalog = home.open().await;
    assert_eq!(*catalog.snapshot(), *before);
    commit(&catalog, vec![table(3, "V")]).await.unwrap();
}

#[tokio::test]
async fn a_catalog_changed_by_another_process_takes_no_changes() {
    let home = Home::new();
    let one = with_tables(&home).await;
    let other = home.open().await;
    commit(&one, vec![table(3, "V")]).await.unwrap();
    let error = commit(&other, vec![table(4, "W")]).await.unwrap_err();
    assert!(matches!(error, Error::ChangedElsewhere), "{error}");
    assert!(matches!(commit(&other, vec![table(4, "W")]).await.unwrap_err(), Error::Poisoned));
    drop(other);
    drop(one);
    let state = home.open().await.snapshot();
    assert!(state.table("db", "V").is_some() && state.table("db", "W").is_none());
}

/// The caller is dropped right after the commit was handed over. What was durable then: nothing or all. What must be
/// true after: memory and disk agree.
#[tokio::test]
async fn a_caller_dropped_in_mid_commit_leaves_memory_and_disk_agreeing() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    {
        let mut update = pin!(commit(&catalog, vec![table(3, "V"), remember(1, [1], super::START)]));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(update.as_mut().poll(&mut context).is_pending());
    }
    // The next update waits for the abandoned one.
    commit(&catalog, vec![table(4, "W")]).await.unwrap();
    let state = catalog.snapshot();
    assert!(state.table("db", "V").is_some());
    assert!(catalog.has_source(table_id(1), source(1)));
    drop(catalog);
    assert_eq!(*home.open().await.snapshot(), *state);
}

#[tokio::test]
async fn a_closed_catalog_takes_no_changes_but_can_be_read() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    catalog.close().await.unwrap();
    let error = commit(&catalog, vec![Change::DropTable(table_id(1))]).await.unwrap_err();
    assert!(matches!(error, Error::Closed), "{error}");
    assert!(catalog.snapshot().table("db", "T").is_some());
}
