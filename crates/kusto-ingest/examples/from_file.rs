//! Ingests a file of any size, compressed or not: it is read and compressed as it is sent.

use std::time::Duration;

use kusto_data::Client;
use kusto_ingest::{DataFormat, Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};

/// Writes a file and ingests it.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table FromFile (id: long, city: string)", None).await?;

    let path = std::env::temp_dir().join(format!("cities-{}.csv", std::process::id()));
    std::fs::write(&path, "1,Oslo\n2,Lima\n")
        .map_err(|source| Error::Source { name: path.display().to_string(), source })?;

    let client = ManagedStreamingIngestClient::new(cluster)?;
    let format = DataFormat::from_file_name("cities.csv").unwrap_or_default();
    let properties = IngestionProperties::new(database, "FromFile").with_format(format);
    let ingested = client.ingest_from_file(&path, &properties).await;
    // Whatever became of it, the file was read.
    let _ = std::fs::remove_file(&path);
    assert!(ingested?.wait(Duration::from_secs(600)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
