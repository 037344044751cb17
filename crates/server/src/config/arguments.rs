//! The settings of `calypso serve`, as flags, environment variables and lines of the configuration file.

use std::path::PathBuf;

use anyhow::Context as _;
use calypso_storage::ExtentCompression;
use serde::Deserialize;

use super::quantity::{ByteSize, Span};

/// Form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    #[default]
    Human,
    Json,
}

/// How extents are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExtentCodec {
    /// The fastest ingestion, and the smallest extents after some hours.
    Lz4ThenZstd,
    /// The smallest extents.
    Zstd,
    /// The fastest ingestion.
    Lz4,
}

impl ExtentCodec {
    pub(super) const fn compression(self) -> ExtentCompression {
        match self {
            Self::Lz4ThenZstd => ExtentCompression::Lz4ThenZstd,
            Self::Zstd => ExtentCompression::Zstd,
            Self::Lz4 => ExtentCompression::Lz4,
        }
    }
}

/// A text that must not be shown.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// What was said; `None` and empty mean nothing was.
///
/// A new setting is a field here, a line in `or`, a default in `Config::decide` and one in `sample`.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServeArguments {
    /// Configuration file (TOML); `calypso config` prints one with every setting.
    #[arg(long, value_name = "FILE", env = "CALYPSO_CONFIG")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,

    /// Directory that holds everything: catalog, extents, row log, certificates.
    #[arg(long, value_name = "DIR", env = "CALYPSO_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Address of the http listener.
    #[arg(long, value_name = "ADDRESS", env = "CALYPSO_LISTEN")]
    pub(crate) listen: Option<String>,

    /// Address of the https listener, or `none`. Some SDKs speak https only.
    #[arg(long, value_name = "ADDRESS", env = "CALYPSO_HTTPS_LISTEN")]
    pub(crate) https_listen: Option<String>,

    /// Database to create at start if it does not exist; may be given many times. NetDefaultDB always exists.
    #[arg(long, value_name = "NAME", env = "CALYPSO_DATABASE", value_delimiter = ',')]
    pub(crate) database: Vec<String>,

    /// Host name or address to put into the server's certificate besides localhost; may be given many times.
    #[arg(long, value_name = "NAME", env = "CALYPSO_TLS_NAME", value_delimiter = ',')]
    pub(crate) tls_name: Vec<String>,

    /// Listen on other than loopback addresses although requests are not authenticated.
    #[arg(long, env = "CALYPSO_ALLOW_ANONYMOUS_REMOTE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) allow_anonymous_remote: Option<bool>,

    /// Origin of web pages that may call, besides those on localhost, or `*`; may be given many times.
    #[arg(long, value_name = "ORIGIN", env = "CALYPSO_ALLOWED_ORIGIN", value_delimiter = ',')]
    pub(crate) allowed_origin: Vec<String>,

    /// Believe X-Forwarded-Proto and X-Forwarded-Host: only behind a proxy that sets them.
    #[arg(long, env = "CALYPSO_TRUST_FORWARDED_HEADERS", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) trust_forwarded_headers: Option<bool>,

    /// URL that clients are told to reach the service by, such as `https://kusto.mycorp`, whatever way they came.
    #[arg(long, value_name = "URL", env = "CALYPSO_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,

    /// Connection string of an account of Azure Storage to stage in, instead of the data directory; a secret, so better
    /// given by its environment variable.
    #[arg(long, value_name = "TEXT", env = "CALYPSO_STAGING_CONNECTION_STRING", hide_env_values = true)]
    pub(crate) staging_connection_string: Option<Secret>,

    /// Most bytes of all blobs that wait for queued ingestion, or have been ingested and not expired.
    #[arg(long, value_name = "SIZE", env = "CALYPSO_STAGING_MAX")]
    pub(crate) staging_max: Option<ByteSize>,

    /// Largest blob of queued ingestion.
    #[arg(long, value_name = "SIZE", env = "CALYPSO_STAGING_BLOB_MAX")]
    pub(crate) staging_blob_max: Option<ByteSize>,

    /// Most messages of each queue: more to ingest are refused, of notifications the oldest go.
    #[arg(long, value_name = "COUNT", env = "CALYPSO_STAGING_MESSAGES_MAX")]
    pub(crate) staging_messages_max: Option<u64>,

    /// How long blobs of queued ingestion are kept; those that waiting messages may name are kept longer.
    #[arg(long, value_name = "TIME", env = "CALYPSO_STAGING_RETENTION")]
    pub(crate) staging_retention: Option<Span>,

    /// How long statuses of queued ingestion are kept after their last change.
    #[arg(long, value_name = "TIME", env = "CALYPSO_STAGING_STATUS_RETENTION")]
    pub(crate) staging_status_retention: Option<Span>,

    /// Largest body of a streaming ingestion request, such as `10MiB`.
    #[arg(long, value_name = "SIZE", env = "CALYPSO_STREAMING_BODY_MAX")]
    pub(crate) streaming_body_max: Option<ByteSize>,

    /// Streaming ingestion requests at one time; more are answered 429.
    #[arg(long, value_name = "COUNT", env = "CALYPSO_STREAMING_REQUESTS_MAX")]
    pub(crate) streaming_requests_max: Option<usize>,

    /// Least batching time that ingestion batching policies may name; lower it for development.
    #[arg(long, value_name = "TIME", env = "CALYPSO_BATCHING_FLOOR")]
    pub(crate) batching_floor: Option<Span>,

    /// Batching time of queued ingestion where no policy says one; lower it for development.
    #[arg(long, value_name = "TIME", env = "CALYPSO_BATCHING_DEFAULT")]
    pub(crate) batching_default: Option<Span>,

    /// How often the queue of ingestion messages is looked into.
    #[arg(long, value_name = "TIME", env = "CALYPSO_QUEUE_POLL")]
    pub(crate) queue_poll: Option<Span>,

    /// Rows of a table in memory and row log that are sealed into an extent at the latest.
    #[arg(long, value_name = "COUNT", env = "CALYPSO_SEAL_ROWS")]
    pub(crate) seal_rows: Option<u64>,

    /// Age of a table's oldest streamed row at which it is sealed into an extent.
    #[arg(long, value_name = "TIME", env = "CALYPSO_SEAL_AGE")]
    pub(crate) seal_age: Option<Span>,

    /// How often the service looks for rows to seal.
    #[arg(long, value_name = "TIME", env = "CALYPSO_SEAL_PERIOD")]
    pub(crate) seal_period: Option<Span>,

    /// Compression of extents that are written from now on: zstd for small ones, lz4 for fast ingestion, or lz4 at first
    /// and zstd when extents merge or have settled.
    #[arg(long, value_enum, value_name = "CODEC", env = "CALYPSO_EXTENT_COMPRESSION")]
    pub(crate) extent_compression: Option<ExtentCodec>,

    /// How often the service looks for small extents to merge.
    #[arg(long, value_name = "TIME", env = "CALYPSO_MERGE_PERIOD")]
    pub(crate) merge_period: Option<Span>,

    /// Size at which a segment of the row log is followed by the next, such as `64MiB`.
    #[arg(long, value_name = "SIZE", env = "CALYPSO_ROW_LOG_SEGMENT")]
    pub(crate) row_log_segment: Option<ByteSize>,

    /// Let `.ingest into` read files of this machine by their path.
    #[arg(long, env = "CALYPSO_ALLOW_LOCAL_FILES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) allow_local_files: Option<bool>,

    /// Host that data may be ingested from (`*.name` for all beneath a name); without one, any. May be given several times.
    #[arg(long, value_name = "HOST", env = "CALYPSO_ALLOWED_SOURCE_HOST", value_delimiter = ',')]
    pub(crate) allowed_source_host: Vec<String>,

    /// URL where this machine's managed identity gets tokens; without it, sources cannot be read with that identity.
    #[arg(long, value_name = "URL", env = "CALYPSO_IDENTITY_ENDPOINT")]
    pub(crate) identity_endpoint: Option<String>,

    /// How long requests under way may take after a signal to stop.
    #[arg(long, value_name = "TIME", env = "CALYPSO_DRAIN_LIMIT")]
    pub(crate) drain_limit: Option<Span>,

    /// What to log: `error`, `warn`, `info`, `debug`, `trace`, or directives such as `calypso_http=debug,warn`.
    #[arg(long, value_name = "FILTER", env = "CALYPSO_LOG")]
    pub(crate) log: Option<String>,

    /// Form of log lines.
    #[arg(long, value_enum, value_name = "FORMAT", env = "CALYPSO_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

