//! Settings: command line before environment before configuration file before default.

mod arguments;
mod quantity;
mod sample;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use calypso_http::HttpSettings;
use calypso_staging::{AzureConnection, LocalStagingSettings, Origin};
use calypso_storage::StorageSettings;

use arguments::ExtentCodec;
pub(crate) use arguments::{LogFormat, ServeArguments};
pub(crate) use sample::print_sample;

/// Where data lives if nobody says.
pub(crate) const DATA_DIR_DEFAULT: &str = "calypso-data";
/// The storage account of queued ingestion, in the data directory.
const STAGING_DIR: &str = "staging";
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
const HTTPS_LISTEN_DEFAULT: &str = "127.0.0.1:8443";
/// What switches the https listener off.
const NONE: &str = "none";
const DRAIN_LIMIT_DEFAULT: Duration = Duration::from_secs(30);
/// Kusto's own least batching time; development settings lower it.
const BATCHING_FLOOR_DEFAULT: Duration = Duration::from_secs(10);
/// Kusto's own batching time.
const BATCHING_DEFAULT: Duration = Duration::from_secs(300);
const QUEUE_POLL_DEFAULT: Duration = Duration::from_secs(1);
/// Looking more often would only burn the processor.
const QUEUE_POLL_MIN: Duration = Duration::from_millis(10);

/// Everything the server needs to know, decided.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) data_dir: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) https_listen: Option<SocketAddr>,
    /// Databases to create besides the one that always exists.
    pub(crate) databases: Vec<String>,
    /// Names of the certificate besides those of this machine's loopback.
    pub(crate) tls_names: Vec<String>,
    /// How long requests under way may take after a signal to stop.
    pub(crate) drain_limit: Duration,
    /// The least batching time that policies may name.
    pub(crate) batching_floor: Duration,
    /// Batching time where no policy says one.
    pub(crate) batching_default: Duration,
    /// How often the queue of ingestion messages is looked into.
    pub(crate) queue_poll: Duration,
    /// Whether `.ingest into` may read files of this machine.
    pub(crate) allow_local_files: bool,
    /// The only hosts that sources may come from; none means any.
    pub(crate) allowed_source_hosts: Vec<String>,
    /// Where the machine's managed identity gets its tokens, if sources may be read with it.
    pub(crate) identity_endpoint: Option<String>,
    pub(crate) storage: StorageSettings,
    /// The built-in storage account of queued ingestion.
    pub(crate) staging: LocalStagingSettings,
    /// The account that takes its place, if there is one.
    pub(crate) staging_account: Option<AzureConnection>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) http: HttpSettings,
}

impl Config {
    /// Decides every setting; reads the configuration file if one is named.
    pub(crate) fn resolve(arguments: ServeArguments) -> anyhow::Result<Self> {
        let file = match &arguments.config {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                ServeArguments::from_toml(&text).with_context(|| format!("in {}", path.display()))?
            }
            None => ServeArguments::default(),
        };
        Self::decide(arguments.or(file))
    }

    /// Says whether only this machine can reach the service.
    pub(crate) fn is_loopback_only(&self) -> bool {
        [Some(self.listen), self.https_listen].into_iter().flatten().all(|address| address.ip().is_loopback())
    }

    fn decide(given: ServeArguments) -> anyhow::Result<Self> {
        let listen = address("listen", given.listen.as_deref().unwrap_or(LISTEN_DEFAULT))?;
        let https_listen = match given.https_listen.as_deref().unwrap_or(HTTPS_LISTEN_DEFAULT) {
            text if text.eq_ignore_ascii_case(NONE) => None,
            text => Some(address("https-listen", text)?),
        };
        let remote = given.allow_anonymous_remote.unwrap_or(false);
        for listener in [Some(listen), https_listen].into_iter().flatten() {
            refuse_open_door(listener.ip(), remote)?;
        }
        let defaults = HttpSettings::default();
        let streaming_body_bytes_max = match given.streaming_body_max {
            Some(size) => usize::try_from(size.bytes()).context("streaming-body-max is too large")?,
            None => defaults.streaming_body_bytes_max,
        };
        let public_url = given.public_url.as_deref().filter(|url| !url.is_empty()).map(public_url).transpose()?;
        let staging_account = given.staging_connection_string.as_ref().filter(|text| !text.0.trim().is_empty());
        let staging_account = staging_account.map(|text| AzureConnection::parse(&text.0)).transpose()?;
        let data_dir = given.data_dir.clone().unwrap_or_else(|| DATA_DIR_DEFAULT.into());
        Ok(Self {
            allow_local_files: given.allow_local_files.unwrap_or(false),
            storage: storage(&data_dir, &given),
            staging: staging(&data_dir, &given),
            staging_account,
            data_dir,
            listen,
            https_listen,
            databases: given.database,
            allowed_source_hosts: given.allowed_source_host,
            identity_endpoint: given.identity_endpoint.filter(|url| !url.is_empty()),
            tls_names: given.tls_name,
            drain_limit: given.drain_limit.map_or(DRAIN_LIMIT_DEFAULT, quantity::Span::duration),
            batching_floor: given.batching_floor.map_or(BATCHING_FLOOR_DEFAULT, quantity::Span::duration),
            batching_default: given.batching_default.map_or(BATCHING_DEFAULT, quantity::Span::duration),
            queue_poll: given.queue_poll.map_or(QUEUE_POLL_DEFAULT, quantity::Span::duration).max(QUEUE_POLL_MIN),
            log: given.log.unwrap_or_else(|| "info".to_owned()),
            log_format: given.log_format.unwrap_or_default(),
            http: HttpSettings {
                streaming_body_bytes_max,
                streaming_requests_max: given.streaming_requests_max.unwrap_or(defaults.streaming_requests_max),
                allowed_origins: given.allowed_origin,
                trust_forwarded_headers: given.trust_forwarded_headers.unwrap_or(false),
                public_url,
                ..defaults
            },
        })
    }
}

