//! Ingests into Azure Data Explorer, signed in with the Azure CLI: `az login` first.
//!
//! `KUSTO_CLUSTER` is the cluster's URL, with or without `ingest-`; `KUSTO_DATABASE` its database.

use std::time::Duration;

use kusto_data::{Client, ConnectionStringBuilder};
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};

/// Ingests one row through managed streaming.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let connection = ConnectionStringBuilder::new(cluster)?.with_azure_cli().with_application_name("rust-example");
    let queries = Client::new(connection.clone())?;
    queries.execute_command(database, ".create-merge table RustExample (id: long, city: string)", None).await?;

    let client = ManagedStreamingIngestClient::new(connection)?.with_deadline(Duration::from_secs(300));
    let properties = IngestionProperties::new(database, "RustExample");
    let result = client.ingest_from_bytes("1,Oslo\n", &properties).await?;
    // Without a streaming policy the row is queued, and there within the table's batching time: 5 minutes by default.
    assert!(result.wait(Duration::from_secs(900)).await?.is_success());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let set = |name: &'static str| {
        std::env::var(name)
            .map_err(|_| kusto_data::Error::new(kusto_data::ErrorKind::InvalidArgument, format!("{name} is not set")))
    };
    run(&set("KUSTO_CLUSTER")?, &set("KUSTO_DATABASE")?).await
}
