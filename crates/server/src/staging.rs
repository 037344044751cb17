//! The storage account of queued ingestion: the built-in one, opened under the data directory and cleared of what is old,
//! or one of Azure Storage.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use calypso_clock::{Clock, Ids};
use calypso_http::Metrics;
use calypso_staging::{AzureConnection, AzureStaging, LocalStaging, QueueName, StagingAccount};
use tokio::task::JoinHandle;

use crate::config::Config;

/// How often what has expired is deleted.
const EXPIRY_PERIOD: Duration = Duration::from_secs(5 * 60);

/// Where clients stage.
pub(crate) enum Staging {
    BuiltIn(LocalStaging),
    Azure(AzureStaging),
}

impl Staging {
    /// Opens the account that the settings name.
    pub(crate) async fn open(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<Self> {
        Ok(match &config.staging_account {
            Some(connection) => Self::Azure(open_azure(connection, clock).await?),
            None => Self::BuiltIn(open(config, clock, ids).await?),
        })
    }

    pub(crate) fn account(&self) -> Arc<dyn StagingAccount> {
        match self {
            Self::BuiltIn(staging) => Arc::new(staging.clone()),
            Self::Azure(staging) => Arc::new(staging.clone()),
        }
    }

    /// Returns the account whose protocols this server itself must answer.
    pub(crate) fn built_in(&self) -> Option<LocalStaging> {
        match self {
            Self::BuiltIn(staging) => Some(staging.clone()),
            Self::Azure(_) => None,
        }
    }
}

async fn open_azure(connection: &AzureConnection, clock: Arc<dyn Clock>) -> anyhow::Result<AzureStaging> {
    AzureStaging::open(connection.clone(), clock).await.context("cannot open the staging account")
}

/// Opens the built-in account.
async fn open(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<LocalStaging> {
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
