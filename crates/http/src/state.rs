//! What the endpoints share.

use std::{fmt, sync::Arc};

use calypso_app::Service;
use calypso_clock::{Clock, Ids, RandomIds, SystemClock};
use calypso_staging::LocalStaging;
use tokio::sync::Semaphore;

use crate::{HttpSettings, Metrics};

/// What a router is made of.
#[derive(Clone)]
pub struct Transport {
    pub service: Arc<dyn Service>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub metrics: Metrics,
    pub settings: HttpSettings,
    /// The built-in storage account, if there is one: answered under its name.
    pub staging: Option<LocalStaging>,
}

impl Transport {
    /// Returns a transport over `service` with the system's clock, random ids, own metrics and default settings.
    #[must_use]
    pub fn new(service: Arc<dyn Service>) -> Self {
        Self {
            service,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            metrics: Metrics::new(),
            settings: HttpSettings::default(),
            staging: None,
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The state behind every handler; clones are the same state.
#[derive(Clone)]
pub(crate) struct HttpState {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) service: Arc<dyn Service>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) metrics: Metrics,
    pub(crate) settings: HttpSettings,
    /// One permit per streaming ingestion under way.
    pub(crate) streaming_slots: Arc<Semaphore>,
    pub(crate) staging: Option<LocalStaging>,
    /// One permit per blob being written to the storage account; more wait.
    pub(crate) upload_slots: Arc<Semaphore>,
}

impl HttpState {
    pub(crate) fn new(transport: Transport) -> Self {
        let Transport { service, clock, ids, metrics, settings, staging } = transport;
        let slots = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let (streaming_slots, upload_slots) = (slots(settings.streaming_requests_max), slots(settings.uploads_max));
        let shared = Shared { service, clock, ids, metrics, settings, streaming_slots, staging, upload_slots };
        Self { shared: Arc::new(shared) }
    }
}

impl std::ops::Deref for HttpState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}
