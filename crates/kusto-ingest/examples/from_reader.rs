//! Ingests what readers yield, async ones and blocking ones.

use std::{io::Cursor, time::Duration};

use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};

/// Ingests from one reader of each kind.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table FromReader (id: long, city: string)", None).await?;

    let client = ManagedStreamingIngestClient::new(cluster)?;
    let properties = IngestionProperties::new(database, "FromReader");

    // A `tokio::fs::File`, a socket, a decoder: whatever is `AsyncRead`.
    let result = client.ingest_from_reader(Cursor::new("1,Oslo\n"), &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());

    // Whatever is `std::io::Read`; it is read on a thread for blocking work.
    let result = client.ingest_from_blocking_reader(Cursor::new("2,Lima\n"), &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
