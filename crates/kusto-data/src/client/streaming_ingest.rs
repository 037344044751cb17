//! Streaming ingestion, one request: what clients of ingestion build on.
//!
//! <https://learn.microsoft.com/kusto/api/rest/streaming-ingest>

use std::{fmt, io, time::Duration};

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream::BoxStream};
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::{
    Client,
    exchange::{Exchange, GRACE},
    statement::server_timeout,
};
use crate::{ClientRequestProperties, Dataset, Error, client_details::header_text};

/// How long a service may work on a streaming ingestion.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10 * 60);
/// Begins the ids of ingestions that have none.
const REQUEST_ID_PREFIX: &str = "KRC.executeStreamingIngest";
const FROM_BLOB_REQUEST_ID_PREFIX: &str = "KRC.executeStreamingIngestFromBlob";

/// What is ingested.
#[non_exhaustive]
pub enum StreamBody {
    /// Data in memory.
    Bytes(Bytes),
    /// Data as it comes; it is sent once and not kept.
    Stream(BoxStream<'static, io::Result<Bytes>>),
    /// The URL of a blob, with what grants access to it, that the service fetches itself.
    Blob(String),
}

impl StreamBody {
    /// Returns a body of pieces that come one by one.
    pub fn stream(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self::Stream(pieces.boxed())
    }
}

impl fmt::Debug for StreamBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Stream(_) => f.write_str("Stream"),
            // Signatures of shared access are in the query.
            Self::Blob(url) => write!(f, "Blob({})", url.split('?').next().unwrap_or_default()),
        }
    }
}

/// One streaming ingestion.
#[derive(Debug)]
#[non_exhaustive]
pub struct StreamingIngestRequest {
    /// Empty for the connection's.
    pub database: String,
    pub table: String,
    /// Kusto's name of the format, such as `csv`.
    pub format: String,
    /// Name of an ingestion mapping of the table.
    pub mapping: Option<String>,
    pub body: StreamBody,
    /// Whether the body is compressed with gzip. Services look at the data themselves; this has the header said.
    pub gzip: bool,
    /// The exact id of the request. `…executeManagedStreamingIngest;<source id>;<attempt>` lets the service tell an
    /// attempt whose answer was lost from new data.
    pub client_request_id: Option<String>,
    /// Options become headers, as the other SDKs have it.
    pub properties: Option<ClientRequestProperties>,
}

impl StreamingIngestRequest {
    /// Returns a request of which only the necessary is set.
    #[must_use]
    pub fn new(table: impl Into<String>, format: impl Into<String>, body: StreamBody) -> Self {
        Self {
            database: String::new(),
            table: table.into(),
            format: format.into(),
            mapping: None,
            body,
            gzip: false,
            client_request_id: None,
            properties: None,
        }
    }

    /// Sets the database.
    #[must_use]
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = database.into();
        self
    }

    /// Sets the name of an ingestion mapping.
    #[must_use]
    pub fn with_mapping(mut self, mapping: impl Into<String>) -> Self {
        self.mapping = Some(mapping.into());
        self
    }

    /// Says whether the body is compressed with gzip.
    #[must_use]
    pub const fn with_gzip(mut self, gzip: bool) -> Self {
        self.gzip = gzip;
        self
    }

    /// Sets the exact id of the request.
    #[must_use]
    pub fn with_client_request_id(mut self, id: impl Into<String>) -> Self {
        self.client_request_id = Some(id.into());
        self
    }

    /// Sets options, and names for logs.
    #[must_use]
    pub fn with_properties(mut self, properties: ClientRequestProperties) -> Self {
        self.properties = Some(properties);
        self
    }
}

impl Client {
    /// Ingests into a table in one request; rows are durable and visible when it returns. Nothing is retried.
    ///
    /// Returns the service's table, whose column `ConsumedRecordsCount` Calypso fills; Azure's may be empty of meaning.
    ///
    /// # Errors
    /// As [`Client::execute_query`]; a body too large is [`crate::ErrorKind::TooLarge`].
    pub async fn stream_ingest(&self, request: StreamingIngestRequest) -> Result<Dataset, Error> {
        let is_blob = matches!(request.body, StreamBody::Blob(_));
        let prefix = if is_blob { FROM_BLOB_REQUEST_ID_PREFIX } else { REQUEST_ID_PREFIX };
        let from_properties = request.properties.as_ref().and_then(ClientRequestProperties::client_request_id);
        let own_id = request.client_request_id.as_deref().or(from_properties);
        let id = own_id.map_or_else(|| self.new_id(prefix), str::to_owned);
        let span = tracing::info_span!(
            "KustoClient.streaming_ingest",
            otel.kind = "client",
            kusto_cluster = %self.place(),
            database = self.database_or_default(&request.database),
            table = %request.table,
            client_request_id = %id,
        );
        self.stream_ingest_as(request, id).instrument(span).await
    }

    async fn stream_ingest_as(&self, request: StreamingIngestRequest, id: String) -> Result<Dataset, Error> {
        let StreamingIngestRequest { database, table, format, mapping, body, gzip, properties, .. } = request;
        let mut url = self.url(&["v1", "rest", "ingest", self.database_or_default(&database), &table])?;
        url.query_pairs_mut().append_pair("streamFormat", &format);
        if let Some(mapping) = &mapping {
            url.query_pairs_mut().append_pair("mappingName", mapping);
        }
        if matches!(body, StreamBody::Blob(_)) {
            url.query_pairs_mut().append_pair("sourceKind", "uri");
        }
        let mut message = self.0.http.post(url);
        if gzip && !matches!(body, StreamBody::Blob(_)) {
            message = message.header("content-encoding", "gzip");
        }
        message = match body {
            StreamBody::Bytes(bytes) => message.header("content-type", "application/octet-stream").body(bytes),
            StreamBody::Stream(pieces) => {
                message.header("content-type", "application/octet-stream").body(reqwest::Body::wrap_stream(pieces))
            }
            StreamBody::Blob(url) => message
                .header("content-type", "application/json; charset=utf-8")
                .body(json!({ "sourceUri": url }).to_string()),
        };
        for (name, value) in properties.iter().flat_map(ClientRequestProperties::options) {
            message = option_header(message, name, value);
        }
        let time_limit = server_timeout(properties.as_ref(), TIMEOUT_DEFAULT) + GRACE;
        let exchange =
            Exchange { request: message, client_request_id: id, properties: properties.as_ref(), time_limit };
        let answer = self.send(exchange).await?;
        let origin = answer.origin();
        let text = self.text(answer).await?;
        let dataset = Dataset::from_v1(&text).map_err(|reason| origin.malformed(&reason))?;
        if dataset.tables().is_empty() {
            return Err(origin.malformed("the answer has no table"));
        }
        dataset.or_partial_failure(false).map_err(|error| origin.marked(error))
    }
}

/// Adds an option as a header, if its name can be one.
fn option_header(message: reqwest::RequestBuilder, name: &str, value: &Value) -> reqwest::RequestBuilder {
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_name {
        return message;
    }
    let text = if let Value::String(text) = value { text.clone() } else { value.to_string() };
    message.header(name, header_text(&text))
}
