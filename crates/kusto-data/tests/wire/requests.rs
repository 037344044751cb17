//! What is sent.

use std::time::Duration;

use bytes::Bytes;
use kusto_data::{ClientRequestProperties, StreamBody, StreamingIngestRequest};
use serde_json::json;

use crate::{ANSWER, FIRST_ID, Reply, V1_ANSWER, service};

#[tokio::test]
async fn queries_are_posted_with_every_header_of_the_protocol() {
    let (client, service) = service([Reply::ok(ANSWER)]).await;
    let answer = client.execute_query("", "print n = 42", None).await.unwrap();
    assert_eq!(answer.primary_rows::<i64>().unwrap(), [42]);
    let asked = &service.asked().await[0];
    assert_eq!(asked.line, "POST /v2/rest/query");
    assert_eq!(
        asked.text(),
        r#"{"db":"Samples","csl":"print n = 42","properties":{"Options":{"servertimeout":"00:04:00"},"Parameters":{}}}"#
    );
    let version = env!("CARGO_PKG_VERSION");
    let runtime = env!("CARGO_PKG_RUST_VERSION");
    for (name, value) in [
        ("accept", "application/json"),
        ("content-type", "application/json; charset=utf-8"),
        ("x-ms-version", "2024-12-12"),
        ("x-ms-app", "E2E_Test_?"),
        ("x-ms-user", "me"),
        ("x-ms-client-version", &format!("Kusto.Rust.Client:{{{version}}}|Runtime.Rust:{{{runtime}}}")),
    ] {
        assert_eq!(asked.header(name), Some(value), "{name}");
    }
    assert!(asked.header("accept-encoding").unwrap().contains("gzip"));
    assert_eq!(asked.header("authorization"), None);
    let id = asked.header("x-ms-client-request-id").unwrap();
    assert!(id.starts_with(FIRST_ID) && id.len() == FIRST_ID.len() + 36, "{id}");
}

