//! How the caller reached us.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header, request::Parts};

use crate::HttpSettings;

/// What the listener knows of a connection; it puts this into the extensions of every request.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    /// Whether the listener speaks TLS.
    pub secure: bool,
    /// The other end.
    pub peer: Option<SocketAddr>,
}

impl Connection {
    /// Returns scheme, host and port of the request, the port always written: `http://localhost:8080`.
    pub(crate) fn origin(parts: &Parts, settings: &HttpSettings) -> String {
        settings.public_url.clone().unwrap_or_else(|| Self::seen_origin(parts, settings.trust_forwarded_headers))
    }

    fn seen_origin(parts: &Parts, trust_forwarded: bool) -> String {
        let secure = parts.extensions.get::<Self>().is_some_and(|connection| connection.secure);
        let forwarded = |name| if trust_forwarded { header_text(&parts.headers, name) } else { None };
        let scheme = match forwarded("x-forwarded-proto") {
            Some("https") => "https",
            Some("http") => "http",
            _ if secure => "https",
            _ => "http",
        };
        let host = forwarded("x-forwarded-host")
            .or_else(|| header_text(&parts.headers, header::HOST.as_str()))
            .or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
            .unwrap_or("localhost");
        if has_port(host) {
            format!("{scheme}://{host}")
        } else {
            let port = if scheme == "https" { 443 } else { 80 };
            format!("{scheme}://{host}:{port}")
        }
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).filter(|text| !text.is_empty())
}

/// Says whether `host` ends in `:<digits>`, also behind a bracketed IPv6 address.
fn has_port(host: &str) -> bool {
    let Some((name, port)) = host.rsplit_once(':') else {
        return false;
    };
    let bracketed = !name.starts_with('[') || name.ends_with(']');
    bracketed && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_recognised_behind_names_and_addresses() {
        for host in ["localhost:8080", "127.0.0.1:1", "[::1]:8443"] {
            assert!(has_port(host), "{host}");
        }
        for host in ["localhost", "[::1]", "host:"] {
            assert!(!has_port(host), "{host}");
        }
    }
}
