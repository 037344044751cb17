//! Streaming ingestion with retries: one body, rows durable and visible when the call returns.
//!
//! Every attempt carries the same source id in `x-ms-client-request-id`, by which a service tells an attempt whose answer
//! was lost from new data. <https://learn.microsoft.com/kusto/api/rest/streaming-ingest>

#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Client, ClientError};

/// How often and how slowly a passing error is tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    pub(crate) count_max: u32,
    /// Pause before the first; each further one is twice as long.
    pub(crate) first_pause: Duration,
}

impl Retries {
    /// As managed streaming clients do.
    pub(crate) const DEFAULT: Self = Self { count_max: 3, first_pause: Duration::from_secs(1) };
}

/// What is ingested.
#[derive(Debug, Clone)]
pub(crate) enum StreamBody {
    Data {
        bytes: Bytes,
        gzip: bool,
    },
    /// The service fetches the data itself.
    Uri(String),
}

/// One streaming ingestion.
#[derive(Debug, Clone)]
pub(crate) struct StreamRequest<'a> {
    pub(crate) table: &'a str,
    /// Kusto's name of the format, such as `csv`.
    pub(crate) format: &'a str,
    /// Name of an ingestion mapping of the table.
    pub(crate) mapping: Option<&'a str>,
    pub(crate) body: StreamBody,
    pub(crate) source_id: Uuid,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamedRows {
    /// Rows that this attempt added: none if an earlier one had added them already.
    pub(crate) count: u64,
    /// From one.
    pub(crate) attempt: u32,
}

impl Client {
    /// Ingests; tells `on_retry` of every passing error and of the pause that follows.
    pub(crate) async fn stream(
        &self,
        request: &StreamRequest<'_>,
        retries: Retries,
        mut on_retry: impl FnMut(&ClientError, Duration),
    ) -> Result<StreamedRows, ClientError> {
        let mut pause = retries.first_pause;
        for attempt in 1.. {
            match self.stream_once(request, attempt).await {
                Ok(count) => return Ok(StreamedRows { count, attempt }),
                Err(error) if attempt <= retries.count_max && error.is_transient() => {
                    on_retry(&error, pause);
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Err(error) => return Err(error),
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn stream_once(&self, request: &StreamRequest<'_>, attempt: u32) -> Result<u64, ClientError> {
        let mut url = self.url(&["v1", "rest", "ingest", &self.database, request.table]);
        url.query_pairs_mut().append_pair("streamFormat", request.format);
        if let Some(mapping) = request.mapping {
            url.query_pairs_mut().append_pair("mappingName", mapping);
        }
        let message = match &request.body {
            StreamBody::Data { bytes, gzip } => {
                let message = self.http.post(url).header("content-type", "application/octet-stream");
                let message = if *gzip { message.header("content-encoding", "gzip") } else { message };
                message.body(bytes.clone())
            }
            StreamBody::Uri(uri) => {
                url.query_pairs_mut().append_pair("sourceKind", "uri");
                self.http.post(url).json(&json!({ "SourceUri": uri }))
            }
        };
        let request_id = format!("KRC.executeManagedStreamingIngest;{};{attempt}", request.source_id);
        let bytes = self.send(message, &request_id).await?;
        let answer = Answer::from_v1(&bytes).map_err(|reason| self.not_kusto(reason))?;
        consumed_records(&answer).ok_or_else(|| self.not_kusto("it does not say how many records it consumed"))
    }
}

fn consumed_records(answer: &Answer) -> Option<u64> {
    let table = answer.tables.first()?;
    let column = table.columns.iter().position(|column| column.name == "ConsumedRecordsCount")?;
    table.rows.first()?.get(column).and_then(Value::as_u64)
}
