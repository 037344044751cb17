//! Queued ingestion from message to extent, over a staging account in memory.

use std::time::Duration;

use calypso_model::SourceId;
use calypso_staging::EntityValue;
use calypso_types::TimeSpan;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::Fixture;

/// Longer than any of this takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it should have happened by now")
}

/// Returns a message for `uri` that asks for a flush and for every outcome by queue, changed as `with` says.
pub(crate) fn message(id: u128, table: &str, uri: &str, with: Value) -> String {
    let mut message = json!({
        "Id": Uuid::from_u128(id), "BlobPath": uri, "DatabaseName": "NetDefaultDB", "TableName": table,
        "RawDataSize": 100, "FlushImmediately": true, "ReportLevel": 2, "ReportMethod": 0,
        "RetainBlobOnSuccess": true, "AdditionalProperties": {"format": "csv"},
    });
    for (name, value) in with.as_object().unwrap() {
        message[name] = value.clone();
    }
    message.to_string()
}

pub(crate) async fn post(f: &Fixture, message: String) {
    use calypso_staging::MessageQueue as _;
    f.staging.ready.put(message).await.unwrap();
}

/// Returns the notices of a queue, decoded.
pub(crate) fn notices(queue: &crate::memory_staging::MemoryQueue) -> Vec<Value> {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let decoded = queue.texts().into_iter().map(|text| BASE64_STANDARD.decode(text).unwrap());
    decoded.map(|json| serde_json::from_slice(&json).unwrap()).collect()
}

