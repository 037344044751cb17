//! How commands reach a service: flags, trust, and the HTTP connection.

use std::{path::PathBuf, time::Duration};

use calypso_clock::RandomIds;
use reqwest::{Certificate, Url, redirect::Policy};

use super::{Client, ClientError, target::Target};

/// The database every Kusto service has.
const DATABASE_DEFAULT: &str = "NetDefaultDB";
/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long an answer may take: a management command's hour, which is the longest a service grants, and some grace.
const ANSWER_LIMIT: Duration = Duration::from_secs(3600 + 30);

/// Where a command goes. Shared by every command that talks to a service.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ConnectArguments {
    /// URL of the service, or a connection string such as `Data Source=URL;Initial Catalog=DB`.
    #[arg(long, value_name = "URL", env = "CALYPSO_CLUSTER", default_value = "http://localhost:8080")]
    cluster: Target,

    /// Database; by default the one that the URL names, or else NetDefaultDB.
    #[arg(long, value_name = "DB", env = "CALYPSO_INITIAL_CATALOG")]
    database: Option<String>,

    /// Certificate (PEM) of an authority to trust besides the system's, such as DATA/tls/ca.pem of `calypso serve`.
    #[arg(long, value_name = "FILE", env = "CALYPSO_CA")]
    ca: Option<PathBuf>,

    /// Bearer token to send; safer in the environment than on the command line.
    #[arg(long, value_name = "TOKEN", env = "CALYPSO_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

impl ConnectArguments {
    /// Returns the arguments for a service on this machine.
    pub(crate) fn local(url: &str) -> Result<Self, String> {
        Ok(Self { cluster: url.parse()?, database: None, ca: None, token: None })
    }

    /// Prepares the connection; nothing is sent yet.
    pub(crate) fn connect(&self) -> Result<Client, ClientError> {
        let base = self.cluster.base.clone();
        if self.token.is_some() && base.scheme() == "http" && !is_loopback(&base) {
            return Err(ClientError::TokenInTheClear);
        }
        // Whoever comes first sets the process's provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder =
            reqwest::Client::builder().redirect(Policy::none()).connect_timeout(CONNECT_LIMIT).timeout(ANSWER_LIMIT);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        builder = match &self.ca {
            Some(path) => builder.tls_certs_merge(authorities(path)?),
            // A machine without any certificates must still be able to speak plain http.
            None if base.scheme() == "http" => builder.tls_certs_only([]),
            None => builder,
        };
        let http = builder.build().map_err(|source| ClientError::Prepare { source })?;
        let database = self.database.clone().or_else(|| self.cluster.database.clone());
        let database = database.unwrap_or_else(|| DATABASE_DEFAULT.to_owned());
        Ok(Client { base, database, token: self.token.clone(), http, ids: RandomIds })
    }
}

fn authorities(path: &PathBuf) -> Result<Vec<Certificate>, ClientError> {
    let wrong = |reason: String| ClientError::Authority { path: path.clone(), reason };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("it holds no certificate in PEM form".to_owned()));
    }
    Ok(certificates)
}

/// Says whether the service is on this machine, by name or address.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with("-localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
