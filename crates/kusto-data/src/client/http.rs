//! Connections: trust, proxies, redirects.

use std::net::IpAddr;

use reqwest::{Certificate, redirect::Policy};
use url::Url;

use super::ClientOptions;
use crate::{Error, error::deepest};

/// Returns connections to `endpoint`.
pub(super) fn client(endpoint: &Url, options: &ClientOptions) -> Result<reqwest::Client, Error> {
    if let Some(client) = &options.http_client {
        return Ok(client.clone());
    }
    // Whoever comes first sets the process's provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A redirect could lead a token anywhere.
    let mut builder =
        reqwest::Client::builder().redirect(Policy::none()).connect_timeout(options.connect_timeout).tcp_nodelay(true);
    if is_loopback(endpoint) {
        builder = builder.no_proxy();
    }
    builder = match &options.authorities_pem {
        Some(pem) => builder.tls_certs_merge(authorities(pem)?),
        // A machine without any certificates must still be able to speak plain http.
        None if endpoint.scheme() == "http" && is_loopback(endpoint) && !has_system_authorities() => {
            builder.tls_certs_only([])
        }
        None => builder,
    };
    builder.build().map_err(|source| {
        Error::invalid(format!("cannot prepare a connection: {}", deepest(&source))).with_source(source)
    })
}

/// Says whether connections can be prepared with the system's authorities.
fn has_system_authorities() -> bool {
    reqwest::Client::builder().build().is_ok()
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
