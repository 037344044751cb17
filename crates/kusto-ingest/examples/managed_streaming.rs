//! Streams what is small and queues the rest, with a deadline and with retries that leave one copy.

use std::{sync::Arc, time::Duration};

use kusto_data::Client;
use kusto_ingest::{
    DefaultManagedStreamingPolicy, Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient,
    RetryPolicy, Source,
};

/// Ingests a row, twice on purpose.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table Managed (id: long, city: string)", None).await?;

    // The defaults are three retries after 1, 2 and 4 s; this is more patient.
    let retries = RetryPolicy { retries_max: 5, ..RetryPolicy::default() };
    let policy = DefaultManagedStreamingPolicy::new().with_retry_policy(retries);
    let client = ManagedStreamingIngestClient::new(cluster)?
        .with_policy(Arc::new(policy))
        .with_deadline(Duration::from_secs(300));

    // Whoever keeps the id may try the same data again, whatever became of the first try.
    let source_id = "4f1a0f6e-0f0e-4d3b-9f44-5a3d1d1b7c11".parse().expect("the text is a guid");
    let properties = IngestionProperties::new(database, "Managed");
    for _ in 0..2 {
        let source = Source::bytes("1,Oslo\n").with_source_id(source_id);
        let result = client.ingest(source, &properties).await?;
        // Streamed sources have ended; queued ones are followed.
        let status = result.wait(Duration::from_secs(600)).await?;
        assert!(status.is_success(), "{:?}", status.details);
    }

    let answer = queries.execute_query(database, "Managed | count", None).await?;
    assert_eq!(answer.primary_rows::<(i64,)>()?, [(1,)]);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
