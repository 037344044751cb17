//! Ingests a blob that the service fetches itself: nothing passes through the client.

use std::time::Duration;

use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient, Source};

/// Ingests the csv at `url`, which carries what it takes to read it: a signature, `;impersonate`, `;managed_identity=…`.
pub(crate) async fn run(cluster: &str, database: &str, url: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table FromBlob (id: long, city: string)", None).await?;

    let client = ManagedStreamingIngestClient::new(cluster)?;
    let properties = IngestionProperties::new(database, "FromBlob");
    // Whether it is streamed or queued follows from its size, which is asked for unless it is said.
    let source = Source::blob(url).with_raw_size(14);
    let result = client.ingest(source, &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    let url = std::env::var("BLOB_URL").map_err(|_| Error::BlobUrl { reason: "BLOB_URL is not set".to_owned() })?;
    run(&cluster, "NetDefaultDB", &url).await
}
