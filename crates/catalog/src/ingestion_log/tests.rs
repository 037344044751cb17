//! Records put, found again after reopening, and forgotten.

use uuid::Uuid;

use super::*;
use crate::SourceFailure;

fn record(source: u128, state: SourceState, at: i64) -> SourceRecord {
    SourceRecord {
        source: SourceId(Uuid::from_u128(source)),
        database: "db".to_owned(),
        table: "T".to_owned(),
        operation: None,
        path: "http://h/b".to_owned(),
        state,
        received_on: DateTime(at),
        updated_on: DateTime(at),
        raw_bytes: 1,
        attempts: 0,
        interruptions: 0,
        batch: None,
        extents: Vec::new(),
        rows: 0,
        failure: None,
    }
}

#[tokio::test]
async fn records_are_there_after_reopening_and_the_last_one_counts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ingestions.db");
    let log = IngestionLog::open(&path).await.unwrap();
    log.put(vec![record(1, SourceState::Queued, 10), record(2, SourceState::Queued, 11)]).await.unwrap();
    let failure = SourceFailure {
        error_code: "BadRequest_InvalidBlob".to_owned(),
        status: "Permanent".to_owned(),
        details: "record 3".to_owned(),
        from_update_policy: false,
    };
    let failed = SourceRecord { failure: Some(failure), ..record(1, SourceState::Failed, 12) };
    log.put(vec![failed.clone()]).await.unwrap();
    drop(log);
    let log = IngestionLog::open(&path).await.unwrap();
    let all = log.records(&SourceRecordFilter::default(), 10).await.unwrap();
    assert_eq!(all, [failed.clone(), record(2, SourceState::Queued, 11)]);
    let filter = SourceRecordFilter { states: vec![SourceState::Failed], ..SourceRecordFilter::default() };
    assert_eq!(log.records(&filter, 10).await.unwrap(), [failed]);
}

#[tokio::test]
async fn operations_have_records_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let log = IngestionLog::open(&dir.path().join("ingestions.db")).await.unwrap();
    let operation = OperationId(Uuid::from_u128(7));
    let tracked = SourceRecord { operation: Some(operation), ..record(1, SourceState::Queued, 10) };
    log.put(vec![record(1, SourceState::Succeeded, 9), tracked.clone()]).await.unwrap();
    let filter = SourceRecordFilter { operation: Some(operation), ..SourceRecordFilter::default() };
    assert_eq!(log.records(&filter, 10).await.unwrap(), [tracked]);
    let filter = SourceRecordFilter { source: Some(SourceId(Uuid::from_u128(1))), ..SourceRecordFilter::default() };
    assert_eq!(log.records(&filter, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_new_does_not_replace_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let log = IngestionLog::open(&dir.path().join("ingestions.db")).await.unwrap();
    log.put(vec![record(1, SourceState::Succeeded, 12)]).await.unwrap();
    log.put_new(vec![record(1, SourceState::Queued, 10), record(2, SourceState::Queued, 11)]).await.unwrap();
    assert_eq!(
        log.records(&SourceRecordFilter::default(), 10).await.unwrap(),
        [record(1, SourceState::Succeeded, 12), record(2, SourceState::Queued, 11)]
    );
}

#[tokio::test]
async fn old_records_are_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let log = IngestionLog::open(&dir.path().join("ingestions.db")).await.unwrap();
    let now = SOURCE_RECORD_RETENTION.0 + 100;
    log.put(vec![record(1, SourceState::Succeeded, 99), record(2, SourceState::Succeeded, 101)]).await.unwrap();
    log.prune(DateTime(now)).await.unwrap();
    assert_eq!(
        log.records(&SourceRecordFilter::default(), 10).await.unwrap(),
        [record(2, SourceState::Succeeded, 101)]
    );
}

#[tokio::test]
async fn records_without_a_late_change_are_found_by_their_state() {
    let dir = tempfile::tempdir().unwrap();
    let log = IngestionLog::open(&dir.path().join("ingestions.db")).await.unwrap();
    let states = [SourceState::Queued, SourceState::InProgress, SourceState::Succeeded, SourceState::Queued];
    let records = states.iter().zip([10, 11, 12, 13]);
    log.put(records.map(|(state, at)| record(at as u128, *state, at)).collect()).await.unwrap();
    let filter = SourceRecordFilter {
        states: vec![SourceState::Queued, SourceState::InProgress],
        updated_before: Some(DateTime(13)),
        ..SourceRecordFilter::default()
    };
    let found = log.records(&filter, 10).await.unwrap();
    assert_eq!(found.iter().map(|record| record.updated_on.0).collect::<Vec<_>>(), [11, 10]);
}
