//! The status as the service tells it over REST, of a source that was submitted so.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use calypso_protocol::{BlobStatus, IngestionStatus as OperationStatus, OperationStatus as Operation};
use kusto_data::Client;
use serde_json::Value;
use uuid::Uuid;

use super::{Followed, Poll};
use crate::{Error, IngestionStatus, StatusReader};

/// The service lists an operation a moment after it was submitted.
const NOT_LISTED_YET: u16 = 404;

/// See the file's header.
pub(crate) struct ByOperation {
    pub(crate) followed: Followed,
    pub(crate) service: Client,
    pub(crate) operation: String,
    pub(crate) poll: Poll,
}

#[async_trait]
impl StatusReader for ByOperation {
    async fn status(&self) -> Result<IngestionStatus, Error> {
        let source_id = self.followed.source_id;
        let (database, table) = (self.followed.database.as_str(), self.followed.table.as_str());
        let segments = ["v1", "rest", "ingestion", "queued", database, table, &self.operation];
        let answer: Value = match self.service.get_json(&segments, &[("details", "true")], None).await {
            Err(error) if error.status() == Some(NOT_LISTED_YET) => {
                return Ok(IngestionStatus::new(source_id, OperationStatus::Queued));
            }
            answer => answer?,
        };
        let operation = Operation::parse(answer.to_string().as_bytes())
            .map_err(|error| Error::Answer { reason: error.to_string() })?;
        let blobs = operation.details.unwrap_or_default();
        let blob = blobs.iter().find(|blob| blob.source_id == source_id);
        let mut status = blob.map_or_else(|| IngestionStatus::new(source_id, OperationStatus::Queued), read);
        status.operation_id = Uuid::try_parse(&self.operation).ok();
        Ok(status)
    }

    async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error> {
        self.poll.until_terminal(self.followed.source_id, deadline, || self.status()).await
    }

    fn blob_path(&self) -> Option<&str> {
        Some(&self.followed.blob_path)
    }
}

impl fmt::Debug for ByOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByOperation")
            .field("followed", &self.followed)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// A blob in progress counts as queued: nothing is in the table yet.
fn read(blob: &BlobStatus) -> IngestionStatus {
    let status = OperationStatus::parse(blob.status).unwrap_or(OperationStatus::Queued);
    let mut read = IngestionStatus::new(blob.source_id, status);
    read.updated_on = Some(blob.updated_on);
    if let Some(failure) = &blob.failure {
        read.error_code = Some(failure.error_code.clone());
        read.failure_status = Some(failure.status);
        read.details = Some(failure.details.clone()).filter(|details| !details.is_empty());
    }
    read
}
