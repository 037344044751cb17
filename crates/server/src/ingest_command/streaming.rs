//! Streaming ingestion with retries: one body, rows durable and visible when the call returns.
//!
//! Every attempt carries the same source id in `x-ms-client-request-id`, by which a service tells an attempt whose answer
//! was lost from new data. <https://learn.microsoft.com/kusto/api/rest/streaming-ingest>

#[cfg(test)]
mod tests;

use std::time::Duration;

use calypso_cli::connect::Connection;
use calypso_types::Scalar;
use kusto_data::{Error, ErrorKind, StreamBody, StreamingIngestRequest};
use uuid::Uuid;

/// How often and how slowly a passing error is tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retries {
    pub(super) count_max: u32,
    /// Pause before the first; each further one is twice as long.
    pub(super) first_pause: Duration,
}

impl Retries {
    /// As managed streaming clients do.
    pub(super) const DEFAULT: Self = Self { count_max: 3, first_pause: Duration::from_secs(1) };
}

/// What is ingested.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Data {
        bytes: bytes::Bytes,
        gzip: bool,
    },
    /// The service fetches the data itself.
    Uri(String),
}

/// One streaming ingestion.
#[derive(Debug, Clone)]
pub(super) struct StreamRequest<'a> {
    pub(super) table: &'a str,
    /// Kusto's name of the format, such as `csv`.
    pub(super) format: &'a str,
    /// Name of an ingestion mapping of the table.
    pub(super) mapping: Option<&'a str>,
    pub(super) body: Body,
    pub(super) source_id: Uuid,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamedRows {
    /// Rows that this attempt added: none if an earlier one had added them already.
    pub(super) count: u64,
    /// From one.
    pub(super) attempt: u32,
}

/// Ingests; tells `on_retry` of every passing error and of the pause that follows.
pub(super) async fn stream(
    connection: &Connection,
    request: &StreamRequest<'_>,
    retries: Retries,
    mut on_retry: impl FnMut(&Error, Duration),
) -> Result<StreamedRows, Error> {
    let mut pause = retries.first_pause;
    for attempt in 1.. {
        match stream_once(connection, request, attempt).await {
            Ok(count) => return Ok(StreamedRows { count, attempt }),
            Err(error) if attempt <= retries.count_max && is_passing(&error) => {
                on_retry(&error, pause);
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(error) => return Err(error),
        }
    }
    unreachable!("the last attempt returns")
}

/// Says whether the same request may succeed later.
pub(super) fn is_passing(error: &Error) -> bool {
    !error.is_permanent() && error.kind() != ErrorKind::MalformedAnswer
}

async fn stream_once(connection: &Connection, request: &StreamRequest<'_>, attempt: u32) -> Result<u64, Error> {
    let (body, gzip) = match &request.body {
        Body::Data { bytes, gzip } => (StreamBody::Bytes(bytes.clone()), *gzip),
        Body::Uri(uri) => (StreamBody::Blob(uri.clone()), false),
    };
    let id = format!("KRC.executeManagedStreamingIngest;{};{attempt}", request.source_id);
    let message = StreamingIngestRequest::new(request.table, request.format, body)
        .with_database(&connection.database)
        .with_gzip(gzip)
        .with_client_request_id(id);
    let message = match request.mapping {
        Some(mapping) => message.with_mapping(mapping),
        None => message,
    };
    let answer = connection.client.stream_ingest(message).await?;
    match answer.primary().and_then(|table| table.value(0, "ConsumedRecordsCount")) {
        Some(Scalar::Long(count)) => Ok(u64::try_from(*count).unwrap_or(0)),
        _ => Err(Error::new(ErrorKind::MalformedAnswer, "the answer does not say how many records were consumed")),
    }
}
