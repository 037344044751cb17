//! From settings to a service: opens the application and its background work, and closes them again.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use calypso_app::{App, AppSettings, QueuedSettings, Service};
use calypso_clock::{Clock, Ids};
use calypso_model::PolicyLimits;
use calypso_sources::SourceSettings;
use calypso_staging::{AzureConnection, LocalStaging};
use calypso_types::TimeSpan;
use futures::future::BoxFuture;

use crate::{
    config::Config,
    staging::{self, Staging},
};

/// Tells a figure of this moment.
pub(crate) type Observed = Box<dyn Fn() -> u64 + Send + Sync>;

/// A service that is open.
pub(crate) struct Wired {
    pub(crate) service: Arc<dyn Service>,
    /// The built-in storage account, unless staging is elsewhere.
    pub(crate) staging: Option<LocalStaging>,
    pub(crate) row_store_bytes: Observed,
    /// Stops background work and flushes what must not be lost; run after the last request.
    pub(crate) close: BoxFuture<'static, ()>,
}

/// Opens everything under the data directory and starts background work.
pub(crate) async fn open(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<Wired> {
    let staging = Staging::open(config, clock.clone(), ids.clone()).await?;
    let app = App::open(app_settings(config), staging.account(), clock.clone(), ids)
        .await
        .with_context(|| format!("cannot open the data in {}", config.data_dir.display()))?;
    let staging = staging.built_in();
    let expiry = staging.clone().map(|staging| staging::start_expiry(staging, clock));
    app.start_background();
    let closing = app.clone();
    let close = async move {
        expiry.inspect(tokio::task::JoinHandle::abort);
        if let Err(error) = closing.shutdown().await {
            tracing::error!(%error, "the service did not close cleanly");
        }
    };
    let observed = app.clone();
    let row_store_bytes = Box::new(move || observed.row_store_bytes());
    Ok(Wired { service: Arc::new(app), staging, row_store_bytes, close: Box::pin(close) })
}

fn app_settings(config: &Config) -> AppSettings {
    AppSettings {
        storage: config.storage.clone(),
        databases: config.databases.clone(),
        sources: SourceSettings {
            // What runs beside a service that the network reaches is none of its callers' business.
            allow_loopback: config.is_loopback_only(),
            allow_local_files: config.allow_local_files,
            allowed_hosts: config.allowed_source_hosts.clone(),
            identity_endpoint: config.identity_endpoint.clone(),
            // Whoever stages there must be served, wherever it is.
            trusted_hosts: config.staging_account.iter().filter_map(AzureConnection::blob_authority).collect(),
            ..SourceSettings::new(&config.data_dir)
        },
        streaming_body_bytes_max: config.http.streaming_body_bytes_max as u64,
        queued: QueuedSettings {
            batching_time_default: ticks(config.batching_default),
            poll_interval: config.queue_poll,
            ..QueuedSettings::default()
        },
        policy_limits: PolicyLimits { batching_time_span_min: ticks(config.batching_floor) },
        ..AppSettings::new(&config.data_dir)
    }
}

fn ticks(time: Duration) -> TimeSpan {
    TimeSpan(i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX))
}
