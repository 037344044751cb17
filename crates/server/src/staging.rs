//! The built-in storage account for queued ingestion: opened under the data directory, cleared of what is old.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use calypso_clock::{Clock, Ids};
use calypso_staging::LocalStaging;
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
