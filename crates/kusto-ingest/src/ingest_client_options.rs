//! What the clients of ingestion share: how they reach their service, and where time and ids come from.

use std::{sync::Arc, time::Duration};

use calypso_clock::{Clock, Ids};
use futures::future::BoxFuture;
use kusto_data::{Client, ClientOptions, ConnectionStringBuilder};

use crate::{Error, endpoint, timing::Timing};

/// Options of every client of ingestion.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IngestClientOptions {
    /// Whether `ingest-` is added to or taken from the host as the client needs it: yes. Hosts of this machine and
    /// addresses are never changed.
    pub correct_endpoint: bool,
    /// How the service is reached: trust, connections.
    pub client_options: ClientOptions,
    pub(crate) timing: Timing,
}

impl Default for IngestClientOptions {
    fn default() -> Self {
        Self { correct_endpoint: true, client_options: ClientOptions::default(), timing: Timing::default() }
    }
}

impl IngestClientOptions {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves the address as it is.
    #[must_use]
    pub const fn without_endpoint_correction(mut self) -> Self {
        self.correct_endpoint = false;
        self
    }

    /// Sets how the service is reached.
    #[must_use]
    pub fn with_client_options(mut self, options: ClientOptions) -> Self {
        self.client_options = options;
        self
    }

    /// Sets where the time comes from.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.timing.clock = clock;
        self
    }

    /// Sets where source ids and jitter come from.
    #[must_use]
    pub fn with_ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.timing.ids = ids;
        self
    }

    /// Sets how clients wait: between attempts, and for deadlines.
    #[must_use]
    pub fn with_sleep(mut self, sleep: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        self.timing.sleep = Arc::new(sleep);
        self
    }

    /// Returns a client of the engine of `connection`.
    ///
    /// # Errors
    /// As [`Client::with_options`].
    pub(crate) fn engine(&self, connection: ConnectionStringBuilder) -> Result<Client, Error> {
        let connection = if self.correct_endpoint { endpoint::to_engine(connection)? } else { connection };
        Ok(Client::with_options(connection, self.client_options.clone())?)
    }

    /// Returns a client of the data management of `connection`.
    ///
    /// # Errors
    /// As [`Client::with_options`].
    pub(crate) fn data_management(&self, connection: ConnectionStringBuilder) -> Result<Client, Error> {
        let connection = if self.correct_endpoint { endpoint::to_ingestion(connection)? } else { connection };
        Ok(Client::with_options(connection, self.client_options.clone())?)
    }
}
