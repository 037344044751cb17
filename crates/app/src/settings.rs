//! Settings of the service. Policies are data of the catalog, not settings.

use std::path::PathBuf;

use calypso_model::PolicyLimits;
use calypso_query::EngineSettings;
use calypso_sources::SourceSettings;
use calypso_storage::StorageSettings;
use calypso_types::DateTime;

use crate::QueuedSettings;

/// The database every server has; SDKs name it when their caller names none.
pub const DATABASE_DEFAULT: &str = "NetDefaultDB";

/// Settings of [`crate::App`].
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// Where everything is kept; `storage.data_dir` is the same.
    pub data_dir: PathBuf,
    pub storage: StorageSettings,
    pub engine: EngineSettings,
    /// Databases created at the start if they do not exist, besides [`DATABASE_DEFAULT`].
    pub databases: Vec<String>,
    /// The `Name` of `.show cluster`.
    pub cluster_name: String,
    /// `BuildVersion` and `ProductVersion` of `.show version`.
    pub build_version: String,
    /// `BuildTime` of `.show version`.
    pub build_time: DateTime,
    /// From where sources may come.
    pub sources: SourceSettings,
    /// Largest body of a streaming ingestion, and largest blob it may name, as it comes.
    pub streaming_body_bytes_max: u64,
    /// Largest body of a streaming ingestion once decompressed.
    pub streaming_decompressed_bytes_max: u64,
    /// Largest source of `.ingest into`, as it comes.
    pub source_bytes_max: u64,
    /// Bodies and sources that are read at the same time.
    pub readers_max: usize,
    /// Commands with `async` that run at the same time.
    pub async_operations_max: usize,
    pub policy_limits: PolicyLimits,
    pub queued: QueuedSettings,
}

impl AppSettings {
    /// Returns the default settings for `data_dir`.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            storage: StorageSettings::new(data_dir.clone()),
            engine: EngineSettings {
                memory_bytes_max: 2 * 1024 * 1024 * 1024,
                spill_directory: data_dir.join("spill"),
                threads: std::thread::available_parallelism().map_or(1, usize::from),
            },
            sources: SourceSettings { allow_loopback: true, ..SourceSettings::new(&data_dir) },
            data_dir,
            databases: Vec::new(),
            cluster_name: "calypso".to_owned(),
            build_version: env!("CARGO_PKG_VERSION").to_owned(),
            build_time: DateTime::UNIX_EPOCH,
            streaming_body_bytes_max: 10 * 1024 * 1024,
            streaming_decompressed_bytes_max: 256 * 1024 * 1024,
            source_bytes_max: 6 * 1024 * 1024 * 1024,
            readers_max: 8,
            async_operations_max: 32,
            policy_limits: PolicyLimits::default(),
            queued: QueuedSettings::default(),
        }
    }
}
