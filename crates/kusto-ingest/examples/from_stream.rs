//! Ingests a stream of chunks, such as the body of an HTTP answer, without holding more than a few of them.

use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};

/// Ingests three chunks, which need not end where rows end.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table FromStream (id: long, city: string)", None).await?;

    let chunks = stream::iter(["1,Os", "lo\n2,", "Lima\n"].map(|text| Ok(Bytes::from(text))));
    let client = ManagedStreamingIngestClient::new(cluster)?;
    let properties = IngestionProperties::new(database, "FromStream");
    let result = client.ingest_from_stream(chunks, &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
