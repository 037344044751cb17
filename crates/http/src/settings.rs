//! What the endpoints may be told.

use std::time::Duration;

use calypso_protocol::AuthMetadata;

/// Limits and defaults of the endpoints.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Largest body of a query or management request.
    pub statement_bytes_max: usize,
    /// Largest body of a streaming ingestion, as it comes, perhaps compressed.
    pub streaming_body_bytes_max: usize,
    /// Streaming ingestions at one time; more are told to come later.
    pub streaming_requests_max: usize,
    /// Time a query has when the request does not say.
    pub query_timeout: Duration,
    /// Time a management command has when the request does not say.
    pub command_timeout: Duration,
    /// Time a streaming ingestion has when the request does not say.
    pub ingest_timeout: Duration,
    /// Origins of web pages that may call, besides those on this machine; `*` for any.
    pub allowed_origins: Vec<String>,
    /// Whether `X-Forwarded-Proto` and `X-Forwarded-Host` tell how the caller reached us.
    pub trust_forwarded_headers: bool,
    /// `<scheme>://<host>:<port>` that callers are told to reach us by, whatever way they came.
    pub public_url: Option<String>,
    /// Blobs and blocks that are written to the storage account at one time; more wait.
    pub uploads_max: usize,
    /// Where clients obtain tokens.
    pub auth_metadata: AuthMetadata,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            statement_bytes_max: 16 * 1024 * 1024,
            streaming_body_bytes_max: 10 * 1024 * 1024,
            streaming_requests_max: 256,
            query_timeout: Duration::from_secs(4 * 60),
            command_timeout: Duration::from_secs(10 * 60),
            ingest_timeout: Duration::from_secs(10 * 60),
            allowed_origins: Vec::new(),
            trust_forwarded_headers: false,
            public_url: None,
            uploads_max: 256,
            auth_metadata: AuthMetadata::default(),
        }
    }
}
