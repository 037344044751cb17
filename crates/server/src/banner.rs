//! The few lines printed when the service is ready.

use std::net::SocketAddr;

use crate::config::Config;

/// Returns the URL clients should use: `localhost` for loopback, which every SDK treats best.
pub(crate) fn url(scheme: &str, address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// Prints where the service is and how to reach it.
#[expect(clippy::print_stdout, reason = "the operator's first look; logs go to standard error")]
pub(crate) fn print(config: &Config, http: SocketAddr, https: Option<SocketAddr>, ca: &str) {
    let http = url("http", http);
    println!("Calypso {} is ready.", env!("CARGO_PKG_VERSION"));
    println!("  http   {http}");
    if let Some(https) = https {
        println!("  https  {}", url("https", https));
        println!("         trust {ca} (`calypso trust` says how)");
    }
    println!("  data   {}", config.data_dir.display());
    println!("Connection string: Data Source={http};Initial Catalog=NetDefaultDB");
}
