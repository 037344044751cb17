//! Tests of fetching, against servers of this process.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{Error, SourceSettings, SourceUri, Sources, addresses::SourceAddresses, host_rules::HostRules};

/// A key as Azure's, for signing.
const KEY: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

/// Answers every request with `answer`; remembers what was asked.
async fn server(answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if socket.read(&mut byte).await.unwrap_or(0) == 0 {
                    break;
                }
                request.push(byte[0]);
            }
            seen.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (origin, asked)
}

fn sources(change: impl FnOnce(&mut SourceSettings)) -> Sources {
    let mut settings = SourceSettings::new(std::env::temp_dir());
    settings.allow_loopback = true;
    change(&mut settings);
    Sources::new(settings)
}

fn uri(text: &str) -> SourceUri {
    SourceUri::parse(text).unwrap()
}

async fn fetch(sources: &Sources, text: &str, bytes_max: u64) -> Result<bytes::Bytes, Error> {
    sources.fetch_bytes(&uri(text), bytes_max, std::future::pending()).await
}

const FIVE: &str =
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\nx-ms-meta-rawSizeBytes: 77\r\n\r\n12345";

#[tokio::test]
async fn bytes_come_as_bytes_and_as_a_file() {
    let (origin, asked) = server(FIVE).await;
    let sources = sources(|_| {});
    let text = format!("{origin}/c/a%20b+c.csv?sv=1&sig=x%2By%3D");
    assert_eq!(fetch(&sources, &text, 5).await.unwrap(), "12345");
    let mut file = sources.open_file(&uri(&text), 5, std::future::pending()).await.unwrap();
    let mut read = String::new();
    file.read_to_string(&mut read).unwrap();
    assert_eq!(read, "12345");
    let first = asked.lock().unwrap()[0].clone();
    assert!(first.starts_with("GET /c/a%20b+c.csv?sv=1&sig=x%2By%3D HTTP/1.1\r\n"), "{first}");
}

