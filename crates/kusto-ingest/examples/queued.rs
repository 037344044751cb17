//! Queues data with tags, an inline mapping and a report, and follows them to the end.

use std::time::Duration;

use kusto_data::Client;
use kusto_ingest::{
    ColumnMapping, DataFormat, Error, IngestClient as _, IngestionProperties, OperationStatus, QueuedIngestClient,
};

/// Ingests two events, once.
pub(crate) async fn run(cluster: &str, database: &str) -> Result<(), Error> {
    let queries = Client::new(cluster)?;
    queries.execute_command(database, ".create-merge table Queued (id: long, sky: string)", None).await?;

    let client = QueuedIngestClient::new(cluster)?;
    let columns = [ColumnMapping::from_path("id", "$.id"), ColumnMapping::from_path("sky", "$.notes.sky")];
    let properties = IngestionProperties::new(database, "Queued")
        .with_format(DataFormat::MultiJson)
        .with_inline_mapping(columns)
        .with_ingest_by_tags(["day-1"])
        .with_ingest_if_not_exists(["day-1"])
        .with_flush_immediately(true);

    let events = r#"[{"id": 1, "notes": {"sky": "clear"}}, {"id": 2, "notes": {"sky": "fog"}}]"#;
    for expected in [OperationStatus::Succeeded, OperationStatus::Skipped] {
        let result = client.ingest_from_bytes(events, &properties).await?;
        let status = result.wait(Duration::from_secs(600)).await?;
        assert_eq!(status.status, expected, "{:?}", status.details);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let cluster = std::env::var("KUSTO_CLUSTER").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    run(&cluster, "NetDefaultDB").await
}