#[tokio::test]
async fn a_posted_blob_becomes_rows_and_its_client_is_told() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string)").await;
    let uri = f.staging.stage("one.csv", b"1,one\n2,two\n");
    post(&f, message(1, "T", &uri, json!({}))).await;
    f.app.start_background();
    in_time(f.staging.successful.reaches(1)).await;
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | order by a asc").await, "a|b\n1|one\n2|two");
    let notice = &notices(&f.staging.successful)[0];
    assert_eq!(notice["IngestionSourceId"], Uuid::from_u128(1).to_string());
    assert_eq!((&notice["Database"], &notice["Table"]), (&json!("NetDefaultDB"), &json!("T")));
    assert_eq!(notice["IngestionSourcePath"], "https://mem/one.csv");
    assert!(f.staging.has("one.csv"));
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn sources_of_a_batch_fail_on_their_own() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    for (id, body) in [(1, "1\n2\n"), (2, "\"3\n"), (3, ""), (4, "4\n")] {
        let uri = f.staging.stage(&format!("{id}.csv"), body.as_bytes());
        post(&f, message(id, "T", &uri, json!({"RetainBlobOnSuccess": false}))).await;
    }
    let gone = "https://mem/gone.csv?sig=secret";
    post(&f, message(5, "T", gone, json!({}))).await;
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | order by a asc").await, "a\n1\n2\n4");
    let mut codes: Vec<_> = notices(&f.staging.failed)
        .iter()
        .map(|n| (n["IngestionSourceId"].as_str().unwrap().to_owned(), n["ErrorCode"].as_str().unwrap().to_owned()))
        .collect();
    codes.sort();
    let id = |id: u128| Uuid::from_u128(id).to_string();
    assert_eq!(
        codes,
        [
            (id(2), "Stream_ClosingQuoteMissing".to_owned()),
            (id(3), "BadRequest_NoRecordsOrWrongFormat".to_owned()),
            (id(5), "Download_SourceNotFound".to_owned()),
        ]
    );
    assert!(notices(&f.staging.failed).iter().all(|notice| notice["FailureStatus"] == "Permanent"));
    assert!(!notices(&f.staging.failed).iter().any(|notice| notice.to_string().contains("secret")));
    assert_eq!(notices(&f.staging.successful).len(), 2);
    assert!(!f.staging.has("1.csv") && f.staging.has("2.csv"));
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_message_that_comes_again_is_told_again_and_ingested_once() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    for _ in 0..2 {
        post(&f, message(1, "T", &uri, json!({}))).await;
    }
    f.app.start_background();
    in_time(f.staging.successful.reaches(2)).await;
    in_time(f.staging.ready.reaches(0)).await;
    post(&f, message(1, "T", &uri, json!({}))).await;
    in_time(f.staging.successful.reaches(3)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_not_ingested_before_a_stop_is_ingested_after_it() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    // Nothing seals this batch: it waits for its time, which the clock of this test never reaches.
    post(&f, message(1, "T", &uri, json!({"FlushImmediately": false}))).await;
    f.app.start_background();
    let received = async {
        while f.done(".show table T details | count").await.is_empty() || f.staging.ready.texts().len() != 1 {
            tokio::task::yield_now().await;
        }
    };
    in_time(received).await;
    let f = f.reopen().await;
    assert_eq!(f.query("T | count").await, "Count\n0");
    f.staging.ready.come_back();
    f.app.start_background();
    f.done(".alter table T policy ingestionbatching @'{\"MaximumNumberOfItems\": 1}'").await;
    in_time(f.staging.successful.reaches(1)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_status_entity_is_brought_up_to_date() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let entity = |key: &str| json!({"partitionKey": key, "rowKey": key});
    let uri = f.staging.stage("one.csv", b"1\n");
    let by_table = |key| json!({"ReportMethod": "Table", "ReportLevel": 2, "IngestionStatusInTable": entity(key)});
    post(&f, message(1, "T", &uri, by_table("good"))).await;
    let mut bad = by_table("bad");
    bad["AdditionalProperties"] = json!({"format": "csv", "ingestionMappingReference": "nope"});
    post(&f, message(2, "Missing", &uri, bad)).await;
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    let statuses = f.staging.statuses.lock();
    let text = |key: &str, name: &str| match &statuses[&(key.to_owned(), key.to_owned())][name] {
        EntityValue::String(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("good", "Status"), "Succeeded");
    assert_eq!(text("bad", "Status"), "Failed");
    assert_eq!(text("bad", "ErrorCode"), "BadRequest_MappingReferenceWasNotFound");
    assert_eq!(text("bad", "FailureStatus"), "Permanent");
    assert!(f.staging.successful.texts().is_empty() && f.staging.failed.texts().is_empty());
}

#[tokio::test]
async fn failures_that_pass_are_tried_again_until_it_is_enough() {
    let f = Fixture::open_with(|settings| {
        settings.queued.attempts_max = 3;
        settings.queued.retry_after = TimeSpan::ZERO;
    })
    .await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    *f.staging.blob_failures.lock() = 2;
    post(&f, message(1, "T", &uri, json!({}))).await;
    f.app.start_background();
    in_time(f.staging.successful.reaches(1)).await;
    assert_eq!(f.query("T").await, "a\n1");
    *f.staging.blob_failures.lock() = 100;
    post(&f, message(2, "T", &uri, json!({}))).await;
    in_time(f.staging.failed.reaches(1)).await;
    let notice = &notices(&f.staging.failed)[0];
    assert_eq!(notice["ErrorCode"], "General_RetryAttemptsExceeded");
    assert_eq!(notice["FailureStatus"], "Exhausted");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_message_that_nobody_can_read_is_set_aside() {
    let f = Fixture::open().await;
    post(&f, "what is this".to_owned()).await;
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(
        f.done(".show ingestion failures | project ErrorCode, FailureKind").await,
        "ErrorCode|FailureKind\nBadRequest_CorruptedMessage|Permanent"
    );
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn data_with_the_same_ingest_by_tag_is_skipped() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    let once = json!({"AdditionalProperties": {
        "format": "csv", "tags": "[\"ingest-by:x\"]", "ingestIfNotExists": "[\"x\"]"}, "FlushImmediately": false});
    for id in [1, 2] {
        post(&f, message(id, "T", &uri, once.clone())).await;
    }
    f.app.start_background();
    in_time(f.staging.successful.reaches(2)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_message_that_comes_back_after_a_week_is_still_recognised() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    post(&f, message(1, "T", &uri, json!({}))).await;
    f.app.start_background();
    in_time(f.staging.successful.reaches(1)).await;
    f.clock.advance(TimeSpan(7 * TimeSpan::DAY.0));
    let f = f.reopen().await;
    f.staging.ready.put_received(message(1, "T", &uri, json!({})), 1);
    f.app.start_background();
    in_time(f.staging.successful.reaches(2)).await;
    // Some let their messages live longer than the catalog remembers.
    f.clock.advance(TimeSpan(3 * TimeSpan::DAY.0));
    let f = f.reopen().await;
    f.staging.ready.put_received(message(1, "T", &uri, json!({})), 1);
    f.app.start_background();
    in_time(f.staging.successful.reaches(3)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_source_that_only_waited_is_ingested_however_often_its_message_comes_back() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    f.staging.ready.put_received(message(1, "T", &uri, json!({ "FlushImmediately": false })), 1_000);
    f.app.start_background();
    in_time(f.staging.successful.reaches(1)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_source_that_was_being_ingested_whenever_the_process_ended_is_given_up() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("killer.csv", b"1\n");
    f.remember_under_way(SourceId(Uuid::from_u128(1)), "T", 20).await;
    f.staging.ready.put_received(message(1, "T", &uri, json!({})), 20);
    f.app.start_background();
    in_time(f.staging.failed.reaches(1)).await;
    let notice = &notices(&f.staging.failed)[0];
    assert_eq!(notice["ErrorCode"], "General_RetryAttemptsExceeded");
    assert_eq!(notice["FailureStatus"], "Exhausted");
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | count").await, "Count\n0");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_source_that_was_interrupted_now_and_then_is_ingested_however_often_its_message_comes_back() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    f.remember_under_way(SourceId(Uuid::from_u128(1)), "T", 19).await;
    f.staging.ready.put_received(message(1, "T", &uri, json!({})), 1_000);
    f.app.start_background();
    in_time(f.staging.successful.reaches(1)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_source_whose_message_expired_is_exhausted() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    let operation = f.done(&format!(".ingest-from-storage-queued into table T with (format='csv') <| '{uri}'")).await;
    let operation = operation.lines().nth(1).unwrap().split('|').next().unwrap().to_owned();
    let state = || async {
        let show = format!(".show queued ingestion operations '{operation}' details");
        f.done(&format!("{show} | project IngestionStatus, FailureStatus")).await.lines().nth(1).unwrap().to_owned()
    };
    f.staging.ready.expire();
    f.clock.advance(TimeSpan(7 * TimeSpan::DAY.0 + 1));
    assert_eq!(state().await, "Pending|");
    f.app.start_background();
    let ended = async {
        while state().await == "Pending|" {
            tokio::task::yield_now().await;
        }
    };
    in_time(ended).await;
    assert_eq!(state().await, "Failed|Exhausted");
    let failures = f.done(".show ingestion failures | project ErrorCode, IngestionSourcePath").await;
    let failure = failures.lines().nth(1).unwrap();
    assert!(failure.starts_with("General_RetryAttemptsExceeded|") && failure.ends_with("one.csv"), "{failures}");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn update_policies_run_over_queued_sources_and_their_failures_are_told() {
    let f = Fixture::open().await;
    f.done(".create table S (a:long)").await;
    f.done(".create table T (a:long)").await;
    f.done(".create function Double() { S | extend a = a * 2 }").await;
    let policy = |transactional: bool| {
        let entry = json!([{"IsEnabled": true, "Source": "S", "Query": "Double()", "IsTransactional": transactional}]);
        format!(".alter table T policy update @'{entry}'")
    };
    f.done(&policy(true)).await;
    let uri = f.staging.stage("one.csv", b"1\n2\n");
    let asks = |key: &str| {
        let entity = json!({"partitionKey": key, "rowKey": key});
        json!({"ReportMethod": "QueueAndTable", "IngestionStatusInTable": entity})
    };
    post(&f, message(1, "S", &uri, asks("good"))).await;
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | order by a asc").await, "a\n2\n4");
    f.done(".drop function Double").await;
    post(&f, message(2, "S", &uri, asks("none"))).await;
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("S | count").await, "Count\n2");
    f.done(".create function with (skipvalidation=true) Double() { S }").await;
    f.done(&policy(false)).await;
    f.done(".drop function Double").await;
    post(&f, message(3, "S", &uri, asks("part"))).await;
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("S | count").await, "Count\n4");
    assert_eq!(f.query("T | count").await, "Count\n2");
    let failed = notices(&f.staging.failed);
    let told: Vec<_> = failed.iter().map(|n| (&n["IngestionSourceId"], &n["OriginatesFromUpdatePolicy"])).collect();
    let id = |id: u128| json!(Uuid::from_u128(id).to_string());
    assert_eq!(told, [(&id(2), &json!(true)), (&id(3), &json!(true))]);
    assert_eq!(notices(&f.staging.successful).len(), 2);
    let statuses = f.staging.statuses.lock();
    for (key, status, by_policy) in
        [("good", "Succeeded", false), ("none", "Failed", true), ("part", "PartiallySucceeded", true)]
    {
        let entity = &statuses[&(key.to_owned(), key.to_owned())];
        assert!(matches!(&entity["Status"], EntityValue::String(text) if text == status), "{entity:?}");
        assert!(matches!(entity["OriginatesFromUpdatePolicy"], EntityValue::Bool(told) if told == by_policy), "{key}");
    }
}

#[tokio::test]
async fn of_ingestions_of_every_kind_with_the_same_tag_one_is_committed() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let uri = f.staging.stage("one.csv", b"1\n");
    let once = json!({"AdditionalProperties": {
        "format": "csv", "tags": "[\"ingest-by:x\"]", "ingestIfNotExists": "[\"x\"]"}});
    for id in [1, 2] {
        post(&f, message(id, "T", &uri, once.clone())).await;
    }
    let with = r#"with (format='csv', tags='["ingest-by:x"]', ingestIfNotExists='["x"]')"#;
    let ingest = format!(".ingest into table T ('{uri}') {with}");
    let append = format!(".set-or-append T {} <| print a=int(1)", with.replace("format='csv', ", ""));
    f.app.start_background();
    let commands = [&ingest, &append, &ingest, &append].map(|command| f.done(command));
    futures::future::join_all(commands).await;
    in_time(f.staging.successful.reaches(2)).await;
    assert_eq!(f.query("T").await, "a\n1");
    f.app.shutdown().await.unwrap();
}
