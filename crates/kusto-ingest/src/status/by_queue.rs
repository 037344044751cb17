//! The status as a notice in one of the service's queues.
//!
//! The queues are shared by all who ingest through the service, and readers discard what they have read. So following
//! one source looks at what lies in front and finds what is there: choose it where the table cannot be had.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use calypso_protocol::{IngestionNotice, IngestionStatus as OperationStatus};

use super::{Followed, Poll};
use crate::{Error, IngestionStatus, IngestionStatusQueues, StatusQueue, StatusReader};

/// Notices of each queue that are looked at.
const LOOKED_AT: usize = 32;

/// See the file's header.
pub(crate) struct ByQueue {
    pub(crate) followed: Followed,
    pub(crate) queues: IngestionStatusQueues,
    pub(crate) poll: Poll,
}

impl ByQueue {
    async fn find(&self, queue: &StatusQueue) -> Result<Option<IngestionNotice>, Error> {
        let notices = queue.peek(LOOKED_AT).await?;
        let ours = |notice: &IngestionNotice| {
            notice.source_id == self.followed.source_id
                && notice.database == self.followed.database
                && notice.table == self.followed.table
        };
        Ok(notices.into_iter().find(ours))
    }
}

#[async_trait]
impl StatusReader for ByQueue {
    async fn status(&self) -> Result<IngestionStatus, Error> {
        // A source whose update policy failed has both notices: the failure says more.
        let notice = match self.find(self.queues.failures()).await? {
            Some(notice) => Some(notice),
            None => self.find(self.queues.successes()).await?,
        };
        let Some(notice) = notice else {
            return Ok(IngestionStatus::new(self.followed.source_id, OperationStatus::Queued));
        };
        Ok(read(&notice))
    }

    async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error> {
        self.poll.until_terminal(self.followed.source_id, deadline, || self.status()).await
    }

    fn blob_path(&self) -> Option<&str> {
        Some(&self.followed.blob_path)
    }
}

impl fmt::Debug for ByQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByQueue").field("followed", &self.followed).finish_non_exhaustive()
    }
}

fn read(notice: &IngestionNotice) -> IngestionStatus {
    let status = match &notice.failure {
        None => OperationStatus::Succeeded,
        Some(failure) if failure.originates_from_update_policy => OperationStatus::PartiallySucceeded,
        Some(_) => OperationStatus::Failed,
    };
    let mut read = IngestionStatus::new(notice.source_id, status);
    read.updated_on = Some(notice.at);
    read.operation_id = Some(notice.operation_id).filter(|id| !id.is_nil());
    if let Some(failure) = &notice.failure {
        read.error_code = Some(failure.error_code.clone());
        read.failure_status = Some(failure.failure_status);
        read.details = Some(failure.details.clone()).filter(|details| !details.is_empty());
    }
    read
}

#[cfg(test)]
mod tests {
    use calypso_protocol::{FailureNotice, FailureStatus};
    use calypso_types::DateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn notices_tell_of_successes_and_failures() {
        let mut notice = IngestionNotice {
            operation_id: Uuid::from_u128(1),
            database: "db".to_owned(),
            table: "T".to_owned(),
            at: DateTime::UNIX_EPOCH,
            source_id: Uuid::from_u128(2),
            source_path: String::new(),
            root_activity_id: Uuid::nil(),
            failure: None,
        };
        assert_eq!(read(&notice).status, OperationStatus::Succeeded);
        notice.failure = Some(FailureNotice {
            details: "no".to_owned(),
            error_code: "BadRequest_EmptyBlob".to_owned(),
            failure_status: FailureStatus::Permanent,
            originates_from_update_policy: false,
            should_retry: false,
        });
        let failed = read(&notice);
        assert_eq!(
            (failed.status, failed.error_code.as_deref()),
            (OperationStatus::Failed, Some("BadRequest_EmptyBlob"))
        );
    }
}
