//! Blobs over HTTP.

use axum::body::Body;
use bytes::Bytes;
use calypso_http::HttpSettings;
use calypso_staging::ResourceKind::TempStorage;
use futures::stream;

use crate::{account::Account, fake::Answer};

const BLOCK_BLOB: (&str, &str) = ("x-ms-blob-type", "BlockBlob");

impl Account {
    async fn put(&self, name: &str, body: &'static str) -> Answer {
        self.call(TempStorage, "PUT", &format!("/{name}"), &[BLOCK_BLOB], body).await
    }

    async fn get(&self, name: &str, headers: &[(&str, &str)]) -> Answer {
        self.call(TempStorage, "GET", &format!("/{name}"), headers, "").await
    }

    async fn put_block(&self, name: &str, id: &str, body: &'static str) -> Answer {
        self.call(TempStorage, "PUT", &format!("/{name}?comp=block&blockid={id}"), &[], body).await
    }

    async fn put_list(&self, name: &str, list: &'static str) -> Answer {
        self.call(TempStorage, "PUT", &format!("/{name}?comp=blocklist"), &[], list).await
    }
}

#[tokio::test]
async fn a_blob_comes_back_with_what_was_said_about_it() {
    let account = Account::open().await;
    let headers =
        [BLOCK_BLOB, ("x-ms-blob-content-type", "text/csv"), ("x-ms-meta-who", "me"), ("x-ms-version", "2019-02-02")];
    let put = account.call(TempStorage, "PUT", "/a.csv", &headers, "1,2\n").await;
    assert_eq!(put.status, 201);
    assert_eq!(put.header("x-ms-version"), "2019-02-02");
    assert_eq!(put.header("last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
    assert_eq!(put.header("x-ms-request-server-encrypted"), "true");
    assert!(!put.header("x-ms-request-id").is_empty());
    let get = account.get("a.csv", &[("accept-encoding", "gzip")]).await;
    assert_eq!((get.status.as_u16(), get.text.as_str()), (200, "1,2\n"));
    for (name, value) in [
        ("etag", put.header("etag")),
        ("content-length", "4"),
        ("content-type", "text/csv"),
        ("x-ms-meta-who", "me"),
        ("x-ms-blob-type", "BlockBlob"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(get.header(name), value, "{name}");
    }
    let head = account.call(TempStorage, "HEAD", "/a.csv", &[], "").await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), head.body.len()), (200, "4", 0));
    assert_eq!(head.header("etag"), put.header("etag"));
}

#[tokio::test]
async fn large_blobs_are_not_compressed_on_their_way() {
    let account = Account::open().await;
    let text = "1,2,3\n".repeat(100_000);
    let put = account.call(TempStorage, "PUT", "/large", &[BLOCK_BLOB], text.clone()).await;
    assert_eq!(put.status, 201);
    let get = account.get("large", &[("accept-encoding", "gzip")]).await;
    assert_eq!(get.headers.get("content-encoding"), None);
    assert_eq!(get.body, text.as_bytes());
}

#[tokio::test]
async fn a_blob_that_must_be_new_is_refused_when_there_is_one() {
    let account = Account::open().await;
    let new = [BLOCK_BLOB, ("if-none-match", "*")];
    assert_eq!(account.call(TempStorage, "PUT", "/b", &new, "1").await.status, 201);
    assert_eq!(account.call(TempStorage, "PUT", "/b", &new, "2").await.refusal(), (409, "BlobAlreadyExists"));
    assert_eq!(account.get("b", &[]).await.text, "1");
    let first = account.get("b", &[]).await.header("etag").to_owned();
    assert_eq!(account.put("b", "3").await.status, 201);
    assert_eq!(account.get("b", &[]).await.text, "3");
    let stale = account.call(TempStorage, "PUT", "/b", &[BLOCK_BLOB, ("if-match", &first)], "4").await;
    assert_eq!(stale.refusal(), (412, "ConditionNotMet"));
}

