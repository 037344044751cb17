//! The built-in storage account for queued ingestion: opened under the data directory, cleared of what is old.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use calypso_clock::{Clock, Ids};
use calypso_http::Metrics;
use calypso_staging::{LocalStaging, QueueName};
use tokio::task::JoinHandle;

use crate::config::Config;

/// How often what has expired is deleted.
const EXPIRY_PERIOD: Duration = Duration::from_secs(5 * 60);

/// Opens the account.
pub(crate) async fn open(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<LocalStaging> {
    LocalStaging::open(config.staging.clone(), clock, ids)
        .await
        .with_context(|| format!("cannot open the staging storage in {}", config.staging.dir.display()))
}

/// Shows how much is staged.
pub(crate) fn show(staging: &LocalStaging, metrics: &Metrics) {
    let shown = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let observed = staging.clone();
    metrics
        .register_observed("staging_bytes", "Bytes of staged blobs and blocks", move || shown(observed.staged_bytes()));
    for queue in QueueName::ALL {
        let name = format!("staging_messages_{}", queue.as_str().replace('-', "_"));
        let help = format!("Messages in the queue {}, hidden ones included", queue.as_str());
        let observed = staging.clone();
        metrics.register_observed(&name, &help, move || shown(observed.queue(queue).approximate_count()));
    }
}

/// Deletes what has expired, now and then.
pub(crate) fn start_expiry(staging: LocalStaging, clock: Arc<dyn Clock>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut period = tokio::time::interval(EXPIRY_PERIOD);
        period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            period.tick().await;
            match staging.expire(clock.now()).await {
                Ok(expired) if expired != calypso_staging::Expired::default() => {
                    tracing::info!(?expired, "deleted expired staged data");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "expired staged data cannot be deleted"),
            }
        }
    })
}