/// Decides when streamed rows become extents and extents are merged.
fn storage(data_dir: &Path, given: &ServeArguments) -> StorageSettings {
    let defaults = StorageSettings::new(data_dir);
    StorageSettings {
        seal_rows_max: given.seal_rows.unwrap_or(defaults.seal_rows_max),
        seal_age_max: given.seal_age.map_or(defaults.seal_age_max, quantity::Span::duration),
        seal_period: given.seal_period.map_or(defaults.seal_period, quantity::Span::duration),
        merge_period: given.merge_period.map_or(defaults.merge_period, quantity::Span::duration),
        row_log_segment_bytes: given.row_log_segment.map_or(defaults.row_log_segment_bytes, quantity::ByteSize::bytes),
        extent_compression: given.extent_compression.map_or(defaults.extent_compression, ExtentCodec::compression),
        ..defaults
    }
}

/// Decides how much is staged, and for how long.
fn staging(data_dir: &Path, given: &ServeArguments) -> LocalStagingSettings {
    let defaults = LocalStagingSettings::new(data_dir.join(STAGING_DIR));
    LocalStagingSettings {
        bytes_max: given.staging_max.map_or(defaults.bytes_max, quantity::ByteSize::bytes),
        blob_bytes_max: given.staging_blob_max.map_or(defaults.blob_bytes_max, quantity::ByteSize::bytes),
        messages_max: given.staging_messages_max.unwrap_or(defaults.messages_max),
        blob_retention: given.staging_retention.map_or(defaults.blob_retention, quantity::Span::duration),
        status_retention: given.staging_status_retention.map_or(defaults.status_retention, quantity::Span::duration),
        ..defaults
    }
}

/// Reads the URL that clients are told, and writes its port out: some of them need it.
fn public_url(text: &str) -> anyhow::Result<String> {
    let origin = Origin::parse(text);
    let origin = origin.with_context(|| format!("public-url: '{text}' is not a URL such as https://kusto.mycorp"))?;
    Ok(origin.to_string())
}

fn address(name: &str, text: &str) -> anyhow::Result<SocketAddr> {
    // `localhost` is an address in everybody's mind; other names might mean several.
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().with_context(|| format!("{name}: '{text}' is not an address such as 127.0.0.1:8080"))
}

/// Nobody but this machine may reach a service that asks nobody who he is, unless the operator says so.
fn refuse_open_door(ip: IpAddr, allowed: bool) -> anyhow::Result<()> {
    if !ip.is_loopback() && !allowed {
        bail!(
            "listening on {ip} would let anybody on the network in, because requests are not authenticated; \
             pass --allow-anonymous-remote if that is wanted"
        );
    }
    Ok(())
}
