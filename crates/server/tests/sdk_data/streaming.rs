//! Large results as they come.

use futures::{StreamExt as _, TryStreamExt as _};
use kusto_data::{Client, ClientOptions, ClientRequestProperties, ErrorKind, Frame};

use crate::server;

/// What a client holds of a result at most; the result has 40 MB.
const FRAME_BYTES_MAX: usize = 8 << 20;

#[tokio::test]
async fn a_million_rows_pass_through_a_few_megabytes() {
    let (_, server) = server();
    let options = ClientOptions::default().with_frame_bytes_max(FRAME_BYTES_MAX);
    let client = Client::with_options(&server.http, options).unwrap();
    let properties = ClientRequestProperties::new().with_no_truncation(true);
    let query = "range n from 1 to 1000000 step 1 | extend label = strcat('row number ', n)";
    let mut frames = client.execute_streaming("", query, Some(&properties)).await.unwrap();
    let (mut count, mut fragments) = (0, 0);
    while let Some(frame) = frames.try_next().await.unwrap() {
        if let Frame::TableFragment { rows, .. } = frame {
            count += rows.len();
            fragments += 1;
        }
    }
    assert_eq!(count, 1_000_000);
    assert!(fragments > 5, "{fragments} fragments");
}

#[tokio::test]
async fn rows_before_a_limit_come_and_then_the_failure() {
    let (client, _server) = server();
    let properties = ClientRequestProperties::new().with_truncation_max_records(10);
    let stream = client.execute_streaming("", "range n from 1 to 100 step 1", Some(&properties)).await.unwrap();
    let rows: Vec<Result<i64, _>> = stream.rows().collect().await;
    let (last, good) = rows.split_last().unwrap();
    assert_eq!(good.len(), 10);
    assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::PartialFailure);
}

#[tokio::test]
async fn a_stream_that_is_dropped_leaves_the_client_usable() {
    let (client, _server) = server();
    let properties = ClientRequestProperties::new().with_no_truncation(true);
    let query = "range n from 1 to 100000000 step 1";
    for _ in 0..3 {
        let mut rows = client.execute_streaming("", query, Some(&properties)).await.unwrap().rows::<i64>();
        assert_eq!(rows.next().await.unwrap().unwrap(), 1);
    }
    assert_eq!(client.execute_query("", "print 1", None).await.unwrap().primary_rows::<i64>().unwrap(), [1]);
}
