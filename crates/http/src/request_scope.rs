//! The identity of one request, and the measurement that ends when its last byte was handed over.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Instant,
};

use axum::http::HeaderMap;
use calypso_protocol::unspecified_client_request_id;
use calypso_types::DateTime;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{Metrics, state::HttpState};

/// Longest client request id that is kept; the rest is cut.
const CLIENT_REQUEST_ID_LENGTH_MAX: usize = 1024;
/// The header that names a request.
pub(crate) const CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";
/// The header that carries our own name for it.
pub(crate) const ACTIVITY_ID: &str = "x-ms-activity-id";

/// One request; clones are the same request.
#[derive(Clone)]
pub(crate) struct RequestScope {
    inner: Arc<Inner>,
}

struct Inner {
    activity_id: Uuid,
    started_on: DateTime,
    client_request_id: Mutex<ClientRequestId>,
    endpoint: String,
    began: Instant,
    status: AtomicU16,
    metrics: Metrics,
}

struct ClientRequestId {
    text: String,
    given: bool,
}

impl RequestScope {
    /// Begins the request: counts it as in flight until the last clone is dropped.
    pub(crate) fn begin(state: &HttpState, headers: &HeaderMap, endpoint: &str) -> Self {
        let activity_id = state.ids.next_id();
        let given = headers.get(CLIENT_REQUEST_ID).map(|value| bounded(&String::from_utf8_lossy(value.as_bytes())));
        let given = given.filter(|text| !text.is_empty());
        let client_request_id = match given {
            Some(text) => ClientRequestId { text, given: true },
            None => ClientRequestId { text: unspecified_client_request_id(activity_id), given: false },
        };
        state.metrics.request_began();
        Self {
            inner: Arc::new(Inner {
                activity_id,
                started_on: state.clock.now(),
                client_request_id: Mutex::new(client_request_id),
                endpoint: endpoint.to_owned(),
                began: Instant::now(),
                status: AtomicU16::new(0),
                metrics: state.metrics.clone(),
            }),
        }
    }

    pub(crate) fn activity_id(&self) -> Uuid {
        self.inner.activity_id
    }

    pub(crate) fn started_on(&self) -> DateTime {
        self.inner.started_on
    }

    /// When the request arrived, on the monotonic clock.
    pub(crate) fn began(&self) -> Instant {
        self.inner.began
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    pub(crate) fn client_request_id(&self) -> String {
        self.inner.client_request_id.lock().text.clone()
    }

    /// Takes the id that the body carries, unless the header had one.
    pub(crate) fn name_if_unnamed(&self, client_request_id: &str) {
        let mut id = self.inner.client_request_id.lock();
        if !id.given && !client_request_id.is_empty() {
            *id = ClientRequestId { text: bounded(client_request_id), given: true };
        }
    }

    /// Notes the status that went out.
    pub(crate) fn set_status(&self, status: u16) {
        self.inner.status.store(status, Ordering::Relaxed);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let elapsed = self.began.elapsed();
        let status = self.status.load(Ordering::Relaxed);
        self.metrics.request_ended(&self.endpoint, status, elapsed);
        tracing::debug!(
            endpoint = self.endpoint,
            status,
            elapsed_ms = elapsed.as_millis() as u64,
            client_request_id = self.client_request_id.get_mut().text,
            activity_id = %self.activity_id,
            "request ended"
        );
    }
}

fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(CLIENT_REQUEST_ID_LENGTH_MAX).collect()
}
