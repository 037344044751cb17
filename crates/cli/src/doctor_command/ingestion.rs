//! Whether data can be brought in: the policy of streaming, the resources of queued ingestion, its staging.

use calypso_types::Scalar;
use kusto_data::Dataset;
use kusto_ingest::{QueuedIngestClient, ResourceUri};

use super::check::Finding;
use crate::connect::Connection;

/// Reads the database's policy; tables may have their own.
pub(super) async fn streaming(connection: &Connection) -> Finding {
    let name = calypso_types::kql_string(&connection.database);
    let command = format!(".show database [{name}] policy streamingingestion");
    let answer = match connection.client.execute_command(&connection.database, &command, None).await {
        Ok(answer) => answer,
        Err(error) => return Finding::of_error(&error),
    };
    let policy = value(&answer, "Policy");
    let policy = serde_json::from_str::<serde_json::Value>(&policy).unwrap_or_default();
    let next = "`.alter database DATABASE policy streamingingestion enable`, or the same of a table";
    match policy.get("IsEnabled").and_then(serde_json::Value::as_bool) {
        Some(true) => Finding::good("every table of the database takes streams"),
        Some(false) => Finding::note("only tables with a policy of their own take streams", next),
        None => Finding::note("no policy of the database says it: Calypso takes streams then, Azure does not", next),
    }
}

/// Asks the endpoint of ingestion for its resources; also returns where blobs go and messages are put.
pub(super) async fn resources(client: &QueuedIngestClient) -> (Finding, Vec<String>) {
    let manager = client.resource_manager();
    let found = match manager.containers().await {
        Ok(containers) => manager.ready_queues().await.map(|queues| (containers, queues)),
        Err(error) => Err(error),
    };
    let (containers, queues) = match found {
        Ok(found) => found,
        Err(error) => {
            let next = "`calypso query '.get ingestion resources'` asks alone; streaming does not need them";
            return (Finding::failed(error.to_string(), next), Vec::new());
        }
    };
    let told = format!("{}, {}", counted(containers.len(), "container"), counted(queues.len(), "queue"));
    let places = [containers.first(), queues.first()].into_iter().flatten().map(ResourceUri::location).collect();
    if containers.is_empty() || queues.is_empty() {
        return (Finding::failed(told, "the service offers no place to upload to; its log says why"), Vec::new());
    }
    (Finding::good(told), places)
}

/// Asks the storage anything at all: an answer is enough, as each signature allows something else.
pub(super) async fn staging(connection: &Connection, place: &str) -> Finding {
    match connection.client.http().get(place).send().await {
        Ok(_) => Finding::good(format!("{place} answers")),
        Err(error) => {
            let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
            let cause = cause.map(ToString::to_string).unwrap_or_default();
            let next = "uploads go there directly, not through the service: the address must be known and open here";
            Finding::failed(format!("cannot reach {place}: {cause}"), next)
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn value(answer: &Dataset, column: &str) -> String {
    answer.primary().and_then(|table| table.value(0, column)).map(Scalar::to_text).unwrap_or_default()
}
