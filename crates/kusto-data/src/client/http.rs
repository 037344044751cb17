//! Connections: trust, proxies, redirects.

use std::{net::IpAddr, sync::Arc};

use reqwest::{Certificate, redirect::Policy};
use url::Url;

use super::ClientOptions;
use crate::{Error, credentials::Tools, error::deepest};

/// Returns connections to `endpoint`.
pub(super) fn client(endpoint: &Url, options: &ClientOptions) -> Result<reqwest::Client, Error> {
    if let Some(client) = &options.http_client {
        return Ok(client.clone());
    }
    build(is_loopback(endpoint), endpoint.scheme() == "http", options)
}

/// Returns what credentials work with. Their authorities are elsewhere, even for a service on this machine.
pub(super) fn tools(endpoint: &Url, http: &reqwest::Client, options: &ClientOptions) -> Result<Tools, Error> {
    let http = match &options.http_client {
        None if is_loopback(endpoint) => build(false, true, options)?,
        _ => http.clone(),
    };
    Ok(Tools { http: Arc::new(http), clock: Arc::clone(&options.clock), ids: Arc::clone(&options.ids) })
}

/// `is_direct` goes past proxies; `is_plain` means that no certificate will be looked at.
fn build(is_direct: bool, is_plain: bool, options: &ClientOptions) -> Result<reqwest::Client, Error> {
    // Whoever comes first sets the process's provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        // A redirect could lead a token anywhere.
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(options.connect_timeout)
            .tcp_nodelay(true);
        if is_direct { builder.no_proxy() } else { builder }
    };
    let built = match &options.authorities_pem {
        Some(pem) => builder().tls_certs_merge(authorities(pem)?).build(),
        None => builder().build(),
    };
    // A machine without any certificates must still be able to speak plain http.
    let built = if is_plain { built.or_else(|_| builder().tls_certs_only([]).build()) } else { built };
    built.map_err(|source| {
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
