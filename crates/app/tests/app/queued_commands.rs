//! The commands of queued ingestion and its REST API: where to post, what was posted, what became of it.

use calypso_app::Service as _;
use calypso_protocol::SubmissionBody;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{fixture::Fixture, queued::in_time};

/// Returns the first column of the answer's only row.
fn only(answer: &str) -> &str {
    let rows: Vec<&str> = answer.lines().skip(1).collect();
    let [row] = rows[..] else { panic!("not one row: {answer}") };
    row.split('|').next().unwrap()
}

/// Returns a submission of blobs, changed as `with` says.
fn submission(blobs: &[(u128, String)], with: Value) -> SubmissionBody {
    let blobs: Vec<Value> =
        blobs.iter().map(|(id, uri)| json!({"url": uri, "sourceId": Uuid::from_u128(*id), "rawSize": 10})).collect();
    let mut properties = json!({"format": "csv", "enableTracking": true, "skipBatching": true});
    for (name, value) in with.as_object().unwrap() {
        properties[name] = value.clone();
    }
    SubmissionBody::parse(json!({"blobs": blobs, "properties": properties}).to_string().as_bytes()).unwrap()
}

async fn submit(f: &Fixture, table: &str, body: SubmissionBody) -> Result<Option<Uuid>, calypso_app::AppError> {
    f.app.queue_ingestion(f.context(), "NetDefaultDB".to_owned(), table.to_owned(), body).await
}

async fn status(f: &Fixture, operation: &str) -> Result<Value, calypso_app::AppError> {
    let (database, table) = ("NetDefaultDB".to_owned(), "T".to_owned());
    let asked = f.app.queued_ingestion_status(f.context(), database, table, operation.to_owned(), true).await?;
    Ok(serde_json::from_str(&asked.to_json()).unwrap())
}

#[tokio::test]
async fn resources_are_told_by_the_names_that_clients_know() {
    let f = Fixture::open().await;
    let answer = f.done(".get ingestion resources with (EnableBlobAccountIdentityDelegation=true) ").await;
    let kinds: Vec<&str> = answer.lines().skip(1).map(|row| row.split('|').next().unwrap()).collect();
    let known = [
        "TempStorage",
        "SecuredReadyForAggregationQueue",
        "FailedIngestionsQueue",
        "SuccessfulIngestionsQueue",
        "IngestionsStatusTable",
    ];
    assert_eq!(kinds, known);
    assert!(answer.contains("TempStorage|http://localhost:8080/mem/TempStorage?sig=secret"), "{answer}");
    let exports = f.done(".show export containers").await;
    assert_eq!(exports, "StorageRoot\nhttp://localhost:8080/mem/ExportContainer?sig=secret");
    let configuration = f.app.ingestion_configuration(f.context()).await.unwrap();
    assert_eq!(configuration.containers, ["http://localhost:8080/mem/TempStorage?sig=secret"]);
}

