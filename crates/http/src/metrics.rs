//! Counters of the endpoints in Prometheus form, and the registry other parts add theirs to.

mod queued;

use std::{fmt, sync::Arc, time::Duration};

use calypso_app::Service;
use calypso_clock::Clock;
use parking_lot::Mutex;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Upper bounds of the duration buckets, in seconds.
const DURATION_BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndpointStatus {
    endpoint: String,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Endpoint {
    endpoint: String,
}

/// Metrics of the service; clones are the same metrics.
#[derive(Clone)]
pub struct Metrics {
    shared: Arc<Shared>,
}

/// A gauge, and what it shows when somebody looks.
type Observed = (Gauge, Box<dyn Fn() -> i64 + Send + Sync>);

struct Shared {
    registry: Mutex<Registry>,
    observed: Mutex<Vec<Observed>>,
    requests: Family<EndpointStatus, Counter>,
    durations: Family<Endpoint, Histogram>,
    in_flight: Gauge,
    streamed_bytes: Counter,
    streamed_records: Counter,
    results_truncated: Counter,
}

impl Metrics {
    /// Returns metrics that stand at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("calypso");
        let requests = Family::<EndpointStatus, Counter>::default();
        let durations = Family::<Endpoint, Histogram>::new_with_constructor(|| Histogram::new(DURATION_BUCKETS));
        let (in_flight, streamed_bytes) = (Gauge::default(), Counter::default());
        let (streamed_records, results_truncated) = (Counter::default(), Counter::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time from a request's arrival until its last byte was handed over",
            durations.clone(),
        );
        registry.register("http_requests_in_flight", "Requests not yet answered in full", in_flight.clone());
        registry.register("streaming_ingest_bytes", "Bytes of streaming ingestion bodies", streamed_bytes.clone());
        registry.register("streaming_ingest_records", "Records ingested by streaming", streamed_records.clone());
        registry.register("results_truncated", "Results cut at the truncation limits", results_truncated.clone());
        let registry = Mutex::new(registry);
        Self {
            shared: Arc::new(Shared {
                registry,
                observed: Mutex::default(),
                requests,
                durations,
                in_flight,
                streamed_bytes,
                streamed_records,
                results_truncated,
            }),
        }
    }

    /// Adds a gauge `calypso_<name>` that the caller moves: bytes in the row store and the like.
    #[must_use]
    pub fn register_gauge(&self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.shared.registry.lock().register(name, help, gauge.clone());
        gauge
    }

    /// Adds a gauge `calypso_<name>` that shows what `observe` answers at the time of looking: it must be quick.
    pub fn register_observed(&self, name: &str, help: &str, observe: impl Fn() -> i64 + Send + Sync + 'static) {
        let gauge = self.register_gauge(name, help);
        self.shared.observed.lock().push((gauge, Box::new(observe)));
    }

    /// Adds a counter `calypso_<name>_total` that the caller raises.
    #[must_use]
    pub fn register_counter(&self, name: &str, help: &str) -> Counter {
        let counter = Counter::default();
        self.shared.registry.lock().register(name, help, counter.clone());
        counter
    }

    /// Adds the figures of queued ingestion of `service`.
    pub(crate) fn collect_queued_ingestion(&self, service: &Arc<dyn Service>, clock: &Arc<dyn Clock>) {
        let collector = queued::QueuedMetrics { service: service.clone(), clock: clock.clone() };
        self.shared.registry.lock().register_collector(Box::new(collector));
    }

    /// Returns everything as OpenMetrics text.
    #[must_use]
    pub fn to_text(&self) -> String {
        for (gauge, observe) in self.shared.observed.lock().iter() {
            gauge.set(observe());
        }
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut out, &self.shared.registry.lock());
        out
    }

    pub(crate) fn request_began(&self) {
        self.shared.in_flight.inc();
    }

    pub(crate) fn request_ended(&self, endpoint: &str, status: u16, elapsed: Duration) {
        let labels = EndpointStatus { endpoint: endpoint.to_owned(), status: u32::from(status) };
        self.shared.requests.get_or_create(&labels).inc();
        self.shared.durations.get_or_create(&Endpoint { endpoint: endpoint.to_owned() }).observe(elapsed.as_secs_f64());
        self.shared.in_flight.dec();
    }

    pub(crate) fn streamed(&self, bytes: u64, records: u64) {
        self.shared.streamed_bytes.inc_by(bytes);
        self.shared.streamed_records.inc_by(records);
    }

    pub(crate) fn result_truncated(&self) {
        self.shared.results_truncated.inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_service_add_their_own() {
        let metrics = Metrics::new();
        metrics.register_gauge("open_things", "Things open").set(3);
        metrics.register_counter("things", "Things made").inc_by(2);
        metrics.register_observed("row_store_bytes", "Bytes in row stores", || 42);
        let text = metrics.to_text();
        for line in ["calypso_open_things 3", "calypso_things_total 2", "calypso_row_store_bytes 42"] {
            assert!(text.lines().any(|found| found == line), "{text}");
        }
    }
}
