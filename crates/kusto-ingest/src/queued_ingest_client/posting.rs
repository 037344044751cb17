//! Telling the service of a blob: an entity for its status, then the message; or one request over REST.

use std::sync::Arc;

use calypso_protocol::{StatusTableReference, SubmittedBlob, submission_body, submitted_operation};
use parking_lot::Mutex;
use serde_json::Value;

use super::{QueuedIngestClient, Submission, reporting::Reporting};
use crate::{
    DataFormat, Error, IngestionProperties, ReportLevel, StatusReader,
    message::{Posting, rest_properties},
    resources::{IngestionResources, ResourceUri},
    status::{ByOperation, ByQueue, ByTable, Followed, Poll, Untracked, pending_entity},
    storage::{StatusTable, post_message},
};

/// Begins the ids of requests over REST.
const REQUEST_ID_PREFIX: &str = "KIC.execute";

/// A blob to tell of.
struct Blob<'b> {
    followed: Followed,
    /// With its secrets.
    uri: &'b str,
    raw_size: Option<u64>,
    format: DataFormat,
}

impl QueuedIngestClient {
    /// Tells the service of the blob at `uri`; returns what follows it.
    pub(super) async fn post(
        &self,
        followed: Followed,
        uri: &str,
        raw_size: Option<u64>,
        format: DataFormat,
        properties: &IngestionProperties,
    ) -> Result<Arc<dyn StatusReader>, Error> {
        let blob = Blob { followed, uri, raw_size, format };
        match self.submission(properties).await? {
            Submission::Rest => self.submit(blob, properties).await,
            _ => self.queue(blob, properties).await,
        }
    }

    async fn submission(&self, properties: &IngestionProperties) -> Result<Submission, Error> {
        let is_method_chosen = properties.report_method.is_some();
        match self.submission {
            Submission::Rest if is_method_chosen => {
                let reason = "what is submitted over REST is followed by its operation; leave it out";
                Err(Error::property("report_method", reason))
            }
            Submission::Preferred if !is_method_chosen => match self.inner.uploader.resources.configuration().await {
                Ok(configuration) if configuration.prefers_rest => Ok(Submission::Rest),
                Ok(_) => Ok(Submission::Queue),
                Err(error) => {
                    tracing::debug!(%error, "the service has no configuration of ingestion; its queue is used");
                    Ok(Submission::Queue)
                }
            },
            Submission::Preferred => Ok(Submission::Queue),
            chosen => Ok(chosen),
        }
    }

    async fn queue(&self, blob: Blob<'_>, properties: &IngestionProperties) -> Result<Arc<dyn StatusReader>, Error> {
        let mut reporting = Reporting::of(properties);
        let identity_token = self.inner.uploader.resources.identity_token().await?;
        let row_key = self.timing().ids.next_id().to_string();
        let table =
            if reporting.uses_table() { self.insert_status(&blob.followed, &row_key, reporting).await? } else { None };
        if table.is_none() && reporting.uses_table() {
            reporting = reporting.by_queue();
        }
        let partition_key = blob.followed.source_id.to_string();
        let details = self.inner.service.client_details();
        let posting = Posting {
            source_id: blob.followed.source_id,
            blob_path: blob.uri,
            raw_size: blob.raw_size,
            format: blob.format,
            report_level: reporting.level,
            report_method: reporting.method,
            status_entity: table.as_ref().map(|table| StatusTableReference {
                table_connection_string: table.url().as_str(),
                partition_key: &partition_key,
                row_key: &row_key,
            }),
            now: self.timing().clock.now(),
            application: &details.application_header(),
            client_version: &details.version_header(),
            identity_token: &identity_token,
        };
        self.post_text(&posting.to_text(properties)?).await?;
        Ok(self.reader(blob.followed, reporting, table, row_key))
    }

