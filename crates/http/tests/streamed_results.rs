//! Results leave while they are computed, and stop when nobody reads.

#[path = "fake/service.rs"]
mod fake;

use std::sync::Arc;

use axum::{body::Body, http::Request};
use calypso_app::{AppError, ResultTable};
use fake::{Fake, app, batch, columns, response};
use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A table that gives one batch and then nothing for ever.
fn endless() -> ResultTable {
    let batches = stream::iter([Ok(batch(1..3))]).chain(stream::pending()).boxed();
    ResultTable { name: ResultTable::PRIMARY.to_owned(), columns: columns(), batches }
}

#[tokio::test]
async fn first_rows_leave_before_the_last_is_computed_and_dropping_the_body_cancels() {
    let fake =
        Arc::new(Fake { query: Box::new(|_, request| Ok(response(vec![endless()], request))), ..Fake::default() });
    for path in ["/v2/rest/query", "/v1/rest/query"] {
        let request = Request::post(path).body(Body::from(r#"{"csl":"T"}"#)).unwrap();
        let answer = app(fake.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut body = answer.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(String::from_utf8_lossy(&first).ends_with(r#""Rows":[[1,"r1"],[2,"r2"]"#));
        let cancel = fake.queries.lock().pop().unwrap().0.cancel;
        assert!(!cancel.is_cancelled());
        drop(body);
        assert!(cancel.is_cancelled());
    }
}

#[tokio::test]
async fn a_cancelled_query_says_so_in_its_last_frame() {
    let fake = Arc::new(Fake {
        query: Box::new(|ctx, request| {
            let cancel = ctx.cancel.clone();
            let batches = stream::iter([Ok(batch(1..2))]).chain(stream::once(async move {
                cancel.cancel();
                std::future::pending::<Result<_, AppError>>().await
            }));
            let table =
                ResultTable { name: ResultTable::PRIMARY.to_owned(), columns: columns(), batches: batches.boxed() };
            Ok(response(vec![table], request))
        }),
        ..Fake::default()
    });
    let answer = fake::ask(&app(fake), "/v2/rest/query", "T", "{}").await;
    assert!(answer.text.contains(r#""HasErrors":true,"Cancelled":true,"OneApiErrors":["#), "{}", answer.text);
}

#[tokio::test]
async fn the_deadline_holds_for_the_rows_too() {
    let fake =
        Arc::new(Fake { query: Box::new(|_, request| Ok(response(vec![endless()], request))), ..Fake::default() });
    let answer = fake::ask(&app(fake), "/v2/rest/query", "T", r#"{"servertimeout":"00:00:00.1000000"}"#).await;
    assert!(answer.text.contains(r#"[2,"r2"],{"OneApiErrors":[{"error":{"code":"Timeout""#), "{}", answer.text);
}
