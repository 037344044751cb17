//! The background work of the service, as values with a shutdown.

use calypso_storage::Maintenance;

use crate::{App, queued::QueuedTasks};

/// The running background work. Storage's maintenance seals, merges, applies retention and forgets old ingestion
/// sources of the catalog.
pub(crate) struct Background {
    maintenance: Maintenance,
    queued: QueuedTasks,
}

impl Background {
    pub(crate) fn start(app: &App) -> Self {
        Self { maintenance: app.storage.start_maintenance(), queued: QueuedTasks::start(app) }
    }

    /// Stops everything and waits for it.
    pub(crate) async fn shutdown(self) {
        self.queued.shutdown().await;
        self.maintenance.shutdown().await;
    }
}
