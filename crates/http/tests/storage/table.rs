//! The table of statuses over HTTP.

use calypso_staging::{Entity, EntityValue, ResourceKind::StatusTable, StagingAccount as _};
use calypso_types::DateTime;
use serde_json::{Map, Value, json};

use crate::{account::Account, fake::Answer};

const SILENT: (&str, &str) = ("prefer", "return-no-content");
const KEYS: &str = "(PartitionKey='p',RowKey='r')";

fn pending() -> String {
    json!({"PartitionKey": "p", "RowKey": "r", "Status": "Pending", "UpdatedOn": "1795000000000", "Ok": false})
        .to_string()
}

impl Account {
    async fn insert(&self, entity: String) -> Answer {
        self.call(StatusTable, "POST", "", &[SILENT, ("content-type", "application/json")], entity).await
    }

    async fn entity(&self, keys: &str) -> Answer {
        self.call(StatusTable, "GET", keys, &[("accept", "application/json;odata=minimalmetadata")], "").await
    }
}

fn object(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn an_entity_is_inserted_once() {
    let account = Account::open().await;
    let inserted = account.insert(pending()).await;
    assert_eq!((inserted.status.as_u16(), inserted.header("preference-applied")), (204, "return-no-content"));
    assert!(inserted.header("etag").starts_with("W/\"datetime'2026-01-02T03%3A04%3A05"));
    let again = account.insert(pending()).await;
    assert_eq!(again.refusal(), (409, "EntityAlreadyExists"));
    assert_eq!(object(&again)["odata.error"]["code"], "EntityAlreadyExists");
    let shown = account.call(StatusTable, "POST", "", &[], pending().replace("\"r\"", "\"r2\"")).await;
    assert_eq!((shown.status.as_u16(), object(&shown)["Status"].as_str()), (201, Some("Pending")));
}

#[tokio::test]
async fn a_client_sees_what_the_server_merged_with_the_types_of_its_properties() {
    let account = Account::open().await;
    account.insert(pending()).await;
    account.pass(60);
    let merged: Entity = [
        ("Status", EntityValue::String("Succeeded".to_owned())),
        ("UpdatedOn", EntityValue::DateTime(DateTime::parse("2026-01-02T03:05:05Z").unwrap())),
        ("OriginatesFromUpdatePolicy", EntityValue::Bool(true)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    account.staging.merge_status("p", "r", merged).await.unwrap();
    for keys in [KEYS, "(PartitionKey=%27p%27,RowKey=%27r%27)", "(RowKey='r',PartitionKey='p')"] {
        let found = account.entity(keys).await;
        assert_eq!(found.status, 200, "{keys}");
        let entity = object(&found);
        assert_eq!(entity["Status"], "Succeeded");
        assert_eq!(entity["UpdatedOn"], "2026-01-02T03:05:05.0000000Z");
        assert_eq!(entity["UpdatedOn@odata.type"], "Edm.DateTime");
        assert_eq!(entity["OriginatesFromUpdatePolicy"], true);
        assert_eq!(entity["Ok"], false);
        assert_eq!(entity["Timestamp"], "2026-01-02T03:05:05.0000000Z");
        assert_eq!(entity["odata.etag"], found.header("etag"));
    }
    assert_eq!(account.entity("(PartitionKey='p',RowKey='x')").await.refusal(), (404, "ResourceNotFound"));
}

#[tokio::test]
async fn every_form_of_the_tables_path_is_understood() {
    let account = Account::open().await;
    let (path, signature) = account.resource(StatusTable).await;
    let (account_name, table) = path.trim_start_matches('/').split_once('/').unwrap();
    for (number, form) in [
        format!("/{account_name}/{table}"),
        format!("/{account_name}%2F{table}"),
        format!("/{account_name}%2f{table}"),
        format!("/{account_name}//{table}"),
        format!("//{account_name}/{table}"),
        format!("/{account_name}/{table}()"),
    ]
    .into_iter()
    .enumerate()
    {
        let entity = pending().replace("\"r\"", &format!("\"r{number}\""));
        let inserted = account.send("POST", &format!("{form}?{signature}"), &[SILENT], entity).await;
        assert_eq!(inserted.status, 204, "{form} {}", inserted.text);
        let keys = format!("(PartitionKey='p',RowKey='r{number}')");
        let form = form.trim_end_matches("()");
        assert_eq!(account.send("GET", &format!("{form}{keys}?{signature}"), &[], "").await.status, 200, "{form}");
    }
}

#[tokio::test]
async fn entities_are_found_by_their_properties_page_by_page() {
    let account = Account::open().await;
    for (row_key, status) in [("a", "Failed"), ("b", "Pending"), ("c", "Failed"), ("d", "Failed")] {
        account.insert(json!({"PartitionKey": "p", "RowKey": row_key, "Status": status}).to_string()).await;
    }
    let rows = |answer: &Answer| -> Vec<String> {
        let rows = object(answer)["value"].as_array().unwrap().clone();
        rows.iter().map(|row| row["RowKey"].as_str().unwrap().to_owned()).collect()
    };
    let filter = "?$filter=PartitionKey%20eq%20'p'%20and%20Status%20eq%20'Failed'&$top=2";
    let first = account.call(StatusTable, "GET", &format!("(){filter}"), &[], "").await;
    assert_eq!(rows(&first), ["a", "c"]);
    let (partition_key, row_key) =
        (first.header("x-ms-continuation-nextpartitionkey"), first.header("x-ms-continuation-nextrowkey"));
    let rest = format!("(){filter}&NextPartitionKey={partition_key}&NextRowKey={row_key}");
    let second = account.call(StatusTable, "GET", &rest, &[], "").await;
    assert_eq!(rows(&second), ["d"]);
    assert_eq!(second.header("x-ms-continuation-nextrowkey"), "");
    let chosen = account.call(StatusTable, "GET", "()?$select=Status&$top=1", &[], "").await;
    let row = object(&chosen)["value"][0].clone();
    assert_eq!((row["Status"].as_str(), row.get("PartitionKey")), (Some("Failed"), None));
    let unknown = account.call(StatusTable, "GET", "()?$filter=startswith(Status,'F')", &[], "").await;
    assert_eq!(unknown.refusal(), (501, "NotImplemented"));
}

#[tokio::test]
async fn metadata_is_as_much_as_asked() {
    let account = Account::open().await;
    account
        .insert(
            json!({"PartitionKey": "p", "RowKey": "r", "T@odata.type": "Edm.DateTime", "T": "2026-01-01T00:00:00Z"})
                .to_string(),
        )
        .await;
    let ask = async |accept: &str| {
        let answer = account.call(StatusTable, "GET", KEYS, &[("accept", accept)], "").await;
        (answer.header("content-type").to_owned(), object(&answer))
    };
    let (content_type, none) = ask("application/json;odata=nometadata").await;
    assert!(content_type.contains("nometadata"));
    assert!(none.as_object().unwrap().keys().all(|name| !name.contains("odata")), "{none}");
    let (_, full) = ask("application/json;odata=fullmetadata").await;
    assert_eq!(full["odata.type"], "calypsostaging.ingestionsstatus");
    assert_eq!(full["odata.editLink"], "ingestionsstatus(PartitionKey='p',RowKey='r')");
    assert_eq!(full["T@odata.type"], "Edm.DateTime");
}

#[tokio::test]
async fn entities_are_changed_and_deleted_under_conditions() {
    let account = Account::open().await;
    account.insert(pending()).await;
    let etag = account.entity(KEYS).await.header("etag").to_owned();
    let merged = account.call(StatusTable, "MERGE", KEYS, &[("if-match", &etag)], r#"{"Status":"Queued"}"#).await;
    assert_eq!(merged.status, 204);
    assert_eq!(object(&account.entity(KEYS).await)["Ok"], false);
    let stale = account.call(StatusTable, "PATCH", KEYS, &[("if-match", &etag)], r#"{"Status":"Failed"}"#).await;
    assert_eq!(stale.refusal(), (412, "UpdateConditionNotSatisfied"));
    let replaced = account.call(StatusTable, "PUT", KEYS, &[("if-match", "*")], r#"{"Status":"Done"}"#).await;
    assert_eq!(replaced.status, 204);
    let entity = object(&account.entity(KEYS).await);
    assert_eq!((entity["Status"].as_str(), entity.get("Ok")), (Some("Done"), None));
    assert_eq!(account.call(StatusTable, "DELETE", KEYS, &[], "").await.refusal(), (400, "MissingRequiredHeader"));
    assert_eq!(account.call(StatusTable, "DELETE", KEYS, &[("if-match", "*")], "").await.status, 204);
    assert_eq!(account.entity(KEYS).await.status, 404);
}

#[tokio::test]
async fn wrong_entities_are_refused() {
    let account = Account::open().await;
    assert_eq!(account.insert("{".to_owned()).await.refusal(), (400, "InvalidInput"));
    assert_eq!(account.insert(r#"{"RowKey":"r"}"#.to_owned()).await.refusal(), (400, "PropertiesNeedValue"));
    let large = json!({"PartitionKey": "p", "RowKey": "r", "Details": "x".repeat(64 * 1024 + 1)});
    assert_eq!(account.insert(large.to_string()).await.refusal(), (400, "PropertyValueTooLarge"));
    let mut many: Map<String, Value> = (0..20).map(|n| (format!("P{n}"), "x".repeat(60_000).into())).collect();
    many.extend([("PartitionKey".to_owned(), "p".into()), ("RowKey".to_owned(), "r".into())]);
    assert_eq!(account.insert(Value::Object(many).to_string()).await.refusal(), (400, "EntityTooLarge"));
}
