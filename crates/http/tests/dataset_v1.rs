//! V1 responses, byte for byte: plain commands, commands with a query tail, and queries.

#[path = "fake/service.rs"]
mod fake;

use std::sync::Arc;

use calypso_app::{AppError, CommandResponse};
use fake::{Fake, app, ask, batch, failing, two_rows};
use serde_json::Value;

const TABLE: &str = r#"{"TableName":"Table_0","Columns":[{"ColumnName":"a","DataType":"Int64","ColumnType":"long"},{"ColumnName":"b","DataType":"String","ColumnType":"string"}],"Rows":[[1,"r1"],[2,"r2"]]}"#;

#[tokio::test]
async fn a_plain_command_answers_one_table() {
    let answer = ask(&app(Arc::new(Fake::default())), "/v1/rest/mgmt", ".show tables", "{}").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text, format!(r#"{{"Tables":[{TABLE}]}}"#));
}

#[tokio::test]
async fn a_command_with_a_tail_answers_four_tables_of_which_the_last_is_the_contents() {
    let fake = Fake {
        command: Box::new(|_| Ok(CommandResponse { tables: vec![two_rows()], plain: false, visualization: None })),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), "/v1/rest/mgmt", ".show tables | take 2", "{}").await;
    assert!(answer.text.starts_with(&format!(r#"{{"Tables":[{TABLE},{{"TableName":"Table_1","Columns":[{{"ColumnName":"Value","DataType":"String","ColumnType":"string"}}],"Rows":[["{{\"Visualization\":null,"#)), "{}", answer.text);
    let json: Value = serde_json::from_str(&answer.text).unwrap();
    let tables = json["Tables"].as_array().unwrap();
    assert_eq!(tables.len(), 4);
    let status = &tables[2]["Rows"];
    assert_eq!(status[0][1], 4);
    assert_eq!(status[0][4], "Query completed successfully");
    assert_eq!(status[0][9], "test;1");
    assert!(status[1][4].as_str().unwrap().starts_with("{\"ExecutionTime\":"));
    let contents = &tables[3]["Rows"];
    assert_eq!(contents.as_array().unwrap().len(), 3);
    assert_eq!(contents[0][1], "QueryResult");
    assert_eq!(contents[0][2], "PrimaryResult");
    assert_eq!(contents[1][2], "@ExtendedProperties");
    assert_eq!(contents[2][3], "00000000-0000-0000-0000-000000000000");
}

#[tokio::test]
async fn a_query_answers_with_contents_and_a_dot_command_as_management_does() {
    let app = app(Arc::new(Fake::default()));
    let query = ask(&app, "/v1/rest/query", "T", "{}").await;
    let json: Value = serde_json::from_str(&query.text).unwrap();
    assert_eq!(json["Tables"].as_array().unwrap().len(), 4);
    let command = ask(&app, "/v1/rest/query", ".show tables", "{}").await;
    assert_eq!(command.text, format!(r#"{{"Tables":[{TABLE}]}}"#));
}

#[tokio::test]
async fn an_error_among_the_rows_stands_in_place_of_a_row_and_in_the_status() {
    let fake = Fake {
        query: Box::new(|_, request| {
            Ok(fake::response(vec![failing(vec![batch(1..2)], AppError::argument("broken"))], request))
        }),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), "/v1/rest/query", "T", "{}").await;
    let json: Value = serde_json::from_str(&answer.text).unwrap();
    let row = &json["Tables"][0]["Rows"][1];
    let message = "Request is invalid and cannot be processed: broken";
    assert_eq!(row["OneApiErrors"][0]["error"]["@message"], message);
    assert_eq!(row["Exceptions"][0], message);
    assert_eq!(json["Tables"][2]["Rows"][0][1], 2);
    assert_eq!(json["Tables"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn queries_are_truncated_and_deferred_truncation_is_in_the_status_only() {
    let app = app(Arc::new(Fake::default()));
    let answer = ask(&app, "/v1/rest/query", "T", r#"{"truncationmaxrecords":1}"#).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"],{"OneApiErrors":"#), "{}", answer.text);
    let options = r#"{"truncationmaxrecords":1,"deferpartialqueryfailures":true}"#;
    let answer = ask(&app, "/v1/rest/query", "T", options).await;
    assert!(answer.text.contains(r#""Rows":[[1,"r1"]]}"#), "{}", answer.text);
    assert!(answer.text.contains(r#"2,"Error",-1,"Query execution has exceeded the allowed limits"#));
}
