//! Frames as they come.

use futures::{StreamExt as _, TryStreamExt as _};
use kusto_data::{Client, ClientOptions, ErrorKind, Frame, RecordBatchOptions};
use serde_json::json;

use crate::{ANSWER, Reply, ScriptedService, service};

const ERROR: &str = r#"{"error":{"code":"LimitsExceeded","message":"m","@message":"too much","@permanent":false}}"#;
const HEADER: &str = r#"{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0","IsFragmented":true,"ErrorReportingPlacement":"EndOfTable"}"#;
const TABLE_HEADER: &str = r#"{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{"ColumnName":"n","ColumnType":"long"},{"ColumnName":"s","ColumnType":"string"}]}"#;
const COMPLETED: &str = r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}"#;

fn fragment(rows: &str) -> String {
    format!(r#"{{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":{rows}}}"#)
}

fn table_completion(count: u64) -> String {
    format!(r#"{{"FrameType":"TableCompletion","TableId":1,"RowCount":{count}}}"#)
}

/// Frames on lines of their own, as Go's reader demands.
fn lines(frames: &[&str]) -> String {
    format!("[{}\n]\n", frames.join("\n,"))
}

fn whole() -> String {
    let (first, second, end) = (fragment(r#"[[1,"a\n]"],[2,"b"]]"#), fragment(r#"[[3,"ü"]]"#), table_completion(3));
    lines(&[HEADER, TABLE_HEADER, &first, &second, &end, COMPLETED])
}

/// The answer in pieces of so many bytes.
fn pieces(text: &str, bytes: usize) -> Reply {
    Reply::Pieces(text.as_bytes().chunks(bytes).map(<[u8]>::to_vec).collect())
}

#[tokio::test]
async fn fragments_are_asked_for_and_read_however_they_arrive() {
    for bytes in [1, 10, 100_000] {
        let (client, service) = service([pieces(&whole(), bytes)]).await;
        let frames = client.execute_streaming("", "T", None).await.unwrap();
        let frames: Vec<Frame> = frames.try_collect().await.unwrap();
        assert_eq!(frames.len(), 6);
        let body: serde_json::Value = serde_json::from_slice(&service.asked().await[0].body).unwrap();
        let expected = json!({
            "results_error_reporting_placement": "end_of_table",
            "results_v2_fragment_primary_tables": true,
            "results_v2_newlines_between_frames": true,
            "servertimeout": "00:04:00",
        });
        assert_eq!(body["properties"]["Options"], expected);
    }
}

#[tokio::test]
async fn rows_and_batches_and_datasets_come_out_of_the_same_stream() {
    let (client, _service) = service((0..3).map(|_| pieces(&whole(), 50))).await;
    let rows: Vec<(i64, String)> =
        client.execute_streaming("", "T", None).await.unwrap().rows().try_collect().await.unwrap();
    assert_eq!(rows, [(1, "a\n]".to_owned()), (2, "b".to_owned()), (3, "ü".to_owned())]);
    let stream = client.execute_streaming("", "T", None).await.unwrap();
    let batches: Vec<_> = stream.record_batches(RecordBatchOptions::default()).try_collect().await.unwrap();
    assert_eq!(batches.iter().map(|batch| batch.num_rows()).collect::<Vec<_>>(), [2, 1]);
    let dataset = client.execute_streaming("", "T", None).await.unwrap().into_dataset().await.unwrap();
    assert_eq!(dataset.primary().unwrap().row_count(), 3);
}

#[tokio::test]
async fn services_that_do_not_fragment_are_understood() {
    let (client, _service) = service([Reply::ok(ANSWER)]).await;
    let rows = client.execute_streaming("", "T", None).await.unwrap().rows::<i64>();
    let rows: Vec<i64> = rows.try_collect().await.unwrap();
    assert_eq!(rows, [42]);
}

#[tokio::test]
async fn failures_after_the_first_rows_come_after_the_rows() {
    let failed_table =
        format!(r#"{{"FrameType":"TableCompletion","TableId":1,"RowCount":1,"OneApiErrors":[{ERROR}]}}"#);
    let failed =
        format!(r#"{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{ERROR}]}}"#);
    let one = fragment(r#"[[1,"a"]]"#);
    let among = fragment(&format!(r#"[[1,"a"],{{"OneApiErrors":[{ERROR}]}}]"#));
    for text in [
        lines(&[HEADER, TABLE_HEADER, &one, &failed_table, &failed]),
        lines(&[HEADER, TABLE_HEADER, &among, &table_completion(1), &failed]),
        lines(&[HEADER, TABLE_HEADER, &one, &table_completion(1), &failed]),
    ] {
        let (client, _service) = service([Reply::ok(text.clone()), Reply::ok(text)]).await;
        let stream = client.execute_streaming("", "T", None).await.unwrap();
        let rows: Vec<Result<(i64, String), _>> = stream.rows().collect().await;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].as_ref().unwrap().0, 1);
        let error = rows[1].as_ref().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::PartialFailure, Some("LimitsExceeded")));
        let stream = client.execute_streaming("", "T", None).await.unwrap();
        let error = stream.into_dataset().await.unwrap_err();
        assert_eq!(error.partial_results().unwrap().primary().unwrap().row_count(), 1);
    }
}

#[tokio::test]
async fn streams_that_end_early_end_with_an_error() {
    let two = fragment(r#"[[1,"a"],[2,"b"]]"#);
    let lost = lines(&[HEADER, TABLE_HEADER, &two, &table_completion(3), COMPLETED]);
    let headless = lines(&[HEADER, &two, COMPLETED]);
    let unfinished = lines(&[HEADER, TABLE_HEADER, &two, &table_completion(2)]);
    let cut = whole()[..400].to_owned();
    for (reply, kind) in [
        (Reply::ok(lost), ErrorKind::MalformedAnswer),
        (Reply::ok(headless), ErrorKind::MalformedAnswer),
        (Reply::ok(unfinished), ErrorKind::MalformedAnswer),
        (Reply::ok(cut.clone()), ErrorKind::MalformedAnswer),
        (Reply::ok("Bad request"), ErrorKind::MalformedAnswer),
        (Reply::ok(ERROR), ErrorKind::Service),
        (Reply::Truncated { status: 200, body: cut.into_bytes() }, ErrorKind::MalformedAnswer),
    ] {
        let shown = format!("{reply:?}");
        let (client, _service) = service([reply]).await;
        let mut frames = client.execute_streaming("", "T", None).await.unwrap();
        let mut last = None;
        while let Some(frame) = frames.next().await {
            last = Some(frame);
        }
        let error = last.unwrap().unwrap_err();
        let broke = matches!(error.kind(), ErrorKind::Unreachable) && shown.starts_with("Truncated");
        assert!(error.kind() == kind || broke, "{shown}: {error:?}");
        assert!(frames.next().await.is_none());
    }
}

#[tokio::test]
async fn frames_beyond_the_limit_are_refused() {
    let service = ScriptedService::start([Reply::ok(whole())]).await;
    let options = ClientOptions::default().with_frame_bytes_max(150);
    let client = Client::with_options(&service.url, options).unwrap();
    let frames = client.execute_streaming("", "T", None).await.unwrap();
    let frames: Vec<_> = frames.collect().await;
    assert_eq!(frames.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn refusals_come_before_the_stream() {
    let (client, _service) = service([Reply::json(429, "")]).await;
    assert!(client.execute_streaming("", "T", None).await.unwrap_err().is_throttled());
}

#[tokio::test]
async fn dropping_a_stream_ends_its_query() {
    let start = format!("[{HEADER}\n,{TABLE_HEADER}\n,{}", fragment(r#"[[1,"a"]]"#));
    let (client, service) = service([Reply::Endless(start.into_bytes())]).await;
    let mut rows = client.execute_streaming("", "T", None).await.unwrap().rows::<(i64, String)>();
    assert_eq!(rows.next().await.unwrap().unwrap().0, 1);
    drop(rows);
    service.client_gone().await;
}
