//! Messages byte for byte as the Python SDK was seen to write them.

use serde_json::json;

use super::*;
use crate::{
    ColumnMapping, IngestionMapping, TransformationMethod, ValidationImplications, ValidationOptions, ValidationPolicy,
};

const ID: Uuid = Uuid::from_u128(0xfad8_f225_7d1b_4f0a_9d2e_5b6a_7c8d_9e0f);
const BLOB: &str =
    "http://localhost:18080/devstore1/tempstorage0/db1__T__fad8f225-7d1b-4f0a-9d2e-5b6a7c8d9e0f__stream.gz?sv=1&sig=x";

fn posting(format: DataFormat) -> Posting<'static> {
    Posting {
        source_id: ID,
        blob_path: BLOB,
        raw_size: None,
        format,
        report_level: ReportLevel::FailuresAndSuccesses,
        report_method: ReportMethod::Queue,
        status_entity: None,
        now: DateTime::parse("2026-11-20T23:28:17.845282Z").unwrap(),
        application: "py1.py",
        client_version: "Kusto.Python.Client:{6.0.4}|x",
        identity_token: "IDTOKEN123",
    }
}

fn json_of(posting: &Posting<'_>, properties: &IngestionProperties) -> String {
    let (additional, created) = (posting.additional_properties(properties), python_time(posting.now));
    posting.message(properties, &additional, &created).to_json().unwrap()
}

/// The properties of the captured sample.
fn rich() -> IngestionProperties {
    let mut properties = IngestionProperties::new("db1", "T");
    properties.format = DataFormat::Json;
    properties.flush_immediately = true;
    properties.additional_tags = vec!["x".to_owned()];
    properties.drop_by_tags = vec!["d".to_owned()];
    properties.ingest_by_tags = vec!["i".to_owned()];
    properties.ingest_if_not_exists = vec!["i".to_owned()];
    properties.mapping = Some(IngestionMapping::Inline(vec![
        ColumnMapping::from_path("a", "$.a").with_data_type("int"),
        ColumnMapping::from_path("b", "$.b")
            .with_data_type("dynamic")
            .with_transform(TransformationMethod::PropertyBagArrayToDictionary),
    ]));
    let options = ValidationOptions::ValidateCsvInputConstantColumns;
    properties.validation_policy = Some(ValidationPolicy::new(options, ValidationImplications::Fail));
    properties.ignore_first_record = true;
    properties.additional_properties.insert("creationTime".to_owned(), "2020-01-01".into());
    properties
}

#[test]
fn a_message_with_everything_is_that_of_the_python_sdk() {
    // As captured, but for the array that Python makes of a transform by mistake.
    let expected = format!(
        r#"{{"BlobPath":"{BLOB}","DatabaseName":"db1","TableName":"T","RetainBlobOnSuccess":true,"FlushImmediately":true,"IgnoreSizeLimit":false,"ReportLevel":2,"ReportMethod":0,"SourceMessageCreationTime":"2026-11-20T23:28:17.845282","Id":"{ID}","ApplicationForTracing":"py1.py","ClientVersionForTracing":"Kusto.Python.Client:{{6.0.4}}|x","AdditionalProperties":{{"creationTime":"2020-01-01","authorizationContext":"IDTOKEN123","tags":"[\"x\",\"drop-by:d\",\"ingest-by:i\"]","ingestIfNotExists":"[\"i\"]","ingestionMapping":"[{{\"column\":\"a\",\"datatype\":\"int\",\"properties\":{{\"Path\":\"$.a\"}}}},{{\"column\":\"b\",\"datatype\":\"dynamic\",\"properties\":{{\"Path\":\"$.b\",\"Transform\":\"PropertyBagArrayToDictionary\"}}}}]","ingestionMappingType":"Json","ValidationPolicy":"{{\"ValidationImplications\":0,\"ValidationOptions\":1}}","format":"json","ignoreFirstRecord":true}}}}"#
    );
    assert_eq!(json_of(&posting(DataFormat::Json), &rich()), expected);
}

#[test]
fn a_plain_message_says_no_more_than_it_must() {
    let expected = format!(
        r#"{{"BlobPath":"{BLOB}","RawDataSize":20,"DatabaseName":"db1","TableName":"T","RetainBlobOnSuccess":true,"FlushImmediately":false,"IgnoreSizeLimit":false,"ReportLevel":2,"ReportMethod":1,"SourceMessageCreationTime":"2026-11-20T23:28:17.845282","Id":"{ID}","ApplicationForTracing":"py1.py","ClientVersionForTracing":"Kusto.Python.Client:{{6.0.4}}|x","AdditionalProperties":{{"authorizationContext":"IDTOKEN123","format":"csv"}},"IngestionStatusInTable":{{"tableConnectionString":"http://h:1/a/t?sig=x","partitionKey":"p","rowKey":"r"}}}}"#
    );
    let entity =
        StatusTableReference { table_connection_string: "http://h:1/a/t?sig=x", partition_key: "p", row_key: "r" };
    let posting = Posting {
        raw_size: Some(20),
        report_method: ReportMethod::Table,
        status_entity: Some(entity),
        ..posting(DataFormat::Csv)
    };
    assert_eq!(json_of(&posting, &IngestionProperties::new("db1", "T")), expected);
}

#[test]
fn times_are_written_as_python_does() {
    for (text, expected) in [
        ("2026-11-20T23:28:17Z", "2026-11-20T23:28:17"),
        ("2026-11-20T23:28:17.0000009Z", "2026-11-20T23:28:17"),
        ("2026-11-20T23:28:17.000120Z", "2026-11-20T23:28:17.000120"),
    ] {
        assert_eq!(python_time(DateTime::parse(text).unwrap()), expected);
    }
}

#[test]
fn a_message_too_long_for_a_queue_names_what_makes_it_long() {
    let mut properties = IngestionProperties::new("db1", "T");
    properties.additional_tags = (0..9000).map(|number| format!("tag{number}")).collect();
    let error = posting(DataFormat::Csv).to_text(&properties).unwrap_err().to_string();
    assert!(error.contains("additional_tags") && error.contains("65536"), "{error}");
}

#[test]
fn a_submission_over_rest_has_lists_where_a_message_has_text() {
    let properties = rest_properties(&rich(), DataFormat::Json);
    assert_eq!(properties["tags"], json!(["x", "drop-by:d", "ingest-by:i"]));
    assert_eq!(properties["ingestIfNotExists"], json!(["i"]));
    assert_eq!(properties["format"], "json");
    assert_eq!(properties["skipBatching"], true);
    assert_eq!(properties["enableTracking"], true);
    assert!(properties["ingestionMapping"].as_str().unwrap().starts_with("[{\"column\":\"a\""));
    assert!(!properties.contains_key("deleteAfterDownload") && !properties.contains_key("authorizationContext"));
}
