//! The two endpoints of a service: the engine's, and that of data management, whose host begins with `ingest-`.
//!
//! Callers often give one where the other is needed, so clients correct it, as the official SDKs do. Hosts that have no
//! such pair are left alone: this machine, addresses, and names that say so already.

use std::borrow::Cow;

use kusto_data::ConnectionStringBuilder;
use url::{Host, Url};

use crate::Error;

/// Begins the host of a data-management service.
const INGEST_PREFIX: &str = "ingest-";
/// A development host of the service's makers, which the SDKs leave alone.
const ONEBOX: &str = "onebox.dev.kusto.windows.net";

/// Returns `connection` with the endpoint of data management.
///
/// # Errors
/// When the corrected host makes no URL.
pub(crate) fn to_ingestion(connection: ConnectionStringBuilder) -> Result<ConnectionStringBuilder, Error> {
    corrected(connection, |host| (!host.starts_with(INGEST_PREFIX)).then(|| format!("{INGEST_PREFIX}{host}")))
}

/// Returns `connection` with the endpoint of the engine.
///
/// # Errors
/// When the corrected host makes no URL.
pub(crate) fn to_engine(connection: ConnectionStringBuilder) -> Result<ConnectionStringBuilder, Error> {
    corrected(connection, |host| host.strip_prefix(INGEST_PREFIX).map(str::to_owned))
}

fn corrected(
    connection: ConnectionStringBuilder,
    rename: impl Fn(&str) -> Option<String>,
) -> Result<ConnectionStringBuilder, Error> {
    match renamed(connection.data_source(), rename) {
        Cow::Borrowed(_) => Ok(connection),
        Cow::Owned(url) => Ok(connection.with_data_source(&url)?),
    }
}

fn renamed(url: &Url, rename: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
    let same = Cow::Borrowed(url.as_str());
    let Some(Host::Domain(host)) = url.host() else { return same };
    if host.contains("localhost") || host == ONEBOX {
        return same;
    }
    let Some(host) = rename(host) else { return same };
    let mut url = url.clone();
    if url.set_host(Some(&host)).is_ok() { Cow::Owned(url.into()) } else { same }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ingestion(url: &str) -> String {
        to_ingestion(ConnectionStringBuilder::new(url).unwrap()).unwrap().data_source().to_string()
    }

    fn engine(url: &str) -> String {
        to_engine(ConnectionStringBuilder::new(url).unwrap()).unwrap().data_source().to_string()
    }

    #[test]
    fn the_prefix_is_added_once_and_taken_away() {
        assert_eq!(ingestion("https://help.kusto.windows.net"), "https://ingest-help.kusto.windows.net/");
        assert_eq!(ingestion("https://ingest-help.kusto.windows.net"), "https://ingest-help.kusto.windows.net/");
        assert_eq!(engine("https://ingest-help.kusto.windows.net"), "https://help.kusto.windows.net/");
        assert_eq!(engine("https://help.kusto.windows.net"), "https://help.kusto.windows.net/");
        assert_eq!(ingestion("http://kusto.corp:8080"), "http://ingest-kusto.corp:8080/");
    }

    #[test]
    fn a_host_that_only_contains_the_prefix_keeps_its_name() {
        assert_eq!(engine("https://my-ingest-logs.kusto.windows.net"), "https://my-ingest-logs.kusto.windows.net/");
    }

    #[test]
    fn this_machine_and_addresses_have_no_second_name() {
        for url in [
            "http://localhost:8080/",
            "https://127.0.0.1:8443/",
            "http://[::1]:8080/",
            "http://10.1.2.3/",
            "https://ingest-localhost:8443/",
            "https://onebox.dev.kusto.windows.net/",
        ] {
            assert_eq!(ingestion(url), url);
            assert_eq!(engine(url), url);
        }
    }
}
