//! What comes back when all is well, or nearly.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kusto_data::{Client, ClientOptions, ClientRequestProperties, ErrorKind, ScalarType};

use crate::{ANSWER, Reply, ScriptedService, service};

/// [`ANSWER`] without its header, compressed.
const GZIPPED: &str = "H4sIAAAAAAACA22OQQvCMAyF/0vOvSieep2KIohsu5UeoosySNvRdsgY/e92Ur3oKS95L1+iZth7NNROA4GELUZs8coEAt712IFcFX3qbe7g4nuDfqopjBw/uXNm/PEqx6OxAaSaiy5B+zXLZXb2AUkLqN1zyavNWuskft9rKFbODEyxdwvlgGHnvfN56Y4cKHPR3oiZujJJ+gU9bpD75gAAAA==";
const ERROR: &str = r#"{"error":{"code":"LimitsExceeded","message":"m","@message":"too much","@permanent":false}}"#;

#[tokio::test]
async fn compressed_answers_are_read() {
    let body = STANDARD.decode(GZIPPED).unwrap();
    let (client, _service) = service([Reply::ok(body).with_header("content-encoding", "gzip")]).await;
    assert_eq!(client.execute_query("", "T", None).await.unwrap().single_value(), Some(&42_i64.into()));
}

fn partial() -> String {
    format!(
        r#"[{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{{"ColumnName":"n","ColumnType":"long"}}],"Rows":[[1],{{"OneApiErrors":[{ERROR}]}}]}},{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{ERROR}]}}]"#
    )
}

#[tokio::test]
async fn partial_failures_are_errors_that_keep_the_rows() {
    let reply = || Reply::ok(partial()).with_header("x-ms-activity-id", "activity-1");
    let (client, _service) = service([reply(), reply()]).await;
    let error = client.execute_query("", "T", None).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::PartialFailure, Some("LimitsExceeded")));
    assert!(!error.is_permanent());
    assert_eq!(error.activity_id(), Some("activity-1"));
    assert!(error.client_request_id().unwrap().starts_with("KRC.execute;"));
    let dataset = error.into_partial_results().unwrap();
    assert_eq!(dataset.primary_rows::<i64>().unwrap(), [1]);
    let deferring = ClientRequestProperties::new().with_defer_partial_query_failures(true);
    let dataset = client.execute_query("", "T", Some(&deferring)).await.unwrap();
    assert_eq!(dataset.error().unwrap().description(), "too much");
}

#[tokio::test]
async fn one_client_serves_many_requests_at_once() {
    let (client, service) = service((0..100).map(|_| Reply::ok(ANSWER))).await;
    let all = (0..100).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.execute_query("", "T", None).await })
    });
    for answer in futures::future::join_all(all).await {
        assert_eq!(answer.unwrap().unwrap().single_value(), Some(&42_i64.into()));
    }
    let asked = service.asked().await;
    let ids: std::collections::HashSet<_> = asked.iter().map(|asked| asked.header("x-ms-client-request-id")).collect();
    assert_eq!(ids.len(), 100);
}

#[tokio::test]
async fn answers_beyond_the_limit_are_refused() {
    let service = ScriptedService::start([Reply::ok(ANSWER)]).await;
    let options = ClientOptions::default().with_answer_bytes_max(100);
    let client = Client::with_options(&service.url, options).unwrap();
    assert_eq!(client.execute_query("", "T", None).await.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn columns_have_names_and_types() {
    let (client, _service) = service([Reply::ok(ANSWER)]).await;
    let dataset = client.execute_query("", "T", None).await.unwrap();
    let column = &dataset.primary().unwrap().columns()[0];
    assert_eq!((column.name(), column.scalar_type()), ("n", ScalarType::Long));
}