#[tokio::test]
async fn sizes_are_told_without_reading() {
    let (origin, _) =
        server("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\nx-ms-meta-rawSizeBytes: 77\r\n\r\n").await;
    let info = sources(|_| {}).stat(&uri(&format!("{origin}/c/b"))).await.unwrap();
    assert_eq!((info.bytes, info.raw_bytes), (Some(5), Some(77)));
    let (origin, asked) = server("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    let error = sources(|_| {}).stat(&uri(&format!("{origin}/c/b"))).await.unwrap_err();
    assert_eq!(error.code(), "Download_Forbidden");
    let asked = asked.lock().unwrap();
    assert!(asked[1].starts_with("GET ") && asked[1].contains("range: bytes=0-0\r\n"), "{asked:?}");
}

#[tokio::test]
async fn too_many_bytes_are_refused_whether_announced_or_not() {
    let (origin, _) = server(FIVE).await;
    assert_eq!(fetch(&sources(|_| {}), &format!("{origin}/b"), 4).await.unwrap_err().code(), "BadRequest_FileTooLarge");
    let (origin, _) = server("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n12345").await;
    assert_eq!(fetch(&sources(|_| {}), &format!("{origin}/b"), 4).await.unwrap_err().code(), "BadRequest_FileTooLarge");
}

#[tokio::test]
async fn answers_become_the_codes_of_ingestion_errors() {
    for (answer, code, permanent) in [
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "Download_SourceNotFound", true),
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "Download_Forbidden", true),
        ("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", "Download_Forbidden", true),
        (
            "HTTP/1.1 409 Conflict\r\nx-ms-error-code: PublicAccessNotPermitted\r\ncontent-length: 0\r\n\r\n",
            "Download_Forbidden",
            true,
        ),
        ("HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n", "Download_AccessConditionNotSatisfied", true),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "Download_BadRequest",
            true,
        ),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", "Download_UnknownError", false),
        ("HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n", "Download_UnknownError", false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1234", "Download_UnknownError", false),
    ] {
        let (origin, _) = server(answer).await;
        // A listener that closes at once: the answer stands before the end of the connection.
        let error = fetch(&sources(|_| {}), &format!("{origin}/c/b?sv=1&sig=secret"), 100).await.unwrap_err();
        assert_eq!((error.code(), error.is_permanent()), (code, permanent), "{answer}: {error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_machine_that_is_not_there_is_worth_another_try() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = fetch(&sources(|_| {}), &format!("http://{address}/b?sig=secret"), 9).await.unwrap_err();
    assert_eq!((error.code(), error.is_permanent()), ("Download_TransientNameResolutionFailure", false));
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn an_account_key_signs_and_stays_here() {
    let (origin, asked) = server(FIVE).await;
    fetch(&sources(|_| {}), &format!("{origin}/devstoreaccount1/c/b.csv;{KEY}"), 9).await.unwrap();
    let asked = asked.lock().unwrap()[0].to_ascii_lowercase();
    assert!(asked.starts_with("get /devstoreaccount1/c/b.csv http/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: sharedkey devstoreaccount1:"), "{asked}");
    assert!(!asked.contains(&KEY.to_ascii_lowercase()), "{asked}");
}

#[tokio::test]
async fn aws_keys_sign_for_bucket_and_region() {
    let (origin, asked) = server(FIVE).await;
    fetch(&sources(|_| {}), &format!("{origin}/bucket/a b+c.csv;AwsCredentials=AK,SK,TOKEN"), 9).await.unwrap();
    let asked = asked.lock().unwrap()[0].clone();
    assert!(asked.starts_with("GET /bucket/a%20b%2Bc.csv HTTP/1.1\r\n"), "{asked}");
    assert!(
        asked.contains("AWS4-HMAC-SHA256 Credential=AK/") && asked.contains("/us-east-1/s3/aws4_request"),
        "{asked}"
    );
    assert!(asked.contains("x-amz-security-token: TOKEN"), "{asked}");
}

#[tokio::test]
async fn tokens_are_shown_to_the_service() {
    let (origin, asked) = server(FIVE).await;
    fetch(&sources(|_| {}), &format!("{origin}/account/c/b;token=eyJ0"), 9).await.unwrap();
    assert!(asked.lock().unwrap()[0].contains("authorization: Bearer eyJ0\r\n"));
}

#[tokio::test]
async fn the_machines_identity_is_used_only_where_settings_name_its_endpoint() {
    let (origin, asked) = server(FIVE).await;
    let text = format!("{origin}/account/c/b;managed_identity=system");
    let error = fetch(&sources(|_| {}), &text, 9).await.unwrap_err();
    assert_eq!(error.code(), "BadRequest_NotSupported", "{error}");
    assert!(asked.lock().unwrap().is_empty());
    let (endpoint, tokens) = server(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 63\r\n\r\n{\"access_token\":\"T1\",\"expires_on\":\"4102444800\",\"token_type\":\"\"}",
    )
    .await;
    let with_identity = sources(|settings| settings.identity_endpoint = Some(format!("{endpoint}/token")));
    fetch(&with_identity, &text, 9).await.unwrap();
    assert!(tokens.lock().unwrap()[0].contains("resource=https%3A%2F%2Fstorage.azure.com"), "{tokens:?}");
    assert!(asked.lock().unwrap()[0].contains("authorization: Bearer T1\r\n"), "{asked:?}");
}

#[tokio::test]
async fn cancelling_ends_a_fetch() {
    let (origin, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    let error = sources(|_| {}).fetch_bytes(&uri(&format!("{origin}/b")), 9, std::future::ready(())).await.unwrap_err();
    assert!(matches!(error, Error::Cancelled));
}

#[tokio::test]
async fn names_that_lead_to_this_machine_are_refused_when_resolved() {
    for text in ["http://localhost:1/b?sig=secret", "http://127.0.0.1:1/b", "http://[::1]:1/b"] {
        let strict = sources(|settings| settings.allow_loopback = false);
        let error = fetch(&strict, text, 9).await.unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{text}: {error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
        let listed = strict.list(&uri(&format!("{text};{KEY}").replace("/b", "/account/c/")), "", "", 9).await;
        assert!(matches!(listed, Err(Error::Refused { .. })), "{text}: {listed:?}");
    }
}

#[tokio::test]
async fn only_objects_of_storage_services_are_deleted() {
    let (origin, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    let error = sources(|_| {}).delete(&uri(&format!("{origin}/admin?sv=1&sig=2"))).await.unwrap_err();
    assert_eq!(error.code(), "BadRequest_NotSupported");
    assert_eq!(asked.lock().unwrap().len(), 1);
    let (origin, asked) =
        server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-ms-blob-type: BlockBlob\r\nconnection: close\r\n\r\n").await;
    sources(|_| {}).delete(&uri(&format!("{origin}/c/b?sv=1&sig=2"))).await.unwrap();
    assert!(asked.lock().unwrap()[1].starts_with("DELETE /c/b?sv=1&sig=2 "));
}

#[test]
fn addresses_that_only_the_server_reaches_are_refused() {
    let development = SourceAddresses { allow_loopback: true };
    let strict = SourceAddresses { allow_loopback: false };
    for refused in [
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "168.63.129.16",
        "100.100.100.200",
        "224.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "::",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
    ] {
        assert!(!development.admits(refused.parse().unwrap()), "{refused}");
    }
    for loopback in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert!(development.admits(loopback.parse().unwrap()), "{loopback}");
        assert!(!strict.admits(loopback.parse().unwrap()), "{loopback}");
    }
    for admitted in ["20.60.1.1", "10.1.2.3", "2603:1030::1"] {
        assert!(strict.admits(admitted.parse().unwrap()), "{admitted}");
    }
}

#[test]
fn a_list_of_hosts_admits_nothing_else() {
    let mut settings = SourceSettings::new("");
    settings.allowed_hosts = vec!["*.blob.core.windows.net".to_owned(), "Data.example".to_owned()];
    settings.trusted_hosts = vec!["127.0.0.1:10000".to_owned()];
    let rules = HostRules::new(&settings);
    let admits = |text: &str| rules.check(&text.parse().unwrap()).is_ok();
    for admitted in [
        "https://acct.blob.core.windows.net/c/b",
        "https://ACCT.blob.core.windows.net./c/b",
        "https://data.example/x",
        "http://127.0.0.1:10000/devstoreaccount1/c",
    ] {
        assert!(admits(admitted), "{admitted}");
    }
    for refused in [
        "https://blob.core.windows.net/c/b",
        "https://acct.blob.core.windows.net.evil.example/c/b",
        "https://evil.example/acct.blob.core.windows.net",
        "https://sub.data.example/x",
        "http://127.0.0.1:10001/x",
        "https://20.60.1.1/x",
    ] {
        assert!(!admits(refused), "{refused}");
    }
}
