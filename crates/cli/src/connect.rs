//! How commands reach a service: flags, credentials, trust.

mod authentication;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use kusto_data::{Client, ClientOptions, ConnectionStringBuilder};

use crate::explanation::explain;

pub use authentication::Authentication;

/// What the service is told of this program.
const APPLICATION: &str = "calypso";

/// Where a command goes, and as whom. Shared by every command that talks to a service.
#[derive(Debug, Clone, clap::Args)]
pub struct ConnectArguments {
    /// URL of the service, or a connection string such as `Data Source=URL;Initial Catalog=DB`.
    #[arg(
        long,
        value_name = "URL",
        env = "CALYPSO_CLUSTER",
        default_value = "http://localhost:8080",
        hide_env_values = true
    )]
    cluster: ConnectionStringBuilder,

    /// Database; by default the one that the URL names, or else NetDefaultDB.
    #[arg(long, value_name = "DB", env = "CALYPSO_INITIAL_CATALOG")]
    database: Option<String>,

    /// Certificate (PEM) of an authority to trust besides the system's, such as DATA/tls/ca.pem of `calypso serve`.
    #[arg(long, value_name = "FILE", env = "CALYPSO_CA")]
    ca: Option<PathBuf>,

    /// Bearer token to send; safer in the environment than on the command line.
    #[arg(long, value_name = "TOKEN", env = "CALYPSO_TOKEN", hide_env_values = true, conflicts_with = "auth")]
    token: Option<String>,

    /// How to sign in; by default as the connection string says, which is not at all if it says nothing.
    #[arg(long, value_enum, value_name = "METHOD", env = "CALYPSO_AUTH")]
    auth: Option<Authentication>,

    /// Client id, object id or resource id of a user-assigned managed identity.
    #[arg(long, value_name = "ID", env = "CALYPSO_IDENTITY", requires = "auth")]
    identity: Option<String>,

    /// Tenant to sign in to, an id or a domain.
    #[arg(long, value_name = "TENANT", env = "CALYPSO_TENANT")]
    tenant: Option<String>,
}

/// A client and the database that its requests are for.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The SDK's client.
    pub client: Client,
    /// Name of the database.
    pub database: String,
}

impl ConnectArguments {
    /// Returns the arguments for a service on this machine.
    ///
    /// # Errors
    /// If `url` is not one.
    pub fn local(url: &str) -> anyhow::Result<Self> {
        let cluster = url.parse().map_err(|error| anyhow::Error::msg(explain(&error, None)))?;
        Ok(Self { cluster, database: None, ca: None, token: None, auth: None, identity: None, tenant: None })
    }

    /// Returns the same credentials and trust for another service.
    ///
    /// # Errors
    /// If `text` is neither a URL nor a connection string.
    pub fn elsewhere(&self, text: &str) -> anyhow::Result<Self> {
        let cluster = text.parse().map_err(|error| anyhow::Error::msg(explain(&error, None)))?;
        Ok(Self { cluster, database: None, ..self.clone() })
    }

    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// If the certificate cannot be used or the credential does not fit the service.
    pub fn connect(&self) -> anyhow::Result<Connection> {
        let (connection, options) = self.resolve()?;
        let database = connection.initial_catalog().to_owned();
        let client = Client::with_options(connection, options).map_err(|error| failed(&error))?;
        Ok(Connection { client, database })
    }

    /// Returns what clients are made of: for those that make several, as ingestion does.
    ///
    /// # Errors
    /// If the certificate cannot be read.
    pub fn resolve(&self) -> anyhow::Result<(ConnectionStringBuilder, ClientOptions)> {
        let mut connection =
            self.cluster.clone().with_application_name(APPLICATION).with_application_version(env!("CARGO_PKG_VERSION"));
        if let Some(database) = &self.database {
            connection = connection.with_initial_catalog(database);
        }
        if let Some(tenant) = &self.tenant {
            connection = connection.with_authority_id(tenant);
        }
        if let Some(token) = &self.token {
            connection = connection.with_user_token(token);
        }
        if let Some(auth) = self.auth {
            connection = auth.apply(connection, self.identity.as_deref());
        }
        let mut options = ClientOptions::default();
        if let Some(path) = &self.ca {
            options = options.with_authorities_pem(authority(path)?);
        }
        Ok((connection, options))
    }

    /// Returns the URL of the service.
    #[must_use]
    pub fn url(&self) -> String {
        self.cluster.data_source().to_string().trim_end_matches('/').to_owned()
    }
}

fn authority(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot use the certificate {}", path.display()))
}

/// The SDK's error as this program reports it.
pub(crate) fn failed(error: &kusto_data::Error) -> anyhow::Error {
    anyhow::Error::msg(explain(error, None))
}
