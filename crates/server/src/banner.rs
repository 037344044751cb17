//! The few lines printed when the service is ready.

use std::{io::Write as _, net::SocketAddr};

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
pub(crate) fn print(config: &Config, http: SocketAddr, https: Option<SocketAddr>, ca: &str) {
    let http = url("http", http);
    let https = https.map_or_else(String::new, |https| {
        format!("  https  {}\n         trust {ca} (`calypso trust` says how)\n", url("https", https))
    });
    let version = env!("CARGO_PKG_VERSION");
    let data = config.data_dir.display();
    let lines = format!(
        "Calypso {version} is ready.\n  http   {http}\n{https}  data   {data}\n\
         Connection string: Data Source={http};Initial Catalog=NetDefaultDB\n"
    );
    // The operator's first look, not a log: nobody may be there to read it.
    let _ = std::io::stdout().write_all(lines.as_bytes());
}