#[tokio::test]
async fn names_are_decoded_once_and_a_plus_stays_a_plus() {
    let account = Account::open().await;
    // As the Go client names its blobs.
    let encoded = "db_T_2026-01-02%2003:04:05.6%20+0000%20UTC%20m=+0.0123_f%2525.csv";
    assert_eq!(account.put(encoded, "go").await.status, 201);
    let list = account.call(TempStorage, "GET", "?restype=container&comp=list", &[], "").await;
    assert_eq!(list.elements("Name"), ["db_T_2026-01-02 03:04:05.6 +0000 UTC m=+0.0123_f%25.csv"]);
    let escaped = encoded.replace('+', "%2B").replace(':', "%3A").replace('=', "%3D");
    assert_eq!(account.get(&escaped, &[]).await.text, "go");
    assert_eq!(account.get(&encoded.replace('+', "%20"), &[]).await.refusal(), (404, "BlobNotFound"));
}

#[tokio::test]
async fn parts_of_a_blob_can_be_read() {
    let account = Account::open().await;
    account.put("b", "0123456789").await;
    for (header, range, text, content_range) in [
        ("range", "bytes=2-4", "234", "bytes 2-4/10"),
        ("x-ms-range", "bytes=8-", "89", "bytes 8-9/10"),
        ("x-ms-range", "bytes=5-999", "56789", "bytes 5-9/10"),
    ] {
        let part = account.get("b", &[(header, range)]).await;
        assert_eq!((part.status.as_u16(), part.text.as_str()), (206, text), "{range}");
        assert_eq!(part.header("content-range"), content_range);
        assert_eq!(part.header("content-length"), text.len().to_string());
    }
    assert_eq!(account.get("b", &[("range", "bytes=10-")]).await.refusal(), (416, "InvalidRange"));
    let whole = account.get("b", &[]).await;
    let etag = whole.header("etag").to_owned();
    let same = account.get("b", &[("if-none-match", &etag)]).await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
}

#[tokio::test]
async fn blocks_in_any_order_become_a_blob() {
    let account = Account::open().await;
    // The ids are as each client encodes them in the query.
    assert_eq!(account.put_block("s", "MDAy", "two").await.status, 201);
    assert_eq!(account.put_block("s", "MDAwMDE%3D", "one").await.status, 201);
    assert_eq!(account.get("s", &[]).await.refusal(), (404, "BlobNotFound"));
    let list = "<?xml version='1.0' encoding='utf-8'?>\n<BlockList><Latest>MDAwMDE=</Latest><Uncommitted>MDAy</Uncommitted></BlockList>";
    assert_eq!(account.put_list("s", list).await.status, 201);
    assert_eq!(account.get("s", &[]).await.text, "onetwo");
    let unknown = account.put_list("s", "<BlockList><Latest>MDAz</Latest></BlockList>").await;
    assert_eq!(unknown.refusal(), (400, "InvalidBlockList"));
    assert_eq!(account.put_list("s", "<BlockList><Latest>").await.refusal(), (400, "InvalidXmlDocument"));
    let missing = account.call(TempStorage, "PUT", "/s?comp=block", &[], "x").await;
    assert_eq!(missing.refusal(), (400, "MissingRequiredQueryParameter"));
}

#[tokio::test]
async fn a_blob_is_deleted_once() {
    let account = Account::open().await;
    account.put("b", "1").await;
    assert_eq!(account.call(TempStorage, "DELETE", "/b", &[], "").await.status, 202);
    assert_eq!(account.call(TempStorage, "DELETE", "/b", &[], "").await.refusal(), (404, "BlobNotFound"));
    let head = account.call(TempStorage, "HEAD", "/b", &[], "").await;
    assert_eq!((head.refusal(), head.body.len()), ((404, "BlobNotFound"), 0));
}

#[tokio::test]
async fn lists_go_on_where_they_stopped() {
    let account = Account::open().await;
    for name in ["a", "p-1", "p-2", "p-3%20%26"] {
        account.put(name, "x").await;
    }
    let first = account.call(TempStorage, "GET", "?restype=container&comp=list&prefix=p-&maxresults=2", &[], "").await;
    assert_eq!(first.elements("Name"), ["p-1", "p-2"]);
    let marker = first.elements("NextMarker")[0].replace("&amp;", "%26").replace(' ', "%20");
    let rest = format!("?restype=container&comp=list&prefix=p-&maxresults=2&marker={marker}");
    let second = account.call(TempStorage, "GET", &rest, &[], "").await;
    assert_eq!(second.elements("Name"), ["p-3 &amp;"]);
    assert_eq!(second.elements("Content-Length"), ["1"]);
}

