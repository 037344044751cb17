//! Streaming ingestion: what is accepted, what is refused and with which code.

use std::io::Write as _;

use calypso_app::{AppErrorKind, Service as _};
use flate2::{Compression, write::GzEncoder};
use uuid::Uuid;

use crate::fixture::{Fixture, stream_request};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn rows_are_visible_at_the_acknowledgement() {
    let f = Fixture::open().await;
    f.done(".create table T (a:long, b:string, c:dynamic)").await;
    f.done(".create table T ingestion json mapping 'm' '[{\"column\":\"a\",\"Properties\":{\"Path\":\"$.x.y\"}}]'")
        .await;
    assert_eq!(f.stream("T", "CSV", None, "1,one,{\"k\":1}\n2,two,\n").await.unwrap().consumed_records, 2);
    assert_eq!(f.stream("T", "MultiJson", None, r#"[{"a":3,"b":"three"}]"#).await.unwrap().consumed_records, 1);
    assert_eq!(f.stream("T", "json", Some("m"), "{\"x\":{\"y\":4}}").await.unwrap().consumed_records, 1);
    assert_eq!(f.stream("T", "csv", None, gzip("5,five,\n")).await.unwrap().consumed_records, 1);
    assert_eq!(
        f.query("T | order by a asc").await,
        "a|b|c\n1|one|{\"k\":1}\n2|two|null\n3|three|null\n4||null\n5|five|null"
    );
    assert_eq!(f.query("T | count").await, "Count\n5");
}

#[tokio::test]
async fn bodies_of_every_size_are_read_whole() {
    let f = Fixture::open().await;
    f.done(".create table T (a:long, b:string)").await;
    let line = |i: u64| format!("{i},text of row {i}\n");
    for rows in [1_u64, 100, 10_000, 50_000] {
        let body: String = (0..rows).map(line).collect();
        assert_eq!(f.stream("T", "csv", None, gzip(&body)).await.unwrap().consumed_records, rows);
        assert_eq!(f.stream("T", "csv", None, body).await.unwrap().consumed_records, rows);
    }
    assert_eq!(f.query("T | count").await, "Count\n120202");
}

#[tokio::test]
async fn the_same_source_is_ingested_once() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let mut request = stream_request("T", "csv", None, "1\n");
    request.source_id = Some(Uuid::from_u128(9));
    assert_eq!(f.app.stream_ingest(f.context(), request.clone()).await.unwrap().consumed_records, 1);
    assert_eq!(f.app.stream_ingest(f.context(), request.clone()).await.unwrap().consumed_records, 0);
    let f = f.reopen().await;
    assert_eq!(f.app.stream_ingest(f.context(), request).await.unwrap().consumed_records, 0);
    assert_eq!(f.query("T | count").await, "Count\n1");
}

#[tokio::test]
async fn refusals_carry_the_documented_codes() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string)").await;
    f.done(".create table Off (a:int)").await;
    f.done(".alter table Off policy streamingingestion disable").await;
    f.done(".create table T ingestion csv mapping 'm' '[{\"column\":\"a\",\"Properties\":{\"Ordinal\":0}}]'").await;
    for (table, format, mapping, body, code) in [
        ("Nope", "csv", None, "1\n", "BadRequest_TableNotExist"),
        ("Off", "csv", None, "1\n", "BadRequest_StreamingIngestionPolicyNotEnabled"),
        ("T", "xml", None, "1\n", "BadRequest_FormatNotSupported"),
        ("T", "sstream", None, "1\n", "BadRequest_FormatNotSupported"),
        ("T", "parquet", None, "PAR1", "BadRequest_InvalidBlob"),
        ("T", "csv", Some("n"), "1\n", "BadRequest_MappingReferenceWasNotFound"),
        ("T", "json", Some("m"), "{}", "BadRequest_MappingReferenceWasNotFound"),
        ("T", "csv", None, "", "Stream_NoDataToIngest"),
        ("T", "csv", None, "1,\"x\n", "Stream_ClosingQuoteMissing"),
        ("T", "json", None, "\u{1f}\u{8b}", "Stream_NoDataToIngest"),
    ] {
        let error = f.stream(table, format, mapping, body).await.unwrap_err();
        assert_eq!(error.code, code, "{table} {format} {body:?}: {error}");
        assert!(error.permanent, "{error:?}");
    }
    let mut elsewhere = stream_request("T", "csv", None, "1\n");
    elsewhere.database = "Nowhere".to_owned();
    let error = f.app.stream_ingest(f.context(), elsewhere).await.unwrap_err();
    assert_eq!(error.code, "BadRequest_DatabaseNotExist");
    let message = f.stream("Off", "csv", None, "1\n").await.unwrap_err().message;
    assert!(message.contains("Streaming ingestion policy is not enabled"), "{message}");
    assert_eq!(f.query("T | count").await, "Count\n0");
    let shown = f
        .done(".show streamingingestion failures | where Table == 'Off' | project Count, FailureKind, ErrorCode")
        .await;
    assert_eq!(shown, "Count|FailureKind|ErrorCode\n2|Permanent|BadRequest_StreamingIngestionPolicyNotEnabled");
}

#[tokio::test]
async fn a_body_that_unpacks_too_far_is_too_large() {
    let f = Fixture::open_with(|settings| settings.streaming_decompressed_bytes_max = 1_000).await;
    f.done(".create table T (a:string)").await;
    let error = f.stream("T", "csv", None, gzip(&"x".repeat(100_000))).await.unwrap_err();
    assert_eq!(error.kind, AppErrorKind::PayloadTooLarge, "{error:?}");
    assert!(error.permanent);
}

