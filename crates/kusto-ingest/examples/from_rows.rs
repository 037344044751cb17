//! Ingests rows of a type of one's own, which serde writes as JSON; members are matched with columns by name.

use std::time::Duration;

use kusto_data::Client;
use kusto_ingest::{Error, IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};
use serde::Serialize;

/// A row. An `Option` is a null, anything nested is a `dynamic`.
#[derive(Serialize)]
struct Reading {
    id: u64,
    city: String,
    celsius: Option<f64>,
    tags: Vec<&'static str>,
}

/// Ingests ten thousand rows from an iterator that makes them as they are sent.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    let create = ".create-merge table FromRows (id: long, city: string, celsius: real, tags: dynamic)";
    queries.execute_command(database, create, None).await?;

    let rows = (0..10_000).map(|id| Reading {
        id,
        city: format!("city {}", id % 7),
        celsius: (id % 10 != 0).then_some(0.5),
        tags: vec!["a", "b"],
    });
    let client = ManagedStreamingIngestClient::new(cluster)?;
    let result = client.ingest_from_rows(rows, &IngestionProperties::new(database, "FromRows")).await?;
    assert!(result.wait(Duration::from_secs(600)).await?.is_success());

    let query = "FromRows | where isnull(celsius) and tags[1] == 'b' | count";
    let answer = queries.execute_query(database, query, None).await?;
    assert_eq!(answer.primary_rows::<(i64,)>()?, [(1000,)]);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
