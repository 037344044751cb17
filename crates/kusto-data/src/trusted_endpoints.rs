//! Hosts that a token may be sent to.
//!
//! A connection string from somewhere else could name any host; a token sent there is a token given away. So a host must
//! be one of Kusto's for the cloud that the service names, this machine, or one that the application trusts:
//!
//! ```
//! use kusto_data::trusted_endpoints::{self, TrustedHost};
//!
//! trusted_endpoints::add_trusted_hosts([TrustedHost::exact("kusto.mycorp.lan")]);
//! assert!(trusted_endpoints::is_trusted("kusto.mycorp.lan", "https://login.microsoftonline.com"));
//! ```
//!
//! Connections without a credential are not checked, as in Python's SDK: there is nothing to give away.
//! <https://aka.ms/kustotrustedendpoints>

#[cfg(test)]
mod tests;
mod well_known;

use std::{
    net::IpAddr,
    sync::{Arc, LazyLock},
};

use parking_lot::RwLock;

/// A rule by which hosts are trusted; letters' case does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedHost {
    text: String,
    is_exact: bool,
}

impl TrustedHost {
    /// Trusts this host alone.
    #[must_use]
    pub fn exact(host: impl AsRef<str>) -> Self {
        Self { text: host.as_ref().to_ascii_lowercase(), is_exact: true }
    }

    /// Trusts every host below this domain. A leading dot is added if it is missing: `corp.lan` is not meant to trust
    /// `evilcorp.lan`.
    #[must_use]
    pub fn suffix(domain: impl AsRef<str>) -> Self {
        let text = domain.as_ref().to_ascii_lowercase();
        Self { text: if text.starts_with('.') { text } else { format!(".{text}") }, is_exact: false }
    }

    fn matches(&self, host: &str) -> bool {
        if self.is_exact { host == self.text } else { host.ends_with(&self.text) && host.len() > self.text.len() }
    }
}

/// Decides about a host on its own.
type Policy = Arc<dyn Fn(&str) -> bool + Send + Sync>;

#[derive(Default)]
struct Trust {
    added: Vec<TrustedHost>,
    policy: Option<Policy>,
}

/// What the application added, for the whole process as in the other SDKs.
static TRUST: LazyLock<RwLock<Trust>> = LazyLock::new(RwLock::default);

/// Trusts more hosts, in the whole process.
pub fn add_trusted_hosts(hosts: impl IntoIterator<Item = TrustedHost>) {
    TRUST.write().added.extend(hosts);
}

/// Trusts these hosts in place of those that were added before.
pub fn replace_trusted_hosts(hosts: impl IntoIterator<Item = TrustedHost>) {
    TRUST.write().added = hosts.into_iter().collect();
}

/// Puts a decision of the application in place of the lists of Kusto's hosts; `None` brings them back. Hosts of this
/// machine and those that were added stay trusted.
pub fn set_override_policy(policy: Option<impl Fn(&str) -> bool + Send + Sync + 'static>) {
    TRUST.write().policy = policy.map(|policy| Arc::new(policy) as Policy);
}

/// Says whether a token may go to `host`, given where the service says that tokens come from.
#[must_use]
pub fn is_trusted(host: &str, login_endpoint: &str) -> bool {
    match without_asking(host) {
        Some(decision) => decision,
        None => well_known::is_listed(&host.to_ascii_lowercase(), login_endpoint),
    }
}

/// Decides as far as that is possible without knowing the cloud. A host that is in no cloud's list is refused here,
/// before anything is sent to it.
pub(crate) fn without_asking(host: &str) -> Option<bool> {
    let host = host.to_ascii_lowercase();
    if is_local(&host) {
        return Some(true);
    }
    let (added, policy) = {
        let trust = TRUST.read();
        (trust.added.iter().any(|rule| rule.matches(&host)), trust.policy.clone())
    };
    if added {
        return Some(true);
    }
    if let Some(policy) = policy {
        return Some(policy(&host));
    }
    if well_known::is_listed_anywhere(&host) { None } else { Some(false) }
}

/// Says whether the host is this machine: `localhost`, `127.…`, `::1`.
pub(crate) fn is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
