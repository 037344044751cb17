//! Retries against a service that fails as told.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use parking_lot::Mutex;

use super::*;
use calypso_cli::connect::ConnectArguments;

const SOURCE_ID: Uuid = Uuid::from_u128(7);
const AT_ONCE: Retries = Retries { count_max: 3, first_pause: Duration::ZERO };
const CONSUMED: &str = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"ConsumedRecordsCount","DataType":"Int64","ColumnType":"long"}],"Rows":[[5]]}]}"#;

type Script = Arc<Mutex<(Vec<(u16, String)>, Vec<String>)>>;

/// Serves `answers` in order; returns the client and what was asked.
async fn service(answers: &[(u16, &str)]) -> (Connection, Script) {
    async fn answer(State(script): State<Script>, request: Request) -> Response {
        let mut script = script.lock();
        let id = request.headers()["x-ms-client-request-id"].to_str().unwrap().to_owned();
        script.1.push(format!("{} {id}", request.uri()));
        let (status, body) = script.0.remove(0);
        (StatusCode::from_u16(status).unwrap(), body).into_response()
    }
    let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let script: Script = Arc::new(Mutex::new((answers, Vec::new())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (ConnectArguments::local(&url).unwrap().connect().unwrap(), script)
}

fn request() -> StreamRequest<'static> {
    let body = Body::Data { bytes: bytes::Bytes::from_static(b"1,2"), gzip: false };
    StreamRequest { table: "T/1", format: "csv", mapping: Some("m 1"), body, source_id: SOURCE_ID }
}

fn failure(permanent: bool) -> String {
    format!(r#"{{"error":{{"code":"General_X","message":"m","@message":"because","@permanent":{permanent}}}}}"#)
}

#[tokio::test]
async fn passing_errors_are_tried_again_under_the_same_source_id() {
    let passing = failure(false);
    let (client, script) = service(&[(503, ""), (429, &passing), (500, &passing), (200, CONSUMED)]).await;
    let mut told = 0;
    let rows = stream(&client, &request(), AT_ONCE, |_, _| told += 1).await.unwrap();
    assert_eq!((rows, told), (StreamedRows { count: 5, attempt: 4 }, 3));
    let asked = &script.lock().1;
    for (index, asked) in asked.iter().enumerate() {
        let expected = format!(
            "/v1/rest/ingest/NetDefaultDB/T%2F1?streamFormat=csv&mappingName=m+1 \
             KRC.executeManagedStreamingIngest;{SOURCE_ID};{}",
            index + 1
        );
        assert_eq!(*asked, expected);
    }
}

#[tokio::test]
async fn the_last_passing_error_is_the_answer_when_retries_are_used_up() {
    let passing = failure(false);
    let (client, script) = service(&[(429, passing.as_str()); 4]).await;
    let error = stream(&client, &request(), AT_ONCE, |_, _| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "General_X: because");
    assert_eq!(script.lock().1.len(), 4);
}

#[tokio::test]
async fn permanent_errors_are_not_tried_again() {
    let (client, script) = service(&[(400, &failure(true))]).await;
    assert!(stream(&client, &request(), AT_ONCE, |_, _| panic!("a retry")).await.is_err());
    assert_eq!(script.lock().1.len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_kustos_is_an_error() {
    for body in ["", "{}", r#"{"Tables":[]}"#, "<html>"] {
        let (client, _script) = service(&[(200, body)]).await;
        let error = stream(&client, &request(), AT_ONCE, |_, _| {}).await.unwrap_err();
        assert!(error.to_string().contains("does not answer as a Kusto service does"), "{error}");
    }
}
