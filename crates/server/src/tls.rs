//! TLS: a local certificate authority minted at the first run, and the server's certificate under it.
//!
//! ```text
//! DATA/tls/ca.pem          what clients must trust; made once, valid ten years
//! DATA/tls/ca-key.pem      0600
//! DATA/tls/server.pem      made anew when near its end or when names change
//! DATA/tls/server-key.pem  0600
//! DATA/tls/server.json     names and end of server.pem
//! ```
//!
//! Operators with certificates of their own put them in place of `server.pem` and `server-key.pem` and remove
//! `server.json`: then nothing is renewed.

mod authority;
mod identity;
mod key_file;
#[cfg(test)]
mod tests;

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use calypso_types::DateTime;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use authority::Authority;

/// Names every certificate has: those by which SDKs reach a service on this machine.
const LOOPBACK_NAMES: [&str; 4] = ["localhost", "ingest-localhost", "127.0.0.1", "::1"];

/// Where the files of TLS are.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    dir: PathBuf,
}

impl TlsFiles {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { dir: data_dir.join("tls") }
    }

    /// The certificate that clients must trust.
    pub(crate) fn ca(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    fn ca_key(&self) -> PathBuf {
        self.dir.join("ca-key.pem")
    }

    fn server(&self) -> PathBuf {
        self.dir.join("server.pem")
    }

    fn server_key(&self) -> PathBuf {
        self.dir.join("server-key.pem")
    }

    fn server_facts(&self) -> PathBuf {
        self.dir.join("server.json")
    }

    /// Makes the authority if it does not exist yet.
    pub(crate) fn ensure_authority(&self, now: DateTime) -> anyhow::Result<()> {
        Authority::load_or_make(self, now).map(drop)
    }

    /// Returns what the https listener needs, making or renewing certificates as needed.
    pub(crate) fn server_config(&self, configured: &[String], now: DateTime) -> anyhow::Result<Arc<ServerConfig>> {
        let mut names: Vec<String> = Vec::new();
        for name in LOOPBACK_NAMES.into_iter().chain(configured.iter().map(String::as_str)) {
            // Clients that ingest put `ingest-` before the host's name.
            let bare = name.parse::<IpAddr>().is_ok() || name.starts_with("ingest-");
            let ingest = (!bare).then(|| format!("ingest-{name}"));
            for name in std::iter::once(name.to_owned()).chain(ingest) {
                if !name.is_empty() && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        identity::ensure(self, &names, now)?;
        self.load()
    }

    fn load(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let certificates = CertificateDer::pem_file_iter(self.server())
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("cannot read {}", self.server().display()))?;
        let key = PrivateKeyDer::from_pem_file(self.server_key())
            .with_context(|| format!("cannot read {}", self.server_key().display()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("the TLS provider lacks the default versions")?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .context("the server's certificate does not fit its key")?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
