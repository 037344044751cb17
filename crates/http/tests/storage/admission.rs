//! Who may call the storage account, and from where.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::body::Body;
use bytes::Bytes;
use calypso_http::HttpSettings;
use calypso_staging::ResourceKind::{FailedIngestionsQueue, ReadyForAggregationQueue, StatusTable, TempStorage};

use futures::{StreamExt as _, stream};

use crate::account::{Account, HOST};

#[tokio::test]
async fn nothing_is_answered_without_a_signature() {
    let account = Account::open().await;
    for (kind, method, rest) in [
        (TempStorage, "PUT", "/b"),
        (TempStorage, "GET", "/b"),
        (TempStorage, "DELETE", "/b"),
        (TempStorage, "GET", "?restype=container&comp=list"),
        (ReadyForAggregationQueue, "POST", "/messages"),
        (ReadyForAggregationQueue, "GET", "/messages"),
        (ReadyForAggregationQueue, "GET", "?comp=metadata"),
        (StatusTable, "POST", ""),
        (StatusTable, "GET", "(PartitionKey='p',RowKey='r')"),
    ] {
        let (path, _) = account.resource(kind).await;
        let answer = account.send(method, &format!("{path}{rest}"), &[("x-ms-blob-type", "BlockBlob")], "x").await;
        assert_eq!(answer.refusal(), (403, "AuthenticationFailed"), "{method} {path}{rest}");
    }
}

#[tokio::test]
async fn who_is_refused_may_write_to_the_end_and_then_reads_why() {
    let account = Account::open().await;
    let (path, _) = account.resource(TempStorage).await;
    let read = Arc::new(AtomicUsize::new(0));
    let counter = read.clone();
    let pieces = stream::iter(0..100).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024]))
    });
    let body = Body::from_stream(pieces);
    let answer = account.send("PUT", &format!("{path}/b"), &[("x-ms-blob-type", "BlockBlob")], body).await;
    assert_eq!(answer.refusal(), (403, "AuthenticationFailed"));
    assert_eq!(read.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn a_signature_is_for_its_resource_its_operations_and_its_time() {
    let account = Account::open().await;
    let (ready, signature) = account.resource(ReadyForAggregationQueue).await;
    let (failed, _) = account.resource(FailedIngestionsQueue).await;
    let other = account.send("GET", &format!("{failed}/messages?{signature}"), &[], "").await;
    assert_eq!(other.refusal(), (403, "AuthenticationFailed"));
    // Who widens the permissions breaks the signature.
    let widened = signature.replace("sp=raup", "sp=raupd");
    let widened = account.send("GET", &format!("{ready}/messages?{widened}"), &[], "").await;
    assert_eq!(widened.refusal(), (403, "AuthenticationFailed"));
    assert_eq!(account.send("GET", &format!("{ready}/messages?{signature}"), &[], "").await.status, 200);
    account.pass(2 * 24 * 60 * 60);
    assert_eq!(account.send("GET", &format!("{ready}/messages?{signature}"), &[], "").await.status, 200);
    account.pass(2 * 24 * 60 * 60);
    let late = account.send("GET", &format!("{ready}/messages?{signature}"), &[], "").await;
    assert_eq!(late.refusal(), (403, "AuthenticationFailed"));
    assert!(late.text.contains("it has expired"), "{}", late.text);
    assert!(!late.text.contains("sig="), "{}", late.text);
}

#[tokio::test]
async fn a_signature_is_good_in_any_order_and_spelling_and_beside_other_parameters() {
    let account = Account::open().await;
    let (path, signature) = account.resource(TempStorage).await;
    let mut pairs: Vec<&str> = signature.split('&').collect();
    pairs.sort_unstable();
    let respelled = pairs.join("&").replace("%3A", ":").replace("sp=racwdl", "sp=rwdlac");
    for query in [respelled.clone(), format!("timeout=600&{respelled}&se_unknown=1"), signature.replace(':', "%3a")] {
        let uri = format!("{path}/b?{query}");
        let put = account.send("PUT", &uri, &[("x-ms-blob-type", "BlockBlob")], "x").await;
        assert_eq!(put.status, 201, "{query} {}", put.text);
    }
}

#[tokio::test]
async fn unknown_resources_are_not_there_and_other_paths_are_not_the_accounts() {
    let account = Account::open().await;
    let (path, signature) = account.resource(TempStorage).await;
    let name = path.split('/').nth(1).unwrap();
    for uri in [format!("/{name}/other-queue/messages?{signature}"), format!("/{name}/temp-00/b?{signature}")] {
        assert_eq!(account.send("GET", &uri, &[], "").await.refusal(), (404, "ResourceNotFound"), "{uri}");
    }
    let page = account.send("GET", &format!("/{name}"), &[], "").await;
    assert_eq!(page.header("x-ms-error-code"), "");
    assert_eq!(account.send("GET", "/elsewhere/temp-0/b", &[], "").await.header("x-ms-error-code"), "");
    let patched = account.send("PATCH", &format!("{path}/b?{signature}"), &[], "").await;
    assert_eq!(patched.refusal(), (405, "UnsupportedHttpVerb"));
}

#[tokio::test]
async fn pages_of_any_origin_may_call_with_a_signature_but_not_the_rest_of_the_service() {
    let account = Account::open().await;
    let page = ("origin", "https://page.example");
    let (path, signature) = account.resource(TempStorage).await;
    let asks = [
        page,
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "x-ms-blob-type,x-ms-version"),
    ];
    let preflight = account.send("OPTIONS", &format!("{path}/b?{signature}"), &asks, "").await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-headers"), "x-ms-blob-type,x-ms-version");
    assert!(preflight.header("access-control-allow-methods").contains("PUT"));
    let headers = [page, ("x-ms-blob-type", "BlockBlob")];
    let put = account.send("PUT", &format!("{path}/b?{signature}"), &headers, "x").await;
    assert_eq!((put.status.as_u16(), put.header("access-control-allow-origin")), (201, "*"));
    let refused = account.send("GET", &format!("{path}/b"), &[page], "").await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (403, "*"));
    let statement = account.send("POST", "/v1/rest/mgmt", &[page], r#"{"csl":".show tables"}"#).await;
    assert_eq!((statement.status.as_u16(), statement.header("access-control-allow-origin")), (403, ""));
}

#[tokio::test]
async fn answers_name_the_account_as_the_client_reached_it() {
    let account = Account::open().await;
    let list = account.call(TempStorage, "GET", "?restype=container&comp=list", &[], "").await;
    assert!(list.text.contains(&format!("ServiceEndpoint=\"http://{HOST}/calypsostaging\"")), "{}", list.text);
    let public = HttpSettings { public_url: Some("https://kusto.corp:443".to_owned()), ..HttpSettings::default() };
    let account = Account::open_with(|_| {}, public).await;
    let list = account.call(TempStorage, "GET", "?restype=container&comp=list", &[], "").await;
    assert!(list.text.contains("ServiceEndpoint=\"https://kusto.corp:443/calypsostaging\""), "{}", list.text);
}

#[tokio::test]
async fn a_request_carries_its_ids_back() {
    let account = Account::open().await;
    let id = ("x-ms-client-request-id", "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f");
    let answer = account.call(ReadyForAggregationQueue, "GET", "/messages", &[id], "").await;
    assert_eq!(answer.header("x-ms-client-request-id"), id.1);
    assert!(!answer.header("x-ms-request-id").is_empty());
}
