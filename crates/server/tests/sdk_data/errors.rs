//! What the server refuses, and as what a caller sees it.

use kusto_data::{ClientRequestProperties, ErrorKind};

use crate::server;

#[tokio::test]
async fn refusals_have_their_codes() {
    let (client, _server) = server();
    let unknown_table = client.execute_query("", "NoSuchTable | count", None).await.unwrap_err();
    assert_eq!((unknown_table.kind(), unknown_table.status()), (ErrorKind::Service, Some(400)));
    assert!(unknown_table.is_permanent() && unknown_table.service_error().unwrap().is_semantic_error());
    assert_eq!(unknown_table.code(), Some("SEM0100"));
    assert!(unknown_table.activity_id().is_some());
    let syntax = client.execute_query("", "T | | count", None).await.unwrap_err();
    assert_eq!((syntax.kind(), syntax.is_permanent()), (ErrorKind::Service, true));
    let unknown_database = client.execute_query("NoSuchDatabase", "print 1", None).await.unwrap_err();
    assert_eq!(unknown_database.code(), Some("BadRequest_DatabaseNotExist"));
    assert!(unknown_database.hint().unwrap().contains(".show databases"));
    let command = client.execute_command("", ".drop table NoSuchTable", None).await.unwrap_err();
    assert_eq!(command.kind(), ErrorKind::Service);
    let streamed = client.execute_streaming("", "NoSuchTable", None).await.unwrap_err();
    assert_eq!(streamed.code(), Some("SEM0100"));
}

#[tokio::test]
async fn failures_after_the_first_rows_keep_them_wherever_they_are_told() {
    use kusto_data::ErrorReportingPlacement::{EndOfDataset, EndOfTable, InData};
    let (client, _server) = server();
    for placement in [InData, EndOfTable, EndOfDataset] {
        let properties = ClientRequestProperties::new()
            .with_truncation_max_records(10)
            .with_results_error_reporting_placement(placement);
        let error = client.execute_query("", "range n from 1 to 100 step 1", Some(&properties)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PartialFailure, "{placement:?}");
        let dataset = error.into_partial_results().unwrap();
        assert_eq!(dataset.primary().unwrap().row_count(), 10, "{placement:?}");
        let deferring = properties.with_defer_partial_query_failures(true);
        let deferred = client.execute_query("", "range n from 1 to 100 step 1", Some(&deferring)).await.unwrap();
        assert_eq!((deferred.primary().unwrap().row_count(), deferred.error().is_some()), (10, true));
    }
}

#[tokio::test]
async fn running_queries_are_cancelled_by_their_id() {
    let (client, _server) = server();
    let id = "KRC.execute;to-be-cancelled";
    let properties = ClientRequestProperties::new().with_client_request_id(id);
    let running = {
        let client = client.clone();
        // As long as `range` may become.
        let query = "range n from 1 to 999999999 step 1 | where n % 7 == 8 | count";
        tokio::spawn(async move { client.execute_query("", query, Some(&properties)).await })
    };
    // Until the server has it there is nothing to cancel.
    while !running.is_finished() {
        let _ = client.cancel(id).await;
        tokio::task::yield_now().await;
    }
    let error = running.await.unwrap().unwrap_err();
    assert!([ErrorKind::Cancelled, ErrorKind::Service, ErrorKind::PartialFailure].contains(&error.kind()), "{error:?}");
    assert!(error.to_string().to_lowercase().contains("cancel"), "{error}");
}
