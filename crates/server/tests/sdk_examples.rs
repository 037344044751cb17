//! The examples of the Rust SDK, run against this server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "commands/program.rs"]
#[allow(dead_code)]
mod program;

#[path = "../../kusto-data/examples/azure_data_explorer.rs"]
#[allow(dead_code, reason = "it asks the real service")]
mod azure_data_explorer;
#[path = "../../kusto-data/examples/command.rs"]
mod command;
#[path = "../../kusto-data/examples/errors.rs"]
mod errors;
#[path = "../../kusto-data/examples/query.rs"]
mod query;
#[path = "../../kusto-data/examples/record_batches.rs"]
mod record_batches;
#[path = "../../kusto-data/examples/streaming_query.rs"]
mod streaming_query;

use kusto_data::ConnectionStringBuilder;
use program::Server;

#[tokio::test]
async fn examples_of_queries_do_what_they_say() {
    let server = Server::start();
    let connection = || ConnectionStringBuilder::new(&server.http).unwrap();
    assert_eq!(query::run(connection()).await.unwrap(), 2);
    assert_eq!(command::run(connection()).await.unwrap(), ["at", "device"]);
    assert_eq!(streaming_query::run(connection()).await.unwrap(), 5_000_050_000);
    assert_eq!(record_batches::run(connection()).await.unwrap(), 50_000);
    assert_eq!(errors::run(connection()).await.unwrap(), 10);
}