#[tokio::test]
async fn the_identity_token_names_whom_a_failed_message_came_from() {
    use calypso_staging::MessageQueue as _;
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let token = f.done(".get kusto identity token").await;
    let token = only(&token);
    let forged = format!("{}x", &token[..token.len() - 1]);
    for (id, token) in [(1, token), (2, &forged)] {
        let message = json!({
            "Id": Uuid::from_u128(id), "BlobPath": "https://mem/gone.csv", "DatabaseName": "NetDefaultDB", "TableName": "T",
            "FlushImmediately": true, "AdditionalProperties": {"format": "csv", "authorizationContext": token},
        });
        f.staging.ready.put(message.to_string()).await.unwrap();
    }
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    let answer =
        f.done(".show ingestion failures | project RootActivityId, Principal | order by RootActivityId asc").await;
    assert_eq!(answer, format!("RootActivityId|Principal\n{}|anonymous\n{}|", Uuid::from_u128(1), Uuid::from_u128(2)));
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_tracked_submission_tells_of_each_blob() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let blobs = [(1, f.staging.stage("good.csv", b"1\n2\n")), (2, f.staging.stage("bad.csv", b"\"3\n"))];
    let operation = submit(&f, "T", submission(&blobs, json!({}))).await.unwrap().unwrap().to_string();
    let before = status(&f, &operation).await.unwrap();
    assert_eq!(before["status"], json!({"succeeded": 0, "failed": 0, "inProgress": 2, "canceled": 0}));
    assert!(!before.to_string().contains("secret"), "{before}");
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    let after = status(&f, &operation).await.unwrap();
    assert_eq!(after["status"], json!({"succeeded": 1, "failed": 1, "inProgress": 0, "canceled": 0}));
    let details = after["details"].as_array().unwrap();
    let failed = details.iter().find(|detail| detail["status"] == "Failed").unwrap();
    assert_eq!(failed["sourceId"], Uuid::from_u128(2).to_string());
    assert_eq!(failed["errorCode"], "Stream_ClosingQuoteMissing");
    let show = format!(".show queued ingestion operations \"{operation}\"");
    let counts = "| project State, Discovered, Pending, Canceled, Ingested, Failed, Database, Table";
    let summary = f.done(&format!("{show} {counts}")).await;
    assert_eq!(summary.lines().nth(1).unwrap(), "Failed|2|0|0|1|1|NetDefaultDB|T");
    let columns = "| order by SourceId asc | project BlobUrl, IngestionStatus, ErrorCode, RowCount, SealReason";
    let details = f.done(&format!("{show} details {columns}")).await;
    assert_eq!(
        details.lines().skip(1).collect::<Vec<_>>(),
        [
            "https://mem/good.csv|Succeeded||2|FlushImmediatly",
            "https://mem/bad.csv|Failed|Stream_ClosingQuoteMissing|0|FlushImmediatly"
        ]
    );
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_source_is_found_by_its_own_id_whether_tracked_or_not() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let blobs = [(7, f.staging.stage("one.csv", b"1\n"))];
    let untracked = submission(&blobs, json!({"enableTracking": false}));
    assert_eq!(submit(&f, "T", untracked).await.unwrap(), None);
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    let show = format!(".show queued ingestion operations \"{}\" details", Uuid::from_u128(7));
    let row = f.done(&format!("{show} | project IngestionStatus, RowCount, array_length(ExtentIds)")).await;
    assert_eq!(row.lines().nth(1).unwrap(), "Succeeded|1|1");
    let nobody = Uuid::from_u128(8);
    assert!(f.command(&format!(".show queued ingestion operations \"{nobody}\"")).await.is_err());
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_operation_that_is_given_up_ingests_nothing() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let blob = f.staging.stage("one.csv", b"1\n");
    let command = format!(".ingest-from-storage-queued into table T with (format='csv') <| '{blob}'");
    let operation = f.done(&command).await;
    let operation = only(&operation);
    let cancel = format!(".cancel queued ingestion operation \"{operation}\"");
    assert!(f.done(&format!("{cancel} | project State, Canceled")).await.ends_with("Canceled|1"));
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | count").await, "Count\n0");
    let after = status(&f, operation).await.unwrap();
    assert_eq!((&after["status"]["canceled"], &after["details"][0]["status"]), (&json!(1), &json!("Canceled")));
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn submissions_that_cannot_be_ingested_are_refused_at_once() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let blob = |id| (id, "https://mem/x.csv".to_owned());
    let many: Vec<_> = (0..21).map(blob).collect();
    let refused = [
        ("T", submission(&[], json!({})), "General_BadRequest"),
        ("T", submission(&many, json!({})), "General_BadRequest"),
        ("Nope", submission(&[blob(1)], json!({})), "BadRequest_TableNotExist"),
        (
            "T",
            submission(&[blob(1)], json!({"ignoreLastRecordIfInvalid": true})),
            "BadRequest_IngestionPropertyNotSupportedInThisContext",
        ),
    ];
    for (table, body, code) in refused {
        assert_eq!(submit(&f, table, body).await.unwrap_err().code, code, "{table}");
    }
    assert!(f.staging.ready.texts().is_empty());
    assert!(status(&f, &Uuid::from_u128(3).to_string()).await.is_err());
    assert!(status(&f, "not an id").await.is_err());
}
