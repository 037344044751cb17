//! Whether data can be brought in: the policy of streaming, the resources of queued ingestion, its staging.

use calypso_types::Scalar;
use kusto_data::Dataset;

use super::check::Finding;
use crate::connect::Connection;

/// The resource that blobs are uploaded to.
const TEMPORARY_STORAGE: &str = "TempStorage";

/// Reads the database's policy; tables may have their own.
pub(super) async fn streaming(connection: &Connection) -> Finding {
    let name = calypso_types::kql_string(&connection.database);
    let command = format!(".show database [{name}] policy streamingingestion");
    let answer = match connection.client.execute_command(&connection.database, &command, None).await {
        Ok(answer) => answer,
        Err(error) => return Finding::of_error(&error),
    };
    let policy = value(&answer, "Policy");
    let enabled = serde_json::from_str::<serde_json::Value>(&policy)
        .is_ok_and(|policy| policy.get("IsEnabled").and_then(serde_json::Value::as_bool) == Some(true));
    if enabled {
        Finding::good("every table of the database takes streams")
    } else {
        Finding::note(
            "only tables with a policy of their own take streams",
            "`.alter table TABLE policy streamingingestion enable`, or the same of the database",
        )
    }
}

/// Asks for the resources of queued ingestion; also returns where blobs are uploaded to.
pub(super) async fn resources(connection: &Connection) -> (Finding, Option<String>) {
    let answer = connection.client.execute_command(&connection.database, ".get ingestion resources", None).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.is_permanent() => {
            let next = "the address of ingestion may be another: `--cluster https://ingest-…`";
            return (Finding::note(error.to_string(), next), None);
        }
        Err(error) => return (Finding::of_error(&error), None),
    };
    let rows = answer.primary().into_iter().flat_map(|table| table.iter().collect::<Vec<_>>());
    let resources: Vec<(String, String)> = rows
        .filter_map(|row| Some((row.get("ResourceTypeName")?.to_text(), row.get("StorageRoot")?.to_text())))
        .collect();
    let count = |name: &str| resources.iter().filter(|(kind, _)| kind == name).count();
    let queues = resources.iter().filter(|(kind, _)| kind.contains("ReadyForAggregationQueue")).count();
    let storage = resources.iter().find(|(kind, _)| kind == TEMPORARY_STORAGE).map(|(_, uri)| uri.clone());
    let told = format!("{} of temporary storage, {queues} of queues", count(TEMPORARY_STORAGE));
    let finding = if queues > 0 && storage.is_some() {
        Finding::good(told)
    } else {
        Finding::failed(told, "the service offers no place to upload to; its log says why")
    };
    (finding, storage)
}

/// Asks the storage anything at all: an answer is enough, as each signature allows something else.
pub(super) async fn staging(connection: &Connection, uri: &str) -> Finding {
    let place = uri.split(['?', ';']).next().unwrap_or_default();
    match connection.client.http().get(place).send().await {
        Ok(_) => Finding::good(format!("{place} answers")),
        Err(error) => {
            let cause = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
            let cause = cause.map(ToString::to_string).unwrap_or_default();
            Finding::failed(
                format!("cannot reach {place}: {cause}"),
                "uploads go there directly; the server's setting `staging-url` names it as clients see it",
            )
        }
    }
}

fn value(answer: &Dataset, column: &str) -> String {
    answer.primary().and_then(|table| table.value(0, column)).map(Scalar::to_text).unwrap_or_default()
}
