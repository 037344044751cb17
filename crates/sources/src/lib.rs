//! Where data to ingest is: a URI with its credentials becomes bytes to read.
//!
//! [`SourceUri`] reads Kusto's storage connection strings; [`Sources`] gets at what they name, from machines that the
//! server's settings admit. Nothing here prints a secret: errors and `Debug` show a source without its credentials.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/storage-connection-strings>

mod access;
mod addresses;
mod answer;
mod client;
mod connector;
mod container;
mod error;
mod host_rules;
mod listing;
mod local_file;
mod request;
mod settings;
mod source_uri;
mod sources;
#[cfg(test)]
mod tests;

pub use error::{Error, ErrorKind};
pub use listing::{LISTED_MAX, ListedSource};
pub use settings::SourceSettings;
pub use source_uri::{SourceUri, location};
pub use sources::{SourceInfo, Sources};