#[tokio::test]
async fn bodies_of_unknown_length_that_break_off_leave_nothing() {
    let account = Account::open().await;
    let pieces = || vec![Ok(Bytes::from_static(b"1,2\n")), Ok(Bytes::from_static(b"3,4\n"))];
    let whole = Body::from_stream(stream::iter(pieces()));
    assert_eq!(account.call(TempStorage, "PUT", "/whole", &[BLOCK_BLOB], whole).await.status, 201);
    assert_eq!(account.get("whole", &[]).await.text, "1,2\n3,4\n");
    let broken = pieces().into_iter().chain([Err(std::io::Error::other("gone"))]);
    let broken = Body::from_stream(stream::iter(broken.collect::<Vec<_>>()));
    let answer = account.call(TempStorage, "PUT", "/broken", &[BLOCK_BLOB], broken).await;
    assert_eq!(answer.refusal(), (400, "IncompleteBody"));
    assert_eq!(account.get("broken", &[]).await.refusal(), (404, "BlobNotFound"));
    assert_eq!(account.staging.staged_bytes(), 8);
}

#[tokio::test]
async fn a_body_must_have_the_hash_that_it_says() {
    let account = Account::open().await;
    let right = [BLOCK_BLOB, ("content-md5", "xMpCOKC5I4INzFCab3WEmw==")];
    assert_eq!(account.call(TempStorage, "PUT", "/b", &right, "1").await.status, 201);
    assert_eq!(account.call(TempStorage, "PUT", "/b", &right, "2").await.refusal(), (400, "Md5Mismatch"));
    let wrong = [BLOCK_BLOB, ("content-md5", "x")];
    assert_eq!(account.call(TempStorage, "PUT", "/b", &wrong, "2").await.refusal(), (400, "InvalidMd5"));
    assert_eq!(account.get("b", &[]).await.text, "1");
}

#[tokio::test]
async fn limits_are_told_before_and_while_bytes_come() {
    let limits = |settings: &mut calypso_staging::LocalStagingSettings| {
        settings.blob_bytes_max = 10;
        settings.bytes_max = 15;
    };
    let account = Account::open_with(limits, HttpSettings::default()).await;
    let long = [BLOCK_BLOB, ("content-length", "11")];
    assert_eq!(
        account.call(TempStorage, "PUT", "/b", &long, "12345678901").await.refusal(),
        (413, "RequestBodyTooLarge")
    );
    let chunks = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"12345678901"))]));
    assert_eq!(
        account.call(TempStorage, "PUT", "/b", &[BLOCK_BLOB], chunks).await.refusal(),
        (413, "RequestBodyTooLarge")
    );
    assert_eq!(account.put("b", "1234567890").await.status, 201);
    let full = account.put("c", "123456").await;
    assert_eq!(full.refusal(), (503, "ServerBusy"));
    assert_eq!(full.header("retry-after"), "1");
    assert_eq!(account.staging.staged_bytes(), 10);
}

#[tokio::test]
async fn what_is_not_supported_is_refused_by_name() {
    let account = Account::open().await;
    account.put("b", "1").await;
    for (method, rest, header) in [
        ("PUT", "/b?comp=appendblock", BLOCK_BLOB),
        ("PUT", "/b?comp=lease", BLOCK_BLOB),
        ("GET", "/b?snapshot=2026-01-01T00:00:00.0000000Z", BLOCK_BLOB),
        ("PUT", "/b", ("x-ms-copy-source", "http://h/b")),
        ("PUT", "/b", ("x-ms-blob-type", "AppendBlob")),
        ("GET", "?restype=container&comp=list&delimiter=/", BLOCK_BLOB),
    ] {
        let answer = account.call(TempStorage, method, rest, &[header], "").await;
        let (status, code) = answer.refusal();
        assert_eq!(status, 400, "{method} {rest}: {code}");
        assert!(code.starts_with("Unsupported") || code == "InvalidHeaderValue", "{method} {rest}: {code}");
        assert!(answer.text.starts_with("<?xml"), "{}", answer.text);
    }
    assert_eq!(account.put("b", "1").await.status, 201);
    let untyped = account.call(TempStorage, "PUT", "/b", &[], "1").await;
    assert_eq!(untyped.refusal(), (400, "MissingRequiredHeader"));
}
