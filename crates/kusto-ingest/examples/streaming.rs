//! Streams bytes: the rows are there when the call returns.

use kusto_data::Client;
use kusto_ingest::{DataFormat, Error, IngestClient as _, IngestionProperties, StreamingIngestClient};

/// Ingests two rows of csv and one of JSON.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table Streamed (id: long, city: string)", None).await?;

    let client = StreamingIngestClient::new(cluster)?;
    let csv = IngestionProperties::new(database, "Streamed");
    let result = client.ingest_from_bytes("1,Oslo\n2,Lima\n", &csv).await?;
    assert!(result.is_streamed());

    let json = csv.with_format(DataFormat::Json);
    client.ingest_from_bytes(r#"{"id": 3, "city": "Pune"}"#, &json).await?;

    let answer = queries.execute_query(database, "Streamed | summarize dcount(id)", None).await?;
    assert_eq!(answer.primary_rows::<(i64,)>()?, [(3,)]);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
