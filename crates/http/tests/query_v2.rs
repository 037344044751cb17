//! V2 responses, byte for byte.

#[path = "fake/service.rs"]
mod fake;

use std::sync::Arc;

use calypso_app::{AppError, ResultTable};
use calypso_columns::{Column, batch_from_rows};
use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, ScalarType, TimeSpan};
use fake::{Fake, app, ask, batch, failing, response};

const PATH: &str = "/v2/rest/query";
const FRAGMENTED: &str = r#"{"results_v2_newlines_between_frames":true,"results_v2_fragment_primary_tables":true,"results_error_reporting_placement":"end_of_table"}"#;

const PROPERTIES: &str = r#"{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"@ExtendedProperties","Columns":[{"ColumnName":"TableId","ColumnType":"int"},{"ColumnName":"Key","ColumnType":"string"},{"ColumnName":"Value","ColumnType":"dynamic"}],"Rows":[[1,"Visualization","{\"Visualization\":null,\"Title\":null,\"XColumn\":null,\"Series\":null,\"YColumns\":null,\"AnomalyColumns\":null,\"XTitle\":null,\"YTitle\":null,\"XAxis\":null,\"YAxis\":null,\"Legend\":null,\"YSplit\":null,\"Accumulate\":false,\"IsQuerySorted\":false,\"Kind\":null,\"Ymin\":\"NaN\",\"Ymax\":\"NaN\",\"Xmin\":null,\"Xmax\":null}"]]}"#;
const COLUMNS: &str = r#"[{"ColumnName":"a","ColumnType":"long"},{"ColumnName":"b","ColumnType":"string"}]"#;

