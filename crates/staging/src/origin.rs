//! How a client reaches this server.

use std::fmt;

/// Scheme, host and port that a client used, so that what it is told to use next is reachable the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: String,
    /// A name or an address; IPv6 addresses in brackets.
    pub host: String,
    /// Always written out: some SDKs tell the form of the URL by it.
    pub port: u16,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl Origin {
    /// Reads `<scheme>://<host>[:<port>]`, perhaps with a slash behind it; a port that is not there is the scheme's.
    /// None for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.trim().split_once("://")?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let scheme = scheme.to_ascii_lowercase();
        let port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        // The colons of an IPv6 address are within brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, digits)) if !digits.contains(']') => (host, digits.parse().ok()?),
            _ => (authority, port),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_address = |c: char| c.is_ascii_hexdigit() || ":.".contains(c);
        let well_formed = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => !address.is_empty() && address.chars().all(is_address),
            None => !host.is_empty() && host.chars().all(is_name),
        };
        well_formed.then(|| Self { scheme, host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_with_their_port_or_the_schemes() {
        let cases = [
            ("http://localhost:8080", "http://localhost:8080"),
            ("HTTPS://kusto.mycorp/", "https://kusto.mycorp:443"),
            ("http://[::1]", "http://[::1]:80"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ];
        for (text, expected) in cases {
            assert_eq!(Origin::parse(text).unwrap().to_string(), expected);
        }
        for wrong in [
            "localhost:8080",
            "ftp://h",
            "http://",
            "http://h:x",
            "http://a/b",
            "http://h:99999",
            "http://u@h",
            "http://[::1",
        ] {
            assert_eq!(Origin::parse(wrong), None, "{wrong}");
        }
    }
}