    /// Posts to the first queue that takes it.
    async fn post_text(&self, text: &str) -> Result<(), Error> {
        let uploader = &self.inner.uploader;
        let mut candidates = uploader.resources.candidates(IngestionResources::ready_queues).await?;
        let mut last = None;
        while let Some(queue) = candidates.next() {
            match post_message(&uploader.transport, &queue, text, &uploader.attempts).await {
                Ok(()) => {
                    candidates.succeeded(&queue);
                    return Ok(());
                }
                Err(failure) => {
                    candidates.failed(&queue, &failure).await;
                    last = Some(failure);
                }
            }
        }
        Err(last.map_or(Error::MissingResource { resource: "queue to post to" }, Error::from))
    }

    /// Inserts the entity that the service is to change. None where there is no table, unless the caller insists.
    async fn insert_status(
        &self,
        followed: &Followed,
        row_key: &str,
        reporting: Reporting,
    ) -> Result<Option<ResourceUri>, Error> {
        let uploader = &self.inner.uploader;
        let entity = pending_entity(followed, row_key, self.timing().clock.now());
        let mut candidates = uploader.resources.candidates(IngestionResources::status_tables).await?;
        let mut last = None;
        while let Some(table) = candidates.next() {
            let inserted = StatusTable { http: self.inner.service.http(), table: &table, attempts: &uploader.attempts };
            match inserted.insert(&entity).await {
                Ok(()) => {
                    candidates.succeeded(&table);
                    return Ok(Some(table));
                }
                Err(failure) => {
                    candidates.failed(&table, &failure).await;
                    last = Some(failure);
                }
            }
        }
        let error = last.map_or(Error::MissingResource { resource: "table of statuses" }, Error::from);
        if reporting.is_chosen {
            return Err(error);
        }
        tracing::warn!(%error, "the source is followed by the queues of notices");
        Ok(None)
    }

    fn reader(
        &self,
        followed: Followed,
        reporting: Reporting,
        table: Option<ResourceUri>,
        row_key: String,
    ) -> Arc<dyn StatusReader> {
        if reporting.level == ReportLevel::DoNotReport {
            return Arc::new(Untracked(followed));
        }
        let poll = Poll(self.timing().clone());
        match table {
            Some(table) => Arc::new(ByTable {
                followed,
                http: self.inner.service.http().clone(),
                attempts: self.inner.uploader.attempts.clone(),
                resources: self.inner.uploader.resources.clone(),
                poll,
                row_key,
                table: Mutex::new(table),
            }),
            None => Arc::new(ByQueue { followed, queues: self.status_queues(), poll }),
        }
    }

    async fn submit(&self, blob: Blob<'_>, properties: &IngestionProperties) -> Result<Arc<dyn StatusReader>, Error> {
        let submitted = SubmittedBlob {
            url: blob.uri.to_owned(),
            source_id: Some(blob.followed.source_id),
            raw_size: blob.raw_size,
        };
        let members = rest_properties(properties, blob.format);
        let body = submission_body(self.timing().clock.now(), &[submitted], &members);
        let body: Value = serde_json::from_str(&body).map_err(|error| Error::Answer { reason: error.to_string() })?;
        let (database, table) = (blob.followed.database.as_str(), blob.followed.table.as_str());
        let id = format!("{REQUEST_ID_PREFIX};{}", self.timing().ids.next_id());
        let segments = ["v1", "rest", "ingestion", "queued", database, table];
        let answer: Value = self.inner.service.post_json(&segments, &body, Some(&id)).await?;
        let operation = submitted_operation(answer.to_string().as_bytes())
            .map_err(|error| Error::Answer { reason: error.to_string() })?
            .ok_or_else(|| Error::Answer { reason: "the service tracks no operation of the submission".to_owned() })?;
        Ok(Arc::new(ByOperation {
            followed: blob.followed,
            service: self.inner.service.clone(),
            operation,
            poll: Poll(self.timing().clone()),
        }))
    }
}
