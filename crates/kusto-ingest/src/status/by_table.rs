//! The status as an entity of a table: the client inserts it as `Pending`, the service changes it.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use calypso_protocol::{FailureStatus, IngestionStatus as OperationStatus};
use calypso_types::DateTime;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Followed, Poll};
use crate::{
    Error, IngestionStatus, StatusReader,
    resources::{ResourceManager, ResourceUri},
    storage::{Attempts, StatusTable},
};

/// What stands for no error code.
const NO_CODE: &str = "Unknown";

/// See the file's header.
pub(crate) struct ByTable {
    pub(crate) followed: Followed,
    pub(crate) http: reqwest::Client,
    pub(crate) attempts: Attempts,
    pub(crate) resources: ResourceManager,
    pub(crate) poll: Poll,
    /// Of this ingestion of the source: a source that is ingested again has another.
    pub(crate) row_key: String,
    pub(crate) table: Mutex<ResourceUri>,
}

/// Returns the entity that a client inserts before it posts the message.
pub(crate) fn pending_entity(followed: &Followed, row_key: &str, now: DateTime) -> Value {
    json!({
        "PartitionKey": followed.source_id,
        "RowKey": row_key,
        "Status": OperationStatus::Pending.name(),
        "IngestionSourceId": followed.source_id,
        "IngestionSourcePath": followed.blob_path,
        "Database": followed.database,
        "Table": followed.table,
        "UpdatedOn": now.to_iso(),
        "UpdatedOn@odata.type": "Edm.DateTime",
        "OperationId": Uuid::nil(),
        "ActivityId": Uuid::nil(),
        "ErrorCode": NO_CODE,
        "FailureStatus": FailureStatus::Unknown.name(),
        "Details": "",
        "OriginatesFromUpdatePolicy": false,
    })
}

impl ByTable {
    async fn entity(&self) -> Result<Option<Map<String, Value>>, Error> {
        let partition_key = self.followed.source_id.to_string();
        let table = self.table.lock().clone();
        let read = async |table: &ResourceUri| {
            StatusTable { http: &self.http, table, attempts: &self.attempts }.get(&partition_key, &self.row_key).await
        };
        match read(&table).await {
            Err(failure) if failure.is_outdated() => {
                let Some(fresh) = self.fresh(&table).await? else { return Err(failure.into()) };
                let entity = read(&fresh).await;
                // A signature that was just given and is refused will not do later either.
                let entity = entity.map_err(|failure| Error::NoStatus {
                    source_id: self.followed.source_id,
                    reason: failure.to_string(),
                })?;
                *self.table.lock() = fresh;
                Ok(entity)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Returns the same table with another signature, if the service has one.
    async fn fresh(&self, table: &ResourceUri) -> Result<Option<ResourceUri>, Error> {
        let known = self.resources.resources().await?;
        let same = |list: &[ResourceUri]| {
            list.iter().find(|other| other.location() == table.location() && *other != table).cloned()
        };
        match same(known.status_tables()) {
            Some(found) => Ok(Some(found)),
            None => Ok(same(self.resources.resources_other_than(&known).await?.status_tables())),
        }
    }
}

#[async_trait]
impl StatusReader for ByTable {
    async fn status(&self) -> Result<IngestionStatus, Error> {
        let entity = self.entity().await?;
        let entity = entity.ok_or_else(|| Error::NoStatus {
            source_id: self.followed.source_id,
            reason: "the table of statuses has it no more".to_owned(),
        })?;
        read(self.followed.source_id, &entity)
    }

    async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error> {
        self.poll.until_terminal(self.followed.source_id, deadline, || self.status()).await
    }

    fn blob_path(&self) -> Option<&str> {
        Some(&self.followed.blob_path)
    }
}

impl fmt::Debug for ByTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByTable").field("followed", &self.followed).finish_non_exhaustive()
    }
}

fn read(source_id: Uuid, entity: &Map<String, Value>) -> Result<IngestionStatus, Error> {
    let text = |name: &str| entity.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let status = text("Status").and_then(OperationStatus::parse).ok_or_else(|| Error::Answer {
        reason: format!("'{}' is no status of an ingestion", text("Status").unwrap_or_default()),
    })?;
    let guid = |name| text(name).and_then(|text| Uuid::try_parse(text).ok()).filter(|id| !id.is_nil());
    let mut read = IngestionStatus::new(source_id, status);
    read.updated_on = text("UpdatedOn").and_then(DateTime::parse);
    read.operation_id = guid("OperationId");
    read.error_code = text("ErrorCode").filter(|code| *code != NO_CODE).map(str::to_owned);
    if matches!(status, OperationStatus::Failed | OperationStatus::PartiallySucceeded) {
        read.failure_status =
            Some(text("FailureStatus").and_then(FailureStatus::parse).unwrap_or(FailureStatus::Unknown));
        read.error_code.get_or_insert_with(|| NO_CODE.to_owned());
    }
    read.details = text("Details").map(str::to_owned);
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_was_inserted_is_read_as_pending() {
        let followed = Followed {
            source_id: Uuid::from_u128(7),
            database: "db".to_owned(),
            table: "T".to_owned(),
            blob_path: "http://h/b".to_owned(),
        };
        let inserted = entity(pending_entity(&followed, "r", DateTime::UNIX_EPOCH));
        let mut expected = IngestionStatus::new(followed.source_id, OperationStatus::Pending);
        expected.updated_on = Some(DateTime::UNIX_EPOCH);
        assert_eq!(read(followed.source_id, &inserted).unwrap(), expected);
        assert_eq!(inserted["RowKey"], "r");
    }

    #[test]
    fn a_failure_has_its_code_and_says_whether_to_try_again() {
        let failed = entity(json!({
            "Status": "Failed", "ErrorCode": "BadRequest_EmptyBlob", "FailureStatus": "Permanent", "Details": "empty",
            "OperationId": "fad8f225-7d1b-4f0a-9d2e-5b6a7c8d9e0f", "UpdatedOn": "2026-01-01T00:00:00.0000000Z",
        }));
        let status = read(Uuid::nil(), &failed).unwrap();
        assert_eq!(status.error_code.as_deref(), Some("BadRequest_EmptyBlob"));
        assert_eq!(status.failure_status, Some(FailureStatus::Permanent));
        assert_eq!(status.details.as_deref(), Some("empty"));
        assert!(status.is_terminal() && status.operation_id.is_some() && status.updated_on.is_some());
    }

    #[test]
    fn a_status_that_is_not_known_is_an_error_that_names_it() {
        let error = read(Uuid::nil(), &entity(json!({"Status": "Melted"}))).unwrap_err().to_string();
        assert!(error.contains("Melted"), "{error}");
    }
}
