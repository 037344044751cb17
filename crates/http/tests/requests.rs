//! What requests may look like and what becomes of them: bodies, options, ids, errors, origins.

#[path = "fake/service.rs"]
mod fake;

use std::sync::{Arc, atomic::Ordering};

use axum::{body::Body, http::Request};
use calypso_app::AppError;
use calypso_http::HttpSettings;
use calypso_types::TimeSpan;
use fake::{Fake, app, app_with, ask, post, send};
use serde_json::Value;

const PATH: &str = "/v2/rest/query";

#[tokio::test]
async fn options_reach_the_service_whatever_their_case_and_encoding() {
    let fake = Arc::new(Fake::default());
    let body = r#"{"csl":"T","properties":"{\"Options\":{\"ServerTimeout\":\"0:02:00\",\"NoTruncation\":\"true\",\"x\":1,\"request_app_name\":\"me\"},\"Parameters\":{\"p\":1}}"}"#;
    let answer = post(&app(fake.clone()), PATH, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let (ctx, request) = fake.queries.lock().pop().unwrap();
    assert_eq!(request.database, None);
    assert!(request.options.no_truncation);
    assert_eq!(request.options.raw["x"], 1);
    assert_eq!(request.parameters["p"], 1);
    assert_eq!(ctx.application, "me");
    assert_eq!(ctx.deadline.since(ctx.started_on), TimeSpan(2 * TimeSpan::MINUTE.0));
}

#[tokio::test]
async fn timeouts_have_defaults_and_a_cap() {
    let fake = Arc::new(Fake::default());
    let app = app(fake.clone());
    for (options, minutes) in [("{}", 4), (r#"{"servertimeout":"05:00:00"}"#, 60), (r#"{"norequesttimeout":true}"#, 60)]
    {
        ask(&app, PATH, "T", options).await;
        let (ctx, _) = fake.queries.lock().pop().unwrap();
        assert_eq!(ctx.deadline.since(ctx.started_on), TimeSpan(minutes * TimeSpan::MINUTE.0), "{options}");
    }
    ask(&app, "/v1/rest/mgmt", ".show x", "{}").await;
    let (ctx, _) = fake.queries.lock().pop().unwrap();
    assert_eq!(ctx.deadline.since(ctx.started_on), TimeSpan(10 * TimeSpan::MINUTE.0));
}

#[tokio::test]
async fn get_carries_the_statement_in_the_query_string() {
    let fake = Arc::new(Fake::default());
    let request = Request::get(
        "/v2/rest/query?csl=T%20%7C%20count&db=d+b&properties=%7B%22Options%22%3A%7B%22notruncation%22%3Atrue%7D%7D",
    );
    let answer = send(&app(fake.clone()), request.header("x-ms-readonly", "").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let (_, request) = fake.queries.lock().pop().unwrap();
    assert_eq!(request.text, "T | count");
    assert_eq!(request.database.as_deref(), Some("d b"));
    assert!(request.options.no_truncation && request.options.readonly);
}

#[tokio::test]
async fn malformed_requests_are_bad_requests_in_json() {
    let app = app(Arc::new(Fake::default()));
    for body in ["", "T | count", r#"{"db":"d"}"#, r#"{"csl":"T","properties":{"Options":{"servertimeout":"x"}}}"#] {
        let answer = post(&app, PATH, body).await;
        assert_eq!(answer.status, 400, "{body}");
        let json: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(json["error"]["code"], "General_BadRequest");
        assert_eq!(json["error"]["@permanent"], true);
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn semantic_errors_carry_the_words_and_the_inner_error_clients_match() {
    let fake = Fake {
        query: Box::new(|_, _| {
            Err(AppError::semantic("SEM0100", "'table' operator: Failed to resolve table expression named 'T'"))
        }),
        ..Fake::default()
    };
    let answer = ask(&app(Arc::new(fake)), PATH, "T", "{}").await;
    assert_eq!(answer.status, 400);
    let json: Value = serde_json::from_str(&answer.text).unwrap();
    let error = &json["error"];
    assert_eq!(error["message"], "Request is invalid and cannot be executed.");
    assert_eq!(
        error["@message"],
        "Request is invalid and cannot be processed: Semantic error: SEM0100: 'table' operator: Failed to resolve table expression named 'T'"
    );
    assert_eq!(error["innererror"]["code"], "SEM0100");
    assert_eq!(error["innererror"]["@errorCode"], "SEM0100");
    let keys: Vec<&str> = error.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "message", "@type", "@message", "@context", "@permanent", "innererror"]);
}

#[tokio::test]
async fn every_kind_of_error_has_its_status() {
    type Make = fn() -> AppError;
    let cases: [(Make, u16, bool); 8] = [
        (|| AppError::database_not_found("d"), 400, true),
        (|| AppError::forbidden("no"), 403, true),
        (|| AppError::conflict("no"), 409, true),
        (|| AppError::throttled("no"), 429, false),
        (|| AppError::timed_out(), 504, false),
        (|| AppError::unavailable("no"), 503, false),
        (|| AppError::unauthenticated("who"), 401, true),
        (|| AppError::not_supported("x"), 400, true),
    ];
    for (make, status, permanent) in cases {
        let fake = Fake { query: Box::new(move |_, _| Err(make())), ..Fake::default() };
        let answer = ask(&app(Arc::new(fake)), PATH, "T", "{}").await;
        assert_eq!(answer.status, status);
        assert!(answer.text.contains(&format!("\"@permanent\":{permanent}")), "{}", answer.text);
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
    }
}

#[tokio::test]
async fn ids_are_echoed_or_invented() {
    let app = app(Arc::new(Fake::default()));
    let given = post(&app, PATH, r#"{"csl":"T"}"#).await;
    assert_eq!(given.headers["x-ms-client-request-id"], "test;1");
    let bare = Request::post(PATH).body(Body::from(r#"{"csl":"T"}"#)).unwrap();
    let bare = send(&app, bare).await;
    let activity = bare.headers["x-ms-activity-id"].to_str().unwrap();
    assert_eq!(bare.headers["x-ms-client-request-id"], format!("unspecified;{activity}"));
    let body = r#"{"csl":"T","properties":{"ClientRequestId":"from body"}}"#;
    let named = send(&app, Request::post(PATH).body(Body::from(body)).unwrap()).await;
    assert_eq!(named.headers["x-ms-client-request-id"], "from body");
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_json_and_never_redirect() {
    let app = app(Arc::new(Fake::default()));
    for path in ["/v9/rest/query", "/v2/rest/query/", "/v1/rest/ingest/d"] {
        let answer = post(&app, path, "{}").await;
        assert_eq!(answer.status, 404, "{path}");
        let json: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(json["error"]["code"], "NotFound");
    }
    let answer = send(&app, Request::delete(PATH).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 405);
    assert!(answer.text.contains("MethodNotAllowed"));
}

#[tokio::test]
async fn metadata_ping_landing_and_metrics_answer() {
    let app = app(Arc::new(Fake::default()));
    let get = |path: &'static str| Request::get(path).body(Body::empty()).unwrap();
    let metadata = send(&app, get("/v1/rest/auth/metadata")).await;
    assert_eq!(
        metadata.text,
        r#"{"AzureAD":{"LoginEndpoint":"https://login.microsoftonline.com","LoginMfaRequired":false,"KustoClientAppId":"db662dc1-0cfe-4e1c-a843-19a68e65be58","KustoClientRedirectUri":"http://localhost","KustoServiceResourceId":"https://kusto.kusto.windows.net","FirstPartyAuthorityUrl":"https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a"},"dSTS":{}}"#
    );
    assert_eq!(metadata.headers["content-type"], "application/json");
    assert!(send(&app, get("/v1/rest/ping")).await.text.starts_with("Pong! IP address: '"));
    assert!(send(&app, get("/")).await.text.contains("/v2/rest/query"));
    assert_eq!(send(&app, get("/SomeDatabase")).await.status, 200);
    let metrics = send(&app, get("/metrics")).await.text;
    assert!(metrics.contains(r#"calypso_http_requests_total{endpoint="/v1/rest/ping",status="200"} 1"#), "{metrics}");
}

#[tokio::test]
async fn panics_cost_their_own_request_only() {
    let fake = Fake {
        query: Box::new(|_, request| {
            assert!(request.text != "boom", "boom");
            Ok(fake::response(vec![fake::two_rows()], request))
        }),
        ..Fake::default()
    };
    let app = app(Arc::new(fake));
    let answer = ask(&app, PATH, "boom", "{}").await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains("General_InternalServerError"));
    assert_eq!(ask(&app, PATH, "T", "{}").await.status, 200);
}

#[tokio::test]
async fn the_deadline_ends_a_query_and_cancels_it() {
    let fake = Arc::new(Fake { hang: true, ..Fake::default() });
    let answer = ask(&app(fake.clone()), PATH, "T", r#"{"servertimeout":"00:00:00.0100000"}"#).await;
    assert_eq!(answer.status, 504);
    assert!(answer.text.contains("\"@permanent\":false"));
    assert!(fake.queries.lock()[0].0.cancel.is_cancelled());
}

#[tokio::test]
async fn a_caller_who_goes_away_cancels_the_query() {
    let fake = Arc::new(Fake { hang: true, ..Fake::default() });
    let app = app(fake.clone());
    let asking = tokio::spawn(async move { ask(&app, PATH, "T", "{}").await });
    while fake.calls.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let cancel = fake.queries.lock()[0].0.cancel.clone();
    assert!(!cancel.is_cancelled());
    asking.abort();
    cancel.cancelled().await;
}

#[tokio::test]
async fn bodies_above_the_limit_are_refused_in_json() {
    let settings = HttpSettings { statement_bytes_max: 100, ..HttpSettings::default() };
    let answer = post(&app_with(Arc::new(Fake::default()), settings), PATH, "x".repeat(101)).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("KustoRequestPayloadTooLargeException"));
}

#[tokio::test]
async fn big_answers_are_compressed_for_those_who_accept_gzip_only() {
    let app = app(Arc::new(Fake::default()));
    let request = |encoding: &'static str| {
        Request::post(PATH).header("accept-encoding", encoding).body(Body::from(r#"{"csl":"T"}"#)).unwrap()
    };
    let compressed = send(&app, request("gzip, deflate, br")).await;
    assert_eq!(compressed.headers["content-encoding"], "gzip");
    assert_eq!(compressed.body[..2], [0x1f, 0x8b]);
    assert!(!send(&app, request("br")).await.headers.contains_key("content-encoding"));
    let small = Request::get("/v1/rest/ping").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    assert!(!send(&app, small).await.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn pages_of_this_machine_may_call_and_others_may_not() {
    let app = app(Arc::new(Fake::default()));
    let preflight = |origin: &'static str| {
        Request::options(PATH)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-ms-app")
            .body(Body::empty())
            .unwrap()
    };
    let answer = send(&app, preflight("http://localhost:3000")).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:3000");
    assert_eq!(answer.headers["access-control-allow-headers"], "x-ms-app");
    assert_eq!(send(&app, preflight("https://evil.example")).await.status, 403);
    let post = Request::post(PATH).header("origin", "https://evil.example").body(Body::from(r#"{"csl":"T"}"#)).unwrap();
    assert_eq!(send(&app, post).await.status, 403);
}

#[tokio::test]
async fn statements_by_get_are_accepted_under_this_machines_names_only() {
    let app = app(Arc::new(Fake::default()));
    for (host, status) in
        [("localhost:8080", 200), ("127.0.0.1:8080", 200), ("10.1.2.3", 200), ("evil.example:8080", 403)]
    {
        let request = Request::get("/v2/rest/query?csl=T").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(send(&app, request).await.status, status, "{host}");
    }
}
