//! The log of requests, read-only requests and cancellation.

use calypso_app::{AppErrorKind, QueryRequest, Service as _};

use crate::fixture::{Fixture, text_of};

#[tokio::test]
async fn read_only_requests_change_nothing() {
    let f = Fixture::open().await;
    let mut request = QueryRequest { text: ".create table T (a:int)".to_owned(), ..QueryRequest::default() };
    request.options.readonly = true;
    let error = f.app.command(f.context(), request.clone()).await.unwrap_err();
    assert_eq!(error.kind, AppErrorKind::Forbidden);
    request.text = ".show tables".to_owned();
    assert!(f.app.command(f.context(), request).await.is_ok());
}

#[tokio::test]
async fn ended_requests_are_listed() {
    let f = Fixture::open().await;
    f.query("print secret = 1").await;
    f.command(".drop table Nope").await.unwrap_err();
    assert_eq!(
        f.done(".show queries | project Text, Database, State").await,
        "Text|Database|State\nprint secret = 1|NetDefaultDB|Completed"
    );
    assert_eq!(
        f.done(".show commands | where State == 'Failed' | project CommandType, Text").await,
        "CommandType|Text\nTableDrop|.drop table Nope"
    );
    assert_eq!(
        f.done(".show commands-and-queries | summarize count() by Kind = iff(CommandType == 'Query', 'q', 'c') | order by Kind asc").await,
        "Kind|count_\nc|3\nq|1"
    );
    assert_eq!(f.done(".show running queries | count").await, "Count\n0");
    assert_eq!(f.refused(".cancel query 'nobody'").await, "BadRequest_EntityNotFound");
}

#[tokio::test]
async fn a_query_whose_results_are_not_read_counts_as_canceled() {
    let f = Fixture::open().await;
    let request = QueryRequest { text: "range x from 1 to 10 step 1".to_owned(), ..QueryRequest::default() };
    let response = f.app.query(f.context(), request).await.unwrap();
    assert_eq!(f.done(".show running queries | project State").await, "State\nInProgress");
    drop(response);
    assert_eq!(f.done(".show queries | project State").await, "State\nCanceled");
}

#[tokio::test]
async fn a_cancelled_query_ends_in_an_error() {
    let f = Fixture::open().await;
    let text = "range x from 1 to 100000000 step 1";
    let request = QueryRequest { text: text.to_owned(), ..QueryRequest::default() };
    let response = f.app.query(f.context(), request).await.unwrap();
    let id = f.context().client_request_id;
    assert!(f.done(&format!(".cancel query '{id}' with (reason='test')")).await.contains("|test"));
    let table = response.tables.into_iter().next().unwrap();
    assert_eq!(text_of(table).await.unwrap_err().kind, AppErrorKind::Cancelled);
    assert_eq!(f.done(".show queries | project State").await, "State\nCanceled");
}

#[tokio::test]
async fn a_cancelled_command_ends() {
    let f = Fixture::open().await;
    let context = f.context();
    context.cancel.cancel();
    let request = QueryRequest { text: ".show tables".to_owned(), ..QueryRequest::default() };
    assert_eq!(f.app.command(context, request).await.unwrap_err().kind, AppErrorKind::Cancelled);
}

#[tokio::test]
async fn secrets_do_not_reach_logs() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.refused(".ingest into table T (h'http://127.0.0.1:1/x?sig=verysecret')").await;
    let shown = f.done(".show commands | where CommandType == 'DataIngestPull'").await;
    assert!(!shown.contains("verysecret"), "{shown}");
    let failures = f.done(".show ingestion failures").await;
    assert!(!failures.contains("verysecret") && failures.contains("http://127.0.0.1:1/x"), "{failures}");
}
