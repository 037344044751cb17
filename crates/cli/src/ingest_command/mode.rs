//! How data reaches the table, and the client of the SDK that brings it there so.

use std::sync::Arc;

use kusto_data::{ClientOptions, ConnectionStringBuilder};
use kusto_ingest::{
    Error, IngestClient, IngestClientOptions, ManagedStreamingIngestClient, QueuedIngestClient, StreamingIngestClient,
};

use super::fallback::Fallback;

/// See the file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Mode {
    /// Rows are durable and visible at once.
    Streaming,
    /// Streaming; what cannot be streamed is queued.
    Managed,
    /// Rows become visible when their batch is sealed.
    Queued,
}

impl Mode {
    /// Returns a client; nothing is sent yet. `fallback` hears why managed streaming queues.
    ///
    /// # Errors
    /// As the SDK's constructors.
    pub(super) fn client(
        self,
        connection: ConnectionStringBuilder,
        options: ClientOptions,
        fallback: &Arc<Fallback>,
    ) -> Result<Arc<dyn IngestClient>, Error> {
        let streaming = IngestClientOptions::default().with_client_options(options.clone());
        Ok(match self {
            Self::Streaming => Arc::new(StreamingIngestClient::with_options(connection, streaming)?),
            Self::Managed => Arc::new(
                ManagedStreamingIngestClient::with_options(connection, streaming)?
                    .with_policy(Arc::<Fallback>::clone(fallback)),
            ),
            Self::Queued => {
                let options = IngestClientOptions::default().with_client_options(options);
                Arc::new(QueuedIngestClient::with_options(connection, options)?)
            }
        })
    }
}
