//! From which hosts sources may come, as the settings say: by name, before a connection is made.

use std::net::IpAddr;

use url::{Host, Url};

use crate::{
    Error, SourceSettings,
    addresses::{ADDRESS_REFUSED, SourceAddresses},
    location,
};

/// The rules for hosts; those for the addresses behind names are in [`SourceAddresses`].
#[derive(Debug, Clone)]
pub(crate) struct HostRules {
    addresses: SourceAddresses,
    allowed: Vec<HostPattern>,
    trusted: Vec<String>,
}

/// How a host came to be admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// By the general rules, which also hold for what its name resolves to.
    General,
    /// By the operator's own settings.
    Operator,
}

#[derive(Debug, Clone)]
enum HostPattern {
    Host(String),
    /// With its leading dot.
    Beneath(String),
}

impl HostPattern {
    fn new(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        match text.strip_prefix('*') {
            Some(beneath) => Self::Beneath(beneath.to_owned()),
            None => Self::Host(text),
        }
    }

    fn admits(&self, host: &str) -> bool {
        match self {
            Self::Host(name) => name == host,
            Self::Beneath(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        }
    }
}

impl HostRules {
    pub(crate) fn new(settings: &SourceSettings) -> Self {
        Self {
            addresses: SourceAddresses { allow_loopback: settings.allow_loopback },
            allowed: settings.allowed_hosts.iter().map(|text| HostPattern::new(text)).collect(),
            trusted: settings.trusted_hosts.iter().map(|text| text.to_ascii_lowercase()).collect(),
        }
    }

    /// Checks where `url` leads, as far as the URL alone tells.
    ///
    /// # Errors
    /// [`Error::Refused`] when the settings do not admit the host.
    pub(crate) fn check(&self, url: &Url) -> Result<Trust, Error> {
        let refused = |reason| Err(Error::Refused { location: location(url.as_str()), reason });
        let Some(host) = url.host() else {
            return refused("it names no host");
        };
        if self.is_trusted(url) {
            return Ok(Trust::Operator);
        }
        let literal: Option<IpAddr> = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        };
        if literal.is_some_and(|address| !self.addresses.admits(address)) {
            return refused(ADDRESS_REFUSED);
        }
        let name = host.to_string().to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        if self.allowed.is_empty() || self.allowed.iter().any(|pattern| pattern.admits(name)) {
            return Ok(Trust::General);
        }
        refused("the host is not among those that sources may be fetched from")
    }

    fn is_trusted(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let authority = format!("{host}:{port}");
        self.trusted.contains(&authority)
    }
}
