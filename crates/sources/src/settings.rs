//! What the operator decides about sources.

use std::path::PathBuf;

/// Settings of [`crate::Sources`].
#[derive(Debug, Clone)]
pub struct SourceSettings {
    /// Where sources wait to be read, as files without a name.
    pub spool_dir: PathBuf,
    /// Whether sources may be fetched from this machine itself; right for development only.
    pub allow_loopback: bool,
    /// Whether a source may be a file of this machine.
    pub allow_local_files: bool,
    /// The hosts that sources may be fetched from, `*.name` for all beneath a name; none means any host.
    pub allowed_hosts: Vec<String>,
    /// Hosts with their port (`127.0.0.1:10000`) that the operator's own settings name, such as the storage account
    /// of staging: admitted whatever else is said, even on this machine.
    pub trusted_hosts: Vec<String>,
    /// Where this machine's managed identity gets its tokens; without it, no source may be read with that identity.
    /// In Azure: `http://169.254.169.254/metadata/identity/oauth2/token`.
    pub identity_endpoint: Option<String>,
}

impl SourceSettings {
    /// Returns settings that admit every host but the machine itself, and no files.
    #[must_use]
    pub fn new(spool_dir: impl Into<PathBuf>) -> Self {
        Self {
            spool_dir: spool_dir.into(),
            allow_loopback: false,
            allow_local_files: false,
            allowed_hosts: Vec::new(),
            trusted_hosts: Vec::new(),
            identity_endpoint: None,
        }
    }
}