#[tokio::test]
async fn commands_go_to_their_own_endpoint_and_get_an_hour() {
    let (client, service) = service([Reply::ok(V1_ANSWER), Reply::ok(V1_ANSWER), Reply::ok(ANSWER)]).await;
    client.execute_command("Other", ".show tables", None).await.unwrap();
    client.execute("Other", " \n.show tables ", None).await.unwrap();
    client.execute("Other", "  T | count\n", None).await.unwrap();
    let asked = service.asked().await;
    let expected =
        r#"{"db":"Other","csl":".show tables","properties":{"Options":{"servertimeout":"01:00:00"},"Parameters":{}}}"#;
    assert_eq!((asked[0].line.as_str(), asked[0].text()), ("POST /v1/rest/mgmt", expected));
    assert_eq!((asked[1].line.as_str(), asked[1].text()), ("POST /v1/rest/mgmt", expected));
    assert!(asked[2].line == "POST /v2/rest/query" && asked[2].text().contains(r#""csl":"T | count""#));
}

#[tokio::test]
async fn properties_of_a_request_stand_before_those_of_the_connection() {
    let (client, service) = service([Reply::ok(ANSWER)]).await;
    let properties = ClientRequestProperties::new()
        .with_client_request_id("my;id")
        .with_application("tool")
        .with_user("Zoë")
        .with_server_timeout(Duration::from_secs(90))
        .with_no_truncation(true)
        .with_parameter("name", "x\"y");
    client.execute_query("D", "declare query_parameters(name:string); print name", Some(&properties)).await.unwrap();
    let asked = &service.asked().await[0];
    assert_eq!(asked.header("x-ms-client-request-id"), Some("my;id"));
    assert_eq!((asked.header("x-ms-app"), asked.header("x-ms-user")), (Some("tool"), Some("Zo?")));
    let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
    let expected =
        json!({"Options": {"notruncation": true, "servertimeout": "00:01:30"}, "Parameters": {"name": "\"x\\\"y\""}});
    assert_eq!(body["properties"], expected);
}

#[tokio::test]
async fn timeouts_stay_between_a_second_and_an_hour() {
    let cases = [
        (ClientRequestProperties::new().with_server_timeout(Duration::from_millis(1)), "00:00:01"),
        (ClientRequestProperties::new().with_server_timeout(Duration::from_secs(100_000)), "01:00:00"),
        (ClientRequestProperties::new().with_no_request_timeout(true), "01:00:00"),
        (ClientRequestProperties::new().with_option("servertimeout", "2m"), "00:02:00"),
    ];
    let (client, service) = service(cases.iter().map(|_| Reply::ok(ANSWER))).await;
    for (properties, _) in &cases {
        client.execute_query("", "T", Some(properties)).await.unwrap();
    }
    for (asked, (_, expected)) in service.asked().await.iter().zip(&cases) {
        let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
        assert_eq!(body["properties"]["Options"]["servertimeout"], *expected);
    }
}

#[tokio::test]
async fn cancelling_names_the_request() {
    let (client, service) = service([Reply::ok(V1_ANSWER)]).await;
    client.cancel("KRC.execute;\"1\"").await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&service.asked().await[0].body).unwrap();
    assert_eq!(body["csl"], r#".cancel query "KRC.execute;\"1\"""#);
}

#[tokio::test]
async fn streaming_ingestion_sends_the_body_as_it_is() {
    let (client, service) = service([Reply::ok(V1_ANSWER), Reply::ok(V1_ANSWER), Reply::ok(V1_ANSWER)]).await;
    let id = "KRC.executeManagedStreamingIngest;0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f;2";
    let request = StreamingIngestRequest::new("T/1 ä", "csv", StreamBody::Bytes(Bytes::from_static(b"\x1f\x8bdata")))
        .with_mapping("m 1")
        .with_gzip(true)
        .with_client_request_id(id);
    let answer = client.stream_ingest(request).await.unwrap();
    assert_eq!(answer.primary().unwrap().value(0, "ConsumedRecordsCount"), Some(&5_i64.into()));
    let pieces = futures::stream::iter([Ok(Bytes::from_static(b"1,2\n")), Ok(Bytes::from_static(b"3,4\n"))]);
    let request = StreamingIngestRequest::new("T", "multijson", StreamBody::stream(pieces))
        .with_database("D")
        .with_properties(ClientRequestProperties::new().with_server_timeout(Duration::from_secs(60)));
    client.stream_ingest(request).await.unwrap();
    let blob = StreamBody::Blob("https://account.blob.example/c/b.csv?sig=s".to_owned());
    client.stream_ingest(StreamingIngestRequest::new("T", "csv", blob)).await.unwrap();

    let asked = service.asked().await;
    assert_eq!(asked[0].line, "POST /v1/rest/ingest/Samples/T%2F1%20%C3%A4?streamFormat=csv&mappingName=m+1");
    assert_eq!(
        (asked[0].body.as_slice(), asked[0].header("content-encoding")),
        (b"\x1f\x8bdata".as_slice(), Some("gzip"))
    );
    assert_eq!(asked[0].header("content-type"), Some("application/octet-stream"));
    assert_eq!(asked[0].header("x-ms-client-request-id"), Some(id));
    assert_eq!(
        (asked[1].line.as_str(), asked[1].text()),
        ("POST /v1/rest/ingest/D/T?streamFormat=multijson", "1,2\n3,4\n")
    );
    assert_eq!((asked[1].header("content-encoding"), asked[1].header("servertimeout")), (None, Some("00:01:00")));
    assert!(asked[1].header("x-ms-client-request-id").unwrap().starts_with("KRC.executeStreamingIngest;"));
    assert_eq!(asked[2].line, "POST /v1/rest/ingest/Samples/T?streamFormat=csv&sourceKind=uri");
    assert_eq!(asked[2].text(), r#"{"sourceUri":"https://account.blob.example/c/b.csv?sig=s"}"#);
    assert!(asked[2].header("x-ms-client-request-id").unwrap().starts_with("KRC.executeStreamingIngestFromBlob;"));
    assert_eq!(asked[2].header("content-encoding"), None);
}

#[tokio::test]
async fn other_endpoints_speak_json() {
    let (client, service) = service([Reply::ok(r#"{"a":1}"#), Reply::ok(r#"{"b":2}"#), Reply::ok("[")]).await;
    let path = ["v1", "rest", "ingestion", "queued", "D", "T 1"];
    let got: serde_json::Value = client.get_json(&path, &[("details", "true")], None).await.unwrap();
    let posted: serde_json::Value = client.post_json(&path, &json!({"c": 3}), Some("id;1")).await.unwrap();
    assert_eq!((got, posted), (json!({"a": 1}), json!({"b": 2})));
    let error = client.get_json::<serde_json::Value>(&path, &[], None).await.unwrap_err();
    assert_eq!(error.kind(), kusto_data::ErrorKind::MalformedAnswer);
    let asked = service.asked().await;
    assert_eq!(asked[0].line, "GET /v1/rest/ingestion/queued/D/T%201?details=true");
    assert_eq!((asked[1].line.as_str(), asked[1].text()), ("POST /v1/rest/ingestion/queued/D/T%201", r#"{"c":3}"#));
    assert_eq!(asked[1].header("x-ms-client-request-id"), Some("id;1"));
}

#[tokio::test]
async fn connections_that_say_so_ask_for_no_compression() {
    let service = crate::ScriptedService::start([Reply::ok(ANSWER)]).await;
    let client = kusto_data::Client::new(format!("{};Uncompressed=true", service.url)).unwrap();
    client.execute_query("", "T", None).await.unwrap();
    let asked = service.asked().await;
    let encodings: Vec<_> = asked[0].headers.iter().filter(|(name, _)| name == "accept-encoding").collect();
    assert_eq!(encodings, [&("accept-encoding".to_owned(), "identity".to_owned())]);
}
