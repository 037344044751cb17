//! The Rust SDK's `kusto-data` against this server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "commands/program.rs"]
#[allow(dead_code)]
mod program;
mod sdk_data {
    mod errors;
    mod ingestion;
    mod streaming;
    mod values;
}

use kusto_data::{Client, ClientOptions};
use program::Server;

/// A server of its own, and a client of it.
fn server() -> (Client, Server) {
    let server = Server::start();
    (Client::new(&server.http).unwrap(), server)
}

#[tokio::test]
async fn the_service_names_the_public_cloud_and_is_reached_by_https() {
    let (client, server) = server();
    let info = client.cloud_info().await.unwrap();
    assert_eq!(info.scope(), "https://kusto.kusto.windows.net/.default");
    let options = ClientOptions::default().with_authorities_pem(std::fs::read(server.ca()).unwrap());
    let secure = Client::with_options(&server.https, options).unwrap();
    assert_eq!(secure.execute_query("", "print 1", None).await.unwrap().primary_rows::<i64>().unwrap(), [1]);
    let distrustful = Client::new(&server.https).unwrap().execute_query("", "print 1", None).await.unwrap_err();
    assert!(distrustful.is_permanent() && distrustful.hint().unwrap().contains("authorit"), "{distrustful:?}");
}
