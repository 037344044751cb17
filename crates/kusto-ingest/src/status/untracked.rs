//! A source whose caller wants no report.

use std::time::Duration;

use async_trait::async_trait;

use super::Followed;
use crate::{Error, IngestionStatus, StatusReader};

/// See the file's header: asking says that nothing can be known.
#[derive(Debug)]
pub(crate) struct Untracked(pub(crate) Followed);

#[async_trait]
impl StatusReader for Untracked {
    async fn status(&self) -> Result<IngestionStatus, Error> {
        Err(Error::NoStatus {
            source_id: self.0.source_id,
            reason: "it was queued with the report level DoNotReport".to_owned(),
        })
    }

    async fn wait(&self, _: Duration) -> Result<IngestionStatus, Error> {
        self.status().await
    }

    fn blob_path(&self) -> Option<&str> {
        Some(&self.0.blob_path)
    }
}
