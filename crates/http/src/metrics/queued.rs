//! Figures of queued ingestion, read from the service whenever somebody looks.

use std::{fmt, sync::Arc};

use calypso_app::Service;
use calypso_clock::Clock;
use calypso_types::TimeSpan;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

/// See the file's header.
pub(super) struct QueuedMetrics {
    pub(super) service: Arc<dyn Service>,
    pub(super) clock: Arc<dyn Clock>,
}

impl fmt::Debug for QueuedMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedMetrics").finish_non_exhaustive()
    }
}

impl Collector for QueuedMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let figures = self.service.queued_ingestion_statistics();
        let counters = [
            ("received", "Ingestion messages received, redelivered ones included", figures.received),
            ("set_aside", "Ingestion messages nobody could read, or received too often", figures.set_aside),
            ("succeeded", "Sources ingested", figures.succeeded),
            ("skipped", "Sources whose data ingestIfNotExists found there already", figures.skipped),
            ("canceled", "Sources given up by .cancel queued ingestion operation", figures.canceled),
            ("duplicates", "Sources whose data had been committed before", figures.duplicates),
            ("retried", "Attempts that failed for a passing reason", figures.retried),
            ("rows", "Rows ingested", figures.rows),
            ("raw_bytes", "Bytes ingested, before compression", figures.raw_bytes),
        ];
        for (name, help, value) in counters {
            counter(&mut encoder, name, help, value)?;
        }
        let failed = figures.failed.iter().map(|(code, count)| (code.as_str(), *count));
        family(&mut encoder, "failed", "Sources that failed, by error code", "code", failed)?;
        let sealed = || figures.sealed.iter();
        let batches = sealed().map(|(reason, count)| (*reason, count.batches));
        family(&mut encoder, "batches", "Batches sealed, by reason", "reason", batches)?;
        let items = sealed().map(|(reason, count)| (*reason, count.items));
        family(&mut encoder, "batch_items", "Sources in sealed batches, by reason", "reason", items)?;
        let bytes = sealed().map(|(reason, count)| (*reason, count.raw_bytes));
        family(&mut encoder, "batch_raw_bytes", "Bytes of sealed batches before compression", "reason", bytes)?;
        let waiting = [
            ("batching", "Sources in batches that are not sealed", figures.batching),
            ("waiting", "Sources in sealed batches that wait for their turn", figures.waiting),
            ("retrying", "Sources that wait for another attempt", figures.retrying),
            ("held", "Sources whose messages the server holds, wherever they are on their way", figures.held),
            ("running", "Batches that are being ingested", figures.running),
        ];
        for (name, help, value) in waiting {
            gauge(&mut encoder, name, help, i64::try_from(value).unwrap_or(i64::MAX))?;
        }
        let age = figures.oldest.map_or(0, |oldest| self.clock.now().since(oldest).0.max(0) / TimeSpan::SECOND.0);
        gauge(&mut encoder, "oldest_batch_age_seconds", "Age of the oldest batch that is not sealed", age)
    }
}

fn counter(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let name = format!("queued_ingestion_{name}");
    ConstCounter::new(value).encode(encoder.encode_descriptor(&name, help, None, MetricType::Counter)?)
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: i64) -> fmt::Result {
    let name = format!("queued_ingestion_{name}");
    ConstGauge::new(value).encode(encoder.encode_descriptor(&name, help, None, MetricType::Gauge)?)
}

fn family<'v>(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    label: &str,
    values: impl Iterator<Item = (&'v str, u64)>,
) -> fmt::Result {
    let name = format!("queued_ingestion_{name}");
    let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Counter)?;
    for (value, count) in values {
        ConstCounter::new(count).encode(metric.encode_family(&[(label, value)])?)?;
    }
    Ok(())
}
