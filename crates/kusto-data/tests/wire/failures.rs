//! What may go wrong, and as what the caller sees it.

use kusto_data::{Client, Error, ErrorKind, StreamBody, StreamingIngestRequest};

use crate::{ANSWER, Reply, ScriptedService, service};

const THROTTLED: &str =
    r#"{"error":{"code":"TooManyRequests","message":"m","@message":"slow down","@permanent":false}}"#;
const SEMANTIC: &str = r#"{"error":{"code":"General_BadRequest","message":"Request is invalid and cannot be executed.","@message":"Request is invalid and cannot be processed: Semantic error: SEM0100: no 'T'","@permanent":true,"innererror":{"code":"SEM0100","message":"x"}}}"#;

async fn failing(reply: Reply) -> Error {
    let (client, service) = service([reply]).await;
    let error = client.execute_query("", "T", None).await.unwrap_err();
    assert_eq!(service.asked().await.len(), 1, "a query is never repeated");
    error
}

#[tokio::test]
async fn refusals_are_told_by_status_and_the_services_own_words() {
    let cases = [
        (Reply::json(400, SEMANTIC), ErrorKind::Service, true, "no 'T'"),
        (Reply::json(429, THROTTLED), ErrorKind::Throttled, false, "slow down"),
        (Reply::json(429, ""), ErrorKind::Throttled, false, "429"),
        (Reply::json(429, THROTTLED.replace("false", "true")), ErrorKind::Throttled, false, "slow down"),
        (Reply::json(401, ""), ErrorKind::Authentication, true, "does not accept the credential"),
        (Reply::json(403, SEMANTIC), ErrorKind::Service, true, "no 'T'"),
        (Reply::json(404, "nothing here"), ErrorKind::Service, true, "nothing here"),
        (Reply::json(413, SEMANTIC), ErrorKind::TooLarge, true, "no 'T'"),
        (Reply::json(500, "<html>oops"), ErrorKind::Service, false, "<html>oops"),
        (Reply::json(503, ""), ErrorKind::Service, false, "503"),
        (Reply::json(504, THROTTLED), ErrorKind::Timeout, false, "slow down"),
        (Reply::json(520, SEMANTIC.replace("true", "false")), ErrorKind::Service, false, "no 'T'"),
    ];
    for (reply, kind, permanent, text) in cases {
        let shown = format!("{reply:?}");
        let error = failing(reply).await;
        assert_eq!((error.kind(), error.is_permanent()), (kind, permanent), "{shown}");
        assert!(error.to_string().contains(text), "{shown}: {error}");
        assert!(error.status().is_some() && error.client_request_id().is_some());
    }
    assert_eq!(failing(Reply::json(400, SEMANTIC)).await.code(), Some("SEM0100"));
    assert!(failing(Reply::json(429, THROTTLED)).await.is_throttled());
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let elsewhere = ScriptedService::start([Reply::ok(ANSWER)]).await;
    for status in [301, 302, 307, 308] {
        let error = failing(Reply::json(status, "").with_header("location", &elsewhere.url)).await;
        assert!(error.kind() == ErrorKind::MalformedAnswer && error.is_permanent(), "{error:?}");
        assert!(error.to_string().contains("redirect"), "{error}");
    }
    assert!(elsewhere.asked().await.is_empty());
}

#[tokio::test]
async fn answers_that_are_not_kustos_are_malformed() {
    let unfinished = ANSWER.rsplit_once(",{").unwrap().0.to_owned() + "]";
    for body in ["", "{}", "<html>", "[", "[]", "null", "[1]", &unfinished, &ANSWER.replace("[[42]]", "[[\"x\"]]")] {
        let error = failing(Reply::ok(body)).await;
        assert_eq!(error.kind(), ErrorKind::MalformedAnswer, "{body}: {error}");
        assert!(!error.is_permanent());
    }
    let error = failing(Reply::ok(b"[\"\xff\"]".to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::MalformedAnswer);
}

#[tokio::test]
async fn connections_that_break_are_told_from_answers() {
    let truncated = failing(Reply::Truncated { status: 200, body: ANSWER.as_bytes()[..100].to_vec() }).await;
    assert!(!truncated.is_permanent());
    assert!([ErrorKind::Unreachable, ErrorKind::MalformedAnswer].contains(&truncated.kind()), "{truncated:?}");
    let dropped = failing(Reply::Drop).await;
    assert!(dropped.kind() == ErrorKind::Unreachable && !dropped.is_permanent(), "{dropped:?}");
    let broken_gzip = failing(Reply::ok("no gzip").with_header("content-encoding", "gzip")).await;
    assert_eq!(broken_gzip.kind(), ErrorKind::MalformedAnswer, "{broken_gzip:?}");
}

#[tokio::test]
async fn a_service_that_is_not_there_says_what_to_try() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = Client::new(&url).unwrap().execute_query("", "T", None).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Unreachable && !error.is_permanent());
    assert!(error.to_string().contains(&url) && error.hint().unwrap().contains("running"), "{error}");
}

#[tokio::test]
async fn streaming_ingestion_without_a_table_in_its_answer_did_not_succeed() {
    for body in ["", "{}", r#"{"Tables":[]}"#, "<html>"] {
        let (client, _service) = service([Reply::ok(body)]).await;
        let request = StreamingIngestRequest::new("T", "csv", StreamBody::Bytes("1".into()));
        let error = client.stream_ingest(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MalformedAnswer, "{body}");
    }
}

#[tokio::test]
async fn errors_never_repeat_signatures_of_blobs() {
    let (client, _service) = service([Reply::Drop]).await;
    let blob = StreamBody::Blob("https://a.blob.example/c/b?sig=hunter2".to_owned());
    let request = StreamingIngestRequest::new("T", "csv", blob);
    assert!(!format!("{request:?}").contains("hunter2"));
    let error = client.stream_ingest(request).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn dropping_a_call_ends_its_request() {
    let (client, service) = service([Reply::Silence]).await;
    let call = tokio::spawn(async move { client.execute_query("", "T", None).await });
    while service.asked().await.is_empty() {
        tokio::task::yield_now().await;
    }
    call.abort();
    service.client_gone().await;
}
