//! Ingests bytes that are in memory, compressed ones too: gzip and zip are told by their first bytes.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient, Source};

/// Ingests the same rows as they are and compressed.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table FromBytes (id: long, city: string)", None).await?;

    let text = b"1,Oslo\n2,Lima\n";
    let client = ManagedStreamingIngestClient::new(cluster)?;
    let properties = IngestionProperties::new(database, "FromBytes");
    let result = client.ingest_from_bytes(&text[..], &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());

    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let compressed = gzip.write_all(text).and_then(|()| gzip.finish());
    let compressed = compressed.map_err(|source| Error::Source { name: "gzip".to_owned(), source })?;
    // The size before compression helps the service to make good batches; it need not be known.
    let source = Source::bytes(compressed).with_raw_size(text.len() as u64).with_name("cities.csv");
    let result = client.ingest(source, &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
