//! Connections: trust, proxies, redirects.

use std::{net::IpAddr, sync::Arc};

use reqwest::{Certificate, redirect::Policy};
use url::Url;

use super::ClientOptions;
use crate::{ConnectionStringBuilder, Error, credentials::Tools, error::deepest};

/// Returns connections to `endpoint`.
pub(super) fn client(endpoint: &Url, options: &ClientOptions) -> Result<reqwest::Client, Error> {
    if let Some(client) = &options.http_client {
        return Ok(client.clone());
    }
    let trust = if endpoint.scheme() == "http" { Trust::Nobody } else { Trust::System };
    build(is_loopback(endpoint), trust, options)
}

/// Returns connections to whatever a service refers to, such as its storage accounts.
pub(super) fn elsewhere(endpoint: &Url, http: &reqwest::Client, options: &ClientOptions) -> reqwest::Client {
    if options.http_client.is_some() || endpoint.scheme() == "https" {
        return http.clone();
    }
    // On a machine without any certificates what is plain still works.
    build(is_loopback(endpoint), Trust::System, options).unwrap_or_else(|_| http.clone())
}

/// Returns what credentials work with. Their authorities are elsewhere, even for a service on this machine.
pub(super) fn tools(
    connection: &ConnectionStringBuilder,
    http: &reqwest::Client,
    options: &ClientOptions,
) -> Result<Tools, Error> {
    let endpoint = connection.data_source();
    let http = match &options.http_client {
        // An application's own token needs no authority.
        _ if !connection.authentication().asks_an_authority() => http.clone(),
        None if is_loopback(endpoint) => build(false, Trust::System, options)?,
        _ => http.clone(),
    };
    Ok(Tools { http: Arc::new(http), clock: Arc::clone(&options.clock), ids: Arc::clone(&options.ids) })
}

/// Whose certificates are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// No certificate will be looked at: reading the system's takes a while, and a machine may have none.
    Nobody,
    /// The system's authorities, and those of the options.
    System,
}

/// `is_direct` goes past proxies.
fn build(is_direct: bool, trust: Trust, options: &ClientOptions) -> Result<reqwest::Client, Error> {
    // Whoever comes first sets the process's provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A redirect could lead a token anywhere.
    let mut builder =
        reqwest::Client::builder().redirect(Policy::none()).connect_timeout(options.connect_timeout).tcp_nodelay(true);
    if is_direct {
        builder = builder.no_proxy();
    }
    let own = options.authorities_pem.as_deref().map(authorities).transpose()?;
    builder = match (trust, own) {
        (Trust::Nobody, _) => builder.tls_certs_only([]),
        (Trust::System, Some(own)) => builder.tls_certs_merge(own),
        (Trust::System, None) => builder,
    };
    builder.build().map_err(|source| {
        Error::invalid(format!("cannot prepare a connection: {}", deepest(&source))).with_source(source)
    })
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    let wrong = |reason: &str| Error::invalid(format!("cannot use the certificates of authorities: {reason}"));
    let certificates = Certificate::from_pem_bundle(pem).map_err(|error| wrong(&error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is none in PEM form"));
    }
    Ok(certificates)
}

/// Says whether the service is on this machine, by name or address.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.ends_with("-localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