fn completion_information(id: usize, first: &str, tables: &str) -> String {
    let columns: Vec<String> = [
        ("Timestamp", "datetime"),
        ("ClientRequestId", "string"),
        ("ActivityId", "guid"),
        ("SubActivityId", "guid"),
        ("ParentActivityId", "guid"),
        ("Level", "int"),
        ("LevelName", "string"),
        ("StatusCode", "int"),
        ("StatusCodeName", "string"),
        ("EventType", "int"),
        ("EventTypeName", "string"),
        ("Payload", "string"),
    ]
    .iter()
    .map(|(name, ty)| format!(r#"{{"ColumnName":"{name}","ColumnType":"{ty}"}}"#))
    .collect();
    let ids = r#""2020-01-01T00:00:00.0000000Z","test;1","<activity>","<activity>","<activity>""#;
    let stats = format!(
        r#"{{\"ExecutionTime\":0.0,\"resource_usage\":{{\"cache\":{{\"shards\":{{\"hot\":{{\"hitbytes\":0,\"missbytes\":0,\"retrievebytes\":0}},\"cold\":{{\"hitbytes\":0,\"missbytes\":0,\"retrievebytes\":0}},\"bypassbytes\":0}}}},\"cpu\":{{\"user\":\"00:00:00\",\"kernel\":\"00:00:00\",\"total cpu\":\"00:00:00\"}},\"memory\":{{\"peak_per_node\":0}}}},\"input_dataset_statistics\":{{\"extents\":{{\"total\":0,\"scanned\":0}},\"rows\":{{\"total\":0,\"scanned\":0}}}},\"dataset_statistics\":[{tables}]}}"#
    );
    format!(
        r#"{{"FrameType":"DataTable","TableId":{id},"TableKind":"QueryCompletionInformation","TableName":"QueryCompletionInformation","Columns":[{}],"Rows":[[{ids},{first}],[{ids},6,"Stats",0,"S_OK (0)",0,"QueryResourceConsumption","{stats}"]]}}"#,
        columns.join(",")
    )
}

const SUCCEEDED: &str =
    r#"4,"Info",0,"S_OK (0)",4,"QueryInfo","{\"Count\":1,\"Text\":\"Query completed successfully\"}""#;

/// The error object at the present time, as every placement carries it.
fn error_json(code: &str, ty: &str, message: &str, permanent: bool) -> String {
    format!(
        r#"{{"error":{{"code":"{code}","message":"Request is invalid and cannot be executed.","@type":"{ty}","@message":"{message}","@context":{{"timestamp":"2020-01-01T00:00:00.0000000Z","serviceAlias":"LOCAL","machineName":"calypso","processName":"calypso","processId":0,"threadId":1,"clientRequestId":"test;1","activityId":"<activity>","subActivityId":"<activity>","activityType":"/v2/rest/query","parentActivityId":"<activity>","activityStack":"(Activity stack: CRID=test;1 ARID=<activity> > /v2/rest/query/<activity>)"}},"@permanent":{permanent}}}}}"#
    )
}

fn truncated_json(excess: &str) -> String {
    error_json(
        "LimitsExceeded",
        "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException",
        &format!(
            "Query execution has exceeded the allowed limits (80DA0003): The results of this query {excess}, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003). See https://aka.ms/kustoquerylimits for more information and possible solutions."
        ),
        false,
    )
}

#[tokio::test]
async fn default_layout_is_an_array_of_tables() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", "{}").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["x-ms-client-request-id"], "test;1");
    let expected = format!(
        r#"[{{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}},{PROPERTIES},{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":{COLUMNS},"Rows":[[1,"r1"],[2,"r2"]]}},{},{{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}}]"#,
        completion_information(2, SUCCEEDED, r#"{\"table_row_count\":2,\"table_size\":16}"#)
    );
    assert_eq!(answer.text, expected);
}

#[tokio::test]
async fn fragmented_layout_has_a_frame_per_line() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", FRAGMENTED).await;
    let expected = format!(
        r#"[{{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0","IsFragmented":true,"ErrorReportingPlacement":"EndOfTable"}}
,{PROPERTIES}
,{{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":{COLUMNS}}}
,{{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1,"r1"],[2,"r2"]]}}
,{{"FrameType":"TableCompletion","TableId":1,"RowCount":2}}
,{}
,{{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}}
]
"#,
        completion_information(2, SUCCEEDED, r#"{\"table_row_count\":2,\"table_size\":16}"#)
    );
    assert_eq!(answer.text, expected);
}

#[tokio::test]
async fn empty_results_and_several_tables_keep_every_frame() {
    let fake = Fake {
        query: Box::new(|_, request| {
            let empty = ResultTable::from_batches("Named", fake::columns(), vec![]);
            Ok(fake::rendered(vec![empty, fake::two_rows()], request))
        }),
        ..Fake::default()
    };
    let app = app(Arc::new(fake));
    let plain = ask(&app, PATH, "T", "{}").await.text;
    assert!(plain.contains(&format!(r#""TableId":1,"TableKind":"PrimaryResult","TableName":"Named","Columns":{COLUMNS},"Rows":[]}},{{"FrameType":"DataTable","TableId":2,"#)));
    assert!(plain.contains(r#"{\"Visualization\":\"timechart\",\"Title\":\"x\","#), "{plain}");
    assert!(plain.contains(r#""TableId":3,"TableKind":"QueryCompletionInformation""#));
    let fragmented = ask(&app, PATH, "T", FRAGMENTED).await.text;
    assert!(fragmented.contains("\"TableName\":\"Named\",\"Columns\":[{\"ColumnName\":\"a\",\"ColumnType\":\"long\"},{\"ColumnName\":\"b\",\"ColumnType\":\"string\"}]}\n,{\"FrameType\":\"TableCompletion\",\"TableId\":1,\"RowCount\":0}\n,"));
}

fn truncating(placement: &str, more: &str) -> String {
    format!(r#"{{"truncationmaxrecords":1,"results_error_reporting_placement":"{placement}"{more}}}"#)
}

#[tokio::test]
async fn truncation_in_data_puts_the_error_after_the_rows_and_into_the_completion() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", &truncating("in_data", "")).await;
    let error = truncated_json("exceed the set limit of 1 records");
    let expected = format!(
        r#"[{{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}},{PROPERTIES},{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":{COLUMNS},"Rows":[[1,"r1"],{{"OneApiErrors":[{error}]}}]}},{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{error}]}}]"#
    );
    assert_eq!(answer.text, expected);
}

#[tokio::test]
async fn truncation_at_end_of_table_puts_the_error_into_the_completions() {
    let options = truncating(
        "end_of_table",
        r#","results_v2_newlines_between_frames":true,"results_v2_fragment_primary_tables":true"#,
    );
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", &options).await;
    let error = truncated_json("exceed the set limit of 1 records");
    let expected = format!(
        ",{{\"FrameType\":\"TableFragment\",\"TableFragmentType\":\"DataAppend\",\"TableId\":1,\"Rows\":[[1,\"r1\"]]}}\n,{{\"FrameType\":\"TableCompletion\",\"TableId\":1,\"RowCount\":1,\"OneApiErrors\":[{error}]}}\n,{{\"FrameType\":\"DataSetCompletion\",\"HasErrors\":true,\"Cancelled\":false,\"OneApiErrors\":[{error}]}}\n]\n"
    );
    assert!(answer.text.ends_with(&expected), "{}", answer.text);
}

#[tokio::test]
async fn truncation_at_end_of_dataset_puts_the_error_there_only() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", &truncating("end_of_dataset", "")).await;
    let error = truncated_json("exceed the set limit of 1 records");
    let expected = format!(
        r#""Rows":[[1,"r1"]]}},{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{error}]}}]"#
    );
    assert!(answer.text.ends_with(&expected), "{}", answer.text);
}

#[tokio::test]
async fn deferred_truncation_is_told_in_the_completion_table_only() {
    let options = truncating("in_data", r#","deferpartialqueryfailures":true"#);
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", &options).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"]]},"#), "{}", answer.text);
    assert!(answer.text.contains(r#"2,"Error",-2133196797,"Query result set too large (E_QUERY_RESULT_SET_TOO_LARGE). (-2133196797)",1,"QueryLimitsExceeded","{\"Count\":1,"#), "{}", answer.text);
    assert!(answer.text.ends_with(r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}]"#));
}

#[tokio::test]
async fn a_result_of_exactly_the_limit_is_whole() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", r#"{"truncationmaxrecords":2}"#).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"],[2,"r2"]]}"#));
    assert!(answer.text.contains(r#""HasErrors":false"#));
}

#[tokio::test]
async fn bytes_are_limited_too_and_notruncation_lifts_both() {
    let app = app(Arc::new(Fake::default()));
    let answer = ask(&app, PATH, "T", r#"{"truncationmaxsize":10}"#).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"],{"OneApiErrors""#), "{}", answer.text);
    assert!(answer.text.contains("exceed the set limit of 10 bytes"));
    let answer = ask(&app, PATH, "T", r#"{"truncationmaxsize":10,"truncationmaxrecords":1,"notruncation":true}"#).await;
    assert!(answer.text.contains(r#""HasErrors":false"#));
}

#[tokio::test]
async fn query_take_max_records_cuts_silently() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, "T", r#"{"query_take_max_records":1}"#).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"]]}"#));
    assert!(answer.text.contains(r#""HasErrors":false"#));
}

#[tokio::test]
async fn an_error_before_the_first_row_is_a_status() {
    let fake = Fake {
        query: Box::new(|_, request| Ok(response(vec![failing(vec![], AppError::internal("broken"))], request))),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), PATH, "T", "{}").await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains(r#""@message":"broken""#));
}

#[tokio::test]
async fn an_error_after_the_first_rows_is_in_the_result() {
    let fake = Fake {
        query: Box::new(|_, request| {
            Ok(response(vec![failing(vec![batch(1..2)], AppError::argument("broken"))], request))
        }),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), PATH, "T", "{}").await;
    assert_eq!(answer.status, 200);
    let message = "Request is invalid and cannot be processed: broken";
    let error = error_json("General_BadRequest", "Kusto.Data.Exceptions.KustoBadRequestException", message, true);
    let expected = format!(
        r#""Rows":[[1,"r1"],{{"OneApiErrors":[{error}]}}]}},{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{error}]}}]"#
    );
    assert!(answer.text.ends_with(&expected), "{}", answer.text);
}

#[tokio::test]
async fn every_scalar_type_has_its_json_form() {
    let cells = [
        (Scalar::Bool(true), "true"),
        (Scalar::Int(-5), "-5"),
        (Scalar::Long(i64::MIN), "-9223372036854775808"),
        (Scalar::Real(1.0), "1.0"),
        (Scalar::Real(f64::NAN), r#""NaN""#),
        (Scalar::Real(f64::NEG_INFINITY), r#""-Infinity""#),
        (Scalar::Decimal(Decimal::parse("2.00000000000001").unwrap()), r#""2.00000000000001""#),
        (Scalar::String("q\"\\\n\u{1}ø".to_owned()), r#""q\"\\\n\u0001ø""#),
        (
            Scalar::DateTime(DateTime::parse("2020-03-04T14:05:01.3109965Z").unwrap()),
            r#""2020-03-04T14:05:01.3109965Z""#,
        ),
        (Scalar::TimeSpan(TimeSpan(-(TimeSpan::DAY.0 + 20_020_002))), r#""-1.00:00:02.0020002""#),
        (
            Scalar::Guid(Guid::parse("74BE27DE-1E4E-49D9-B579-FE0B331D3642").unwrap()),
            r#""74be27de-1e4e-49d9-b579-fe0b331d3642""#,
        ),
        (Scalar::Dynamic(Dynamic::parse(r#"{"moshe":"value"}"#).unwrap()), r#"{"moshe":"value"}"#),
        (Scalar::Dynamic(Dynamic::String(r#"{ "a": 1}"#.to_owned())), r#""{ \"a\": 1}""#),
        (Scalar::null(ScalarType::Dynamic), "null"),
        (Scalar::null(ScalarType::Long), "null"),
        (Scalar::null(ScalarType::Guid), "null"),
        (Scalar::null(ScalarType::String), r#""""#),
    ];
    let columns: Vec<Column> = cells.iter().map(|(cell, _)| Column::new("c", cell.scalar_type())).collect();
    let row: Vec<Scalar> = cells.iter().map(|(cell, _)| cell.clone()).collect();
    let expected: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
    let fake = Fake {
        query: Box::new(move |_, request| {
            let batch = batch_from_rows(&columns, std::slice::from_ref(&row)).unwrap();
            Ok(response(vec![ResultTable::from_batches("PrimaryResult", columns.clone(), vec![batch])], request))
        }),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), PATH, "print 1", "{}").await;
    assert!(answer.text.contains(&format!("\"Rows\":[[{}]]", expected.join(","))), "{}", answer.text);
}

#[tokio::test]
async fn big_results_come_in_fragments_and_lose_nothing() {
    const ROWS: i64 = 400_000;
    let fake = Fake {
        query: Box::new(|_, request| {
            let batches = (0..ROWS / 8000).map(|n| batch(n * 8000..(n + 1) * 8000)).collect();
            Ok(response(vec![ResultTable::from_batches("PrimaryResult", fake::columns(), batches)], request))
        }),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), PATH, "T", FRAGMENTED).await;
    let (mut rows, mut fragments) = (0, 0);
    for line in answer.text.lines().filter(|line| line.starts_with(",{\"FrameType\":\"TableFragment\"")) {
        let frame: serde_json::Value = serde_json::from_str(&line[1..]).unwrap();
        for row in frame["Rows"].as_array().unwrap() {
            assert_eq!(row[0], rows);
            rows += 1;
        }
        fragments += 1;
    }
    assert_eq!(rows, ROWS);
    assert!(fragments > 1);
    assert!(answer.text.contains(&format!("\"RowCount\":{ROWS}}}")));
    assert!(answer.headers.get("content-length").is_none());
}

#[tokio::test]
async fn commands_are_refused_as_the_real_service_does() {
    let answer = ask(&app(Arc::new(Fake::default())), PATH, " \n.show tables", "{}").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("Control commands (starting with a dot '.') do not support api_version=v2"));
}