#[tokio::test]
async fn sources_are_fetched_from_admitted_addresses_only() {
    let f = Fixture::open_with(|settings| settings.sources.allow_loopback = false).await;
    f.done(".create table T (a:string)").await;
    for (uri, code) in [
        ("http://169.254.169.254/latest/meta-data", "Download_Forbidden"),
        ("http://127.0.0.1:1/x", "Download_Forbidden"),
        ("http://localhost:1/x", "Download_Forbidden"),
        ("http://[::1]:1/x", "Download_Forbidden"),
        ("ftp://h/x", "BadRequest_InvalidBlobUri"),
        ("file:///etc/passwd", "BadRequest_InvalidBlobUri"),
        ("not a uri", "BadRequest_InvalidBlobUri"),
        ("", "BadRequest_EmptyBlobUri"),
    ] {
        let mut request = stream_request("T", "csv", None, "");
        request.body = calypso_app::StreamBody::BlobUri(uri.to_owned());
        let error = f.app.stream_ingest(f.context(), request).await.unwrap_err();
        assert_eq!(error.code, code, "{uri}: {error}");
    }
}

#[tokio::test]
async fn disabling_streaming_moves_rows_to_extents() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.stream("T", "csv", None, "1\n2\n").await.unwrap();
    assert_eq!(f.done(".show table T extents | count").await, "Count\n0");
    f.done(".alter table T policy streamingingestion enable").await;
    f.done(".delete table T policy streamingingestion").await;
    assert_eq!(f.done(".show table T extents | project RowCount").await, "RowCount\n2");
    f.stream("T", "csv", None, "3\n").await.unwrap();
    f.done(".alter database NetDefaultDB policy streamingingestion disable").await;
    assert_eq!(f.done(".show table T extents | summarize sum(RowCount)").await, "sum_RowCount\n3");
    assert_eq!(f.query("T | count").await, "Count\n3");
    assert_eq!(
        f.done(".show operations | where Operation == 'RowStoreSeal' | summarize count() by State").await,
        "State|count_\nCompleted|2"
    );
}

#[tokio::test]
async fn columns_added_later_are_null_in_earlier_rows() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.stream("T", "csv", None, "1\n").await.unwrap();
    f.done(".alter-merge table T (s:string, n:long)").await;
    f.stream("T", "csv", None, "2,x,3\n").await.unwrap();
    assert_eq!(f.query("T | order by a asc").await, "a|s|n\n1||null\n2|x|3");
}

/// Answers one request after another with what `answer` makes of its first line.
async fn serve(answer: fn(&str) -> String) -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = connection.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            let response = answer(text.lines().next().unwrap_or(""));
            connection.write_all(response.as_bytes()).await.unwrap();
            connection.shutdown().await.unwrap();
        }
    });
    address
}

fn blob(line: &str) -> String {
    let body =
        |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    match line.split(' ').nth(1).unwrap_or("") {
        "/data.csv?sig=secret" => body("1\n2\n"),
        "/large.csv" => body(&"1\n".repeat(1_000)),
        "/moved.csv" => {
            "HTTP/1.1 302 Found\r\nLocation: /data.csv?sig=secret\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned()
        }
        "/forbidden.csv" => "HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        "/busy.csv" => "HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        "/cut.csv" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n1\n".to_owned(),
        _ => "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
    }
}

#[tokio::test]
async fn blobs_are_fetched_whole_or_refused() {
    let f = Fixture::open_with(|settings| settings.streaming_body_bytes_max = 1_000).await;
    f.done(".create table T (a:int)").await;
    let server = serve(blob).await;
    let stream = async |path: &str| {
        let mut request = stream_request("T", "csv", None, "");
        request.body = calypso_app::StreamBody::BlobUri(format!("http://{server}{path}"));
        f.app.stream_ingest(f.context(), request).await
    };
    assert_eq!(stream("/data.csv?sig=secret").await.unwrap().consumed_records, 2);
    for (path, code, permanent) in [
        ("/large.csv", "BadRequest_FileTooLarge", true),
        ("/moved.csv", "Download_BadRequest", true),
        ("/forbidden.csv", "Download_Forbidden", true),
        ("/nothing.csv", "Download_SourceNotFound", true),
        ("/busy.csv", "Download_UnknownError", false),
        ("/cut.csv", "Download_UnknownError", false),
    ] {
        let error = stream(path).await.unwrap_err();
        assert_eq!((error.code.as_ref(), error.permanent), (code, permanent), "{path}: {error}");
    }
    assert_eq!(f.query("T | count").await, "Count\n2");
    f.done(&format!(".ingest into table T (h'http://{server}/data.csv?sig=secret', 'http://{server}/large.csv')"))
        .await;
    assert_eq!(f.query("T | count").await, "Count\n1004");
    let refused = f.refused(&format!(".ingest into table T ('http://{server}/large.csv', 'http://{server}/x')")).await;
    assert_eq!(refused, "Download_SourceNotFound");
    assert_eq!(f.query("T | count").await, "Count\n1004");
}

#[tokio::test]
async fn data_that_retention_would_drop_at_once_is_refused() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.done(".alter-merge table T policy retention softdelete = 10d").await;
    assert_eq!(
        f.refused(".ingest inline into table T with (creationTime='2020-01-01') <| 1").await,
        "BadRequest_CreationTimeEarlierThanSoftDeletePeriod"
    );
    f.done(".alter-merge table T policy retention softdelete = 0d").await;
    assert_eq!(
        f.stream("T", "csv", None, "1\n").await.unwrap_err().code,
        "BadRequest_ZeroRetentionPolicyWithNoUpdatePolicy"
    );
}
