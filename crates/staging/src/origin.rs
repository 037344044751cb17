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