impl ServeArguments {
    /// Reads a configuration file; unknown names are errors.
    pub(super) fn from_toml(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).context("the configuration file is not valid")
    }

    /// Returns these settings, and where they say nothing those of `file`.
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            config: self.config,
            data_dir: self.data_dir.or(file.data_dir),
            listen: self.listen.or(file.listen),
            https_listen: self.https_listen.or(file.https_listen),
            database: or_list(self.database, file.database),
            tls_name: or_list(self.tls_name, file.tls_name),
            allow_anonymous_remote: self.allow_anonymous_remote.or(file.allow_anonymous_remote),
            allowed_origin: or_list(self.allowed_origin, file.allowed_origin),
            trust_forwarded_headers: self.trust_forwarded_headers.or(file.trust_forwarded_headers),
            public_url: self.public_url.or(file.public_url),
            staging_connection_string: self.staging_connection_string.or(file.staging_connection_string),
            staging_max: self.staging_max.or(file.staging_max),
            staging_blob_max: self.staging_blob_max.or(file.staging_blob_max),
            staging_messages_max: self.staging_messages_max.or(file.staging_messages_max),
            staging_retention: self.staging_retention.or(file.staging_retention),
            staging_status_retention: self.staging_status_retention.or(file.staging_status_retention),
            streaming_body_max: self.streaming_body_max.or(file.streaming_body_max),
            streaming_requests_max: self.streaming_requests_max.or(file.streaming_requests_max),
            batching_floor: self.batching_floor.or(file.batching_floor),
            batching_default: self.batching_default.or(file.batching_default),
            queue_poll: self.queue_poll.or(file.queue_poll),
            seal_rows: self.seal_rows.or(file.seal_rows),
            seal_age: self.seal_age.or(file.seal_age),
            seal_period: self.seal_period.or(file.seal_period),
            extent_compression: self.extent_compression.or(file.extent_compression),
            merge_period: self.merge_period.or(file.merge_period),
            row_log_segment: self.row_log_segment.or(file.row_log_segment),
            allow_local_files: self.allow_local_files.or(file.allow_local_files),
            allowed_source_host: or_list(self.allowed_source_host, file.allowed_source_host),
            identity_endpoint: self.identity_endpoint.or(file.identity_endpoint),
            drain_limit: self.drain_limit.or(file.drain_limit),
            log: self.log.or(file.log),
            log_format: self.log_format.or(file.log_format),
        }
    }
}

fn or_list(first: Vec<String>, second: Vec<String>) -> Vec<String> {
    if first.is_empty() { second } else { first }
}
