//! Ingests Arrow record batches: here the result of a query goes into another table.

use std::time::Duration;

use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};

/// Asks for a table and ingests its record batch.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    let create = ".create-merge table FromRecordBatches (n: long, at: datetime, bag: dynamic)";
    queries.execute_command(database, create, None).await?;

    let query = "range n from 1 to 100 step 1 | extend at = datetime(2026-11-21) + n * 1h, bag = dynamic({\"a\": [1]})";
    let answer = queries.execute_query(database, query, None).await?;
    let batch = answer.primary().map(|table| table.to_record_batch()).transpose()?;

    // Any iterator of batches: `Source::try_record_batches` takes those of Arrow's readers, which may fail.
    let client = ManagedStreamingIngestClient::new(cluster)?;
    let properties = IngestionProperties::new(database, "FromRecordBatches");
    let result = client.ingest_from_record_batches(batch, &properties).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());

    let query = "FromRecordBatches | where bag.a[0] == 1 | summarize count(), max(at)";
    let answer = queries.execute_query(database, query, None).await?;
    assert_eq!(answer.primary_rows::<(i64, String)>()?, [(100, "2026-11-25T04:00:00.0000000Z".to_owned())]);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
