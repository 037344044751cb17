//! The HTTP clients that fetch sources: no redirects, no proxies, bounded waiting, checked addresses.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, redirect::Policy};

use crate::{Error, SourceSettings, addresses::SourceAddresses, host_rules::Trust};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a source may pause.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// One client for each set of addresses, made when first needed.
#[derive(Debug)]
pub(crate) struct Clients {
    general: LazyClient,
    operator: LazyClient,
}

#[derive(Debug)]
struct LazyClient {
    addresses: Option<SourceAddresses>,
    made: OnceLock<Option<Client>>,
}

impl Clients {
    pub(crate) fn new(settings: &SourceSettings) -> Self {
        let addresses = SourceAddresses { allow_loopback: settings.allow_loopback };
        Self { general: LazyClient::new(Some(addresses)), operator: LazyClient::new(None) }
    }

    /// Returns the client for hosts that were admitted that way.
    pub(crate) fn get(&self, trust: Trust) -> Result<&Client, Error> {
        match trust {
            Trust::General => self.general.get(),
            Trust::Operator => self.operator.get(),
        }
    }
}

impl LazyClient {
    const fn new(addresses: Option<SourceAddresses>) -> Self {
        Self { addresses, made: OnceLock::new() }
    }

    fn get(&self) -> Result<&Client, Error> {
        self.made.get_or_init(|| self.make()).as_ref().ok_or(Error::Client)
    }

    fn make(&self) -> Option<Client> {
        // Someone else may have installed a provider already; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("Calypso/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT);
        if let Some(addresses) = self.addresses {
            builder = builder.dns_resolver(Arc::new(addresses));
        }
        builder.build().inspect_err(|error| tracing::error!(%error, "no client for sources")).ok()
    }
}
