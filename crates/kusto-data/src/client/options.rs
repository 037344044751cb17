//! How a client reaches its service.

use std::{fmt, sync::Arc, time::Duration};

use calypso_clock::{Clock, Ids, RandomIds, SystemClock};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Largest answer that is held in memory; services cut results at 64 MB unless a query asks for more.
const ANSWER_BYTES_MAX_DEFAULT: usize = 1 << 30;

/// Largest frame of a streamed answer; services send fragments of a few MB, or whole tables of at most 64 MB.
const FRAME_BYTES_MAX_DEFAULT: usize = 128 << 20;

/// Options of a [`crate::Client`].
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientOptions {
    /// Connections to use in place of own ones; the options below that concern connections then mean nothing.
    pub http_client: Option<reqwest::Client>,
    /// How long a connection may take to come about: 10 s.
    pub connect_timeout: Duration,
    /// Certificates (PEM) of authorities to trust besides the system's, such as `DATA/tls/ca.pem` of `calypso serve`.
    pub authorities_pem: Option<Vec<u8>>,
    /// Largest answer of [`crate::Client::execute_query`], in bytes as received after decompression: 1 GiB.
    pub answer_bytes_max: usize,
    /// Largest frame of [`crate::Client::execute_streaming`], in bytes: 128 MiB. A stream holds one at a time.
    pub frame_bytes_max: usize,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            http_client: None,
            connect_timeout: CONNECT_TIMEOUT_DEFAULT,
            authorities_pem: None,
            answer_bytes_max: ANSWER_BYTES_MAX_DEFAULT,
            frame_bytes_max: FRAME_BYTES_MAX_DEFAULT,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }
}

impl ClientOptions {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses these connections: for proxies, client certificates, and whatever else is not an option here. They should
    /// follow no redirects, lest a token goes where they lead.
    #[must_use]
    pub fn with_http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets how long a connection may take to come about.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Trusts more authorities, given as certificates in PEM form.
    #[must_use]
    pub fn with_authorities_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities_pem = Some(pem.into());
        self
    }

    /// Sets the largest answer in bytes.
    #[must_use]
    pub const fn with_answer_bytes_max(mut self, bytes: usize) -> Self {
        self.answer_bytes_max = bytes;
        self
    }

    /// Sets the largest frame in bytes.
    #[must_use]
    pub const fn with_frame_bytes_max(mut self, bytes: usize) -> Self {
        self.frame_bytes_max = bytes;
        self
    }

    /// Sets where the time comes from, by which tokens expire.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where request ids come from.
    #[must_use]
    pub fn with_ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.ids = ids;
        self
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("http_client", &self.http_client.is_some())
            .field("connect_timeout", &self.connect_timeout)
            .field("authorities_pem", &self.authorities_pem.as_ref().map(Vec::len))
            .field("answer_bytes_max", &self.answer_bytes_max)
            .finish_non_exhaustive()
    }
}
