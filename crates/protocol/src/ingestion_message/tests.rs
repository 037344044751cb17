//! Messages as the SDKs were seen to write them.

use super::*;

const ID: &str = "fad8f225-7d1b-4f0a-9d2e-5b6a7c8d9e0f";

fn parse(json: &Value) -> IngestionMessage {
    IngestionMessage::parse(&base64_text::encode(json.to_string().as_bytes())).unwrap()
}

#[test]
fn a_message_of_the_python_sdk_is_read() {
    let message = parse(&json!({
        "BlobPath": "http://localhost:18080/a/temp-0/db__T.gz?sv=1&sig=x", "DatabaseName": "db1", "TableName": "T",
        "RetainBlobOnSuccess": true, "FlushImmediately": true, "IgnoreSizeLimit": false, "ReportLevel": 2,
        "ReportMethod": 0, "SourceMessageCreationTime": "2026-11-20T23:28:17.845282", "Id": ID,
        "AdditionalProperties": {"creationTime": "2020-01-01", "tags": "[\"x\"]", "ignoreFirstRecord": true,
            "ValidationPolicy": "{\"ValidationImplications\":0,\"ValidationOptions\":1}", "format": "json"},
    }));
    assert_eq!(message.id.to_string(), ID);
    assert_eq!((message.database.as_str(), message.table.as_str()), ("db1", "T"));
    assert_eq!(message.report_level, ReportLevel::FailuresAndSuccesses);
    assert_eq!(message.report_method, ReportMethod::Queue);
    assert_eq!(message.raw_data_size, None);
    assert_eq!(message.properties["ignorefirstrecord"], "true");
    assert_eq!(message.properties["tags"], "[\"x\"]");
    assert!(message.properties["validationpolicy"].contains("ValidationOptions"));
    assert!(message.retain_blob_on_success && message.flush_immediately && message.created_on.is_some());
}

#[test]
fn a_message_of_the_java_sdk_is_read() {
    let message = parse(&json!({
        "id": ID, "blobPath": "http://h/b", "rawDataSize": 20, "databaseName": "db", "tableName": "T",
        "retainBlobOnSuccess": "true", "flushImmediately": "false", "reportLevel": "FailuresAndSuccesses",
        "reportMethod": "QueueAndTable", "additionalProperties": {"format": "csv"}, "validationPolicy": {"a": 1},
        "ingestionStatusInTable": {"tableConnectionString": "x", "partitionKey": ID, "rowKey": ID},
    }));
    assert_eq!(message.raw_data_size, Some(20));
    assert_eq!(message.report_method, ReportMethod::QueueAndTable);
    assert_eq!(message.report_level, ReportLevel::FailuresAndSuccesses);
    assert_eq!(message.properties["validationpolicy"], "{\"a\":1}");
    assert_eq!(message.status_entity.unwrap().row_key, ID);
    assert!(message.retain_blob_on_success && !message.flush_immediately);
}

#[test]
fn a_message_of_the_go_sdk_is_read() {
    let message = parse(&json!({
        "Id": ID, "BlobPath": "https://h/b?s", "DatabaseName": "db", "TableName": "T",
        "AdditionalProperties": {"format": "Csv", "creationTime": "0001-01-01T00:00:00Z", "ingestIfNotExists": "x"},
        "IngestionStatusInTable": {},
    }));
    assert_eq!(message.report_level, ReportLevel::FailuresOnly);
    assert_eq!(message.status_entity, None);
    assert!(!message.retain_blob_on_success);
}

#[test]
fn raw_json_is_read_and_what_is_written_is_read_again() {
    let json = json!({"Id": ID, "BlobPath": "http://h/b", "DatabaseName": "db", "TableName": "T", "ReportMethod": 1});
    let message = IngestionMessage::parse(&json.to_string()).unwrap();
    assert_eq!(IngestionMessage::parse(&message.to_text()).unwrap(), message);
    let tracked = IngestionMessage { operation: Some(Uuid::from_u128(7)), ..message };
    assert_eq!(IngestionMessage::parse(&tracked.to_text()).unwrap(), tracked);
}

#[test]
fn what_is_no_message_says_why() {
    for (text, words) in [
        ("", "base64"),
        ("!!", "base64"),
        ("[1]", "base64"),
        ("{\"Id\":1", "JSON"),
        ("{}", "Id"),
        (r#"{"Id":"x"}"#, "guid"),
        (r#"{"Id":"fad8f225-7d1b-4f0a-9d2e-5b6a7c8d9e0f"}"#, "BlobPath"),
    ] {
        let error = IngestionMessage::parse(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}
