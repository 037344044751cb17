//! Requests as services get them, and answers as they give them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod scripted_service;
mod wire {
    mod answers;
    mod authentication;
    mod failures;
    mod requests;
    mod spans;
    mod streaming;
}

use std::sync::Arc;

use calypso_clock::SeededIds;
use kusto_data::{Client, ClientOptions, ConnectionStringBuilder};
use scripted_service::{Reply, ScriptedService};

/// One result with one number.
const ANSWER: &str = r#"[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{"ColumnName":"n","ColumnType":"long"}],"Rows":[[42]]},{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}]"#;
/// One V1 table with one number.
const V1_ANSWER: &str = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"ConsumedRecordsCount","DataType":"Int64","ColumnType":"long"}],"Rows":[[5]]}]}"#;
/// The first id of the clients in these tests.
const FIRST_ID: &str = "KRC.execute;";

/// A service with a script, and an anonymous client of it.
async fn service(replies: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let service = ScriptedService::start(replies).await;
    let connection = ConnectionStringBuilder::new(&service.url)
        .unwrap()
        .with_initial_catalog("Samples")
        .with_application_name("E2E_Test_ø")
        .with_user_name("me");
    let options = ClientOptions::default().with_ids(Arc::new(SeededIds::new(7)));
    (Client::with_options(connection, options).unwrap(), service)
}
