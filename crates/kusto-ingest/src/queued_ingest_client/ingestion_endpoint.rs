//! The data-management endpoint of a cluster: `ingest-` before its name, where it has one.

use std::net::IpAddr;

use kusto_data::ConnectionStringBuilder;

const PREFIX: &str = "ingest-";

/// Returns the connection to the cluster's data-management endpoint.
pub(super) fn of(connection: ConnectionStringBuilder) -> Result<ConnectionStringBuilder, kusto_data::Error> {
    let mut url = connection.data_source().clone();
    let host = url.host_str().unwrap_or_default().to_owned();
    let is_machine = host.contains("localhost") || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    if is_machine || host.contains(PREFIX) || url.set_host(Some(&format!("{PREFIX}{host}"))).is_err() {
        return Ok(connection);
    }
    connection.with_data_source(url.as_str())
}
