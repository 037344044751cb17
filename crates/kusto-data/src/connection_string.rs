//! Where a service is, and as whom it is asked.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/kusto>

mod authentication;
mod keyword;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use url::Url;

pub use authentication::AuthenticationMethod;
pub(crate) use authentication::{Authentication, OpenBrowser, Secret, ShowDeviceCode};

use crate::{ClientDetails, DeviceCodePrompt, Error, TokenProvider};

/// The database of a connection that names none.
pub(crate) const DATABASE_DEFAULT: &str = "NetDefaultDB";
/// The authority of credentials that name no tenant.
pub(crate) const AUTHORITY_DEFAULT: &str = "organizations";

/// A connection to a service: its URL, a database, a credential, and what the service is told of the application.
///
/// Without a credential requests are anonymous, which Calypso accepts on its own machine.
///
/// ```
/// # fn main() -> Result<(), kusto_data::Error> {
/// use kusto_data::ConnectionStringBuilder;
///
/// let local = ConnectionStringBuilder::new("http://localhost:8080/Samples")?;
/// assert_eq!(local.initial_catalog(), "Samples");
///
/// let key = ConnectionStringBuilder::new("https://help.kusto.windows.net")?
///     .with_application_key("app id", "secret", "tenant");
/// assert!(key.to_string().contains("Application Key=****"));
///
/// let text = "Data Source=https://help.kusto.windows.net;Initial Catalog=Samples;Fed=true;TenantId=contoso.com";
/// let parsed: ConnectionStringBuilder = text.parse()?;
/// assert_eq!(parsed.authority_id(), Some("contoso.com"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ConnectionStringBuilder {
    data_source: Url,
    initial_catalog: Option<String>,
    authentication: Authentication,
    authority_id: Option<String>,
    login_hint: Option<String>,
    details: ClientDetails,
    uncompressed: bool,
}

impl ConnectionStringBuilder {
    /// Reads a URL, such as `https://cluster.region.kusto.windows.net/Database`, or a whole connection string.
    ///
    /// # Errors
    /// [`crate::ErrorKind::InvalidArgument`] for a text that is neither, and for keywords that do not exist, are not
    /// supported, or do not go together.
    pub fn new(text: &str) -> Result<Self, Error> {
        parse::read(text)
    }

    fn at(data_source: Url, initial_catalog: Option<String>) -> Self {
        Self {
            data_source,
            initial_catalog,
            authentication: Authentication::None,
            authority_id: None,
            login_hint: None,
            details: ClientDetails::default(),
            uncompressed: false,
        }
    }

    /// Returns the URL of the service, without database.
    #[must_use]
    pub const fn data_source(&self) -> &Url {
        &self.data_source
    }

    /// Returns the database of calls that name none: `NetDefaultDB` unless the connection says otherwise.
    #[must_use]
    pub fn initial_catalog(&self) -> &str {
        self.initial_catalog.as_deref().unwrap_or(DATABASE_DEFAULT)
    }

    /// Returns the tenant, if one was named.
    #[must_use]
    pub fn authority_id(&self) -> Option<&str> {
        self.authority_id.as_deref()
    }

    /// Says how requests are authenticated.
    #[must_use]
    pub const fn authentication_method(&self) -> AuthenticationMethod {
        self.authentication.method()
    }

    /// Returns what the service is told of the application.
    #[must_use]
    pub const fn client_details(&self) -> &ClientDetails {
        &self.details
    }

    /// Sets the URL of the service and leaves the rest, as clients of ingestion do whose service has two names.
    ///
    /// # Errors
    /// [`crate::ErrorKind::InvalidArgument`] unless it is a URL of http or https.
    pub fn with_data_source(mut self, url: &str) -> Result<Self, Error> {
        let (data_source, initial_catalog) = parse::data_source(url)?;
        self.data_source = data_source;
        self.initial_catalog = initial_catalog.or(self.initial_catalog);
        Ok(self)
    }

    /// Sets the database of calls that name none.
    #[must_use]
    pub fn with_initial_catalog(mut self, database: impl Into<String>) -> Self {
        self.initial_catalog = Some(database.into());
        self
    }

    /// Sets the tenant (id or domain) of credentials that have no tenant of their own.
    #[must_use]
    pub fn with_authority_id(mut self, authority: impl Into<String>) -> Self {
        self.authority_id = Some(authority.into());
        self
    }

    /// Sends no token.
    #[must_use]
    pub fn with_no_authentication(self) -> Self {
        self.authenticated(Authentication::None)
    }

    /// Sends this token of a user.
    #[must_use]
    pub fn with_user_token(self, token: impl Into<String>) -> Self {
        self.authenticated(Authentication::UserToken(Secret::new(token)))
    }

    /// Sends this token of an application.
    #[must_use]
    pub fn with_application_token(self, token: impl Into<String>) -> Self {
        self.authenticated(Authentication::ApplicationToken(Secret::new(token)))
    }

    /// Asks the application for tokens: a closure that returns a future, or any [`TokenProvider`].
    ///
    /// It is asked before every request unless it says how long a token lasts.
    ///
    /// ```
    /// # fn main() -> Result<(), kusto_data::Error> {
    /// use kusto_data::{AccessToken, ConnectionStringBuilder};
    ///
    /// let connection = ConnectionStringBuilder::new("https://localhost:8443")?
    ///     .with_token_provider(|| async { Ok(AccessToken::new("token")) });
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_token_provider(self, provider: impl TokenProvider) -> Self {
        self.authenticated(Authentication::TokenProvider(Arc::new(provider)))
    }

    /// Uses a credential of the Azure SDK.
    #[must_use]
    pub fn with_token_credential(self, credential: Arc<dyn TokenCredential>) -> Self {
        self.authenticated(Authentication::TokenCredential(credential))
    }

    /// Signs in as an application with its secret; `authority` is the tenant.
    #[must_use]
    pub fn with_application_key(
        self,
        application_id: impl Into<String>,
        key: impl Into<String>,
        authority: impl Into<String>,
    ) -> Self {
        let authentication =
            Authentication::ApplicationKey { application_id: application_id.into(), key: Secret::new(key) };
        self.with_authority_id(authority).authenticated(authentication)
    }

    /// Signs in as an application with its certificate and RSA key, both in `pem`. `send_chain` has the certificates
    /// sent along, as authentication by subject name and issuer demands.
    #[must_use]
    pub fn with_application_certificate(
        self,
        application_id: impl Into<String>,
        pem: impl Into<String>,
        authority: impl Into<String>,
        send_chain: bool,
    ) -> Self {
        let authentication = Authentication::ApplicationCertificate {
            application_id: application_id.into(),
            pem: Secret::new(pem),
            send_chain,
            thumbprint: None,
        };
        self.with_authority_id(authority).authenticated(authentication)
    }

    /// Uses the machine's managed identity: the system's, or the user-assigned one of that client id, object id or
    /// resource id. A guid is taken for a client id, a path for a resource id; `object:GUID` names an object id.
    #[must_use]
    pub fn with_managed_identity(self, id: Option<&str>) -> Self {
        self.authenticated(Authentication::ManagedIdentity { id: id.map(str::to_owned) })
    }

    /// Uses the identity of a Kubernetes workload, from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
    /// `AZURE_FEDERATED_TOKEN_FILE`.
    #[must_use]
    pub fn with_workload_identity(self) -> Self {
        self.authenticated(Authentication::WorkloadIdentity)
    }

    /// Uses who is signed in to the Azure CLI (`az login`).
    #[must_use]
    pub fn with_azure_cli(self) -> Self {
        self.authenticated(Authentication::AzureCli)
    }

    /// Has the user enter a code in a browser, on this machine or another; `prompt` shows the message.
    #[must_use]
    pub fn with_device_code(self, prompt: impl Fn(&DeviceCodePrompt) + Send + Sync + 'static) -> Self {
        self.authenticated(Authentication::DeviceCode { prompt: Some(Arc::new(prompt)) })
    }

    /// Opens the user's browser to sign in.
    #[must_use]
    pub fn with_interactive(self) -> Self {
        self.authenticated(Authentication::Interactive { browser: None })
    }

    /// Has the user sign in in a browser that `open` opens at the URL it is given.
    #[must_use]
    pub fn with_interactive_in(self, open: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.authenticated(Authentication::Interactive { browser: Some(Arc::new(open)) })
    }

    /// Sets the account that interactive sign-in proposes.
    #[must_use]
    pub fn with_login_hint(mut self, user: impl Into<String>) -> Self {
        self.login_hint = Some(user.into());
        self
    }

    /// Signs in with a user's name and password. Tenants that demand a second factor refuse this.
    #[must_use]
    pub fn with_user_password(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.authenticated(Authentication::UserPassword { user: user.into(), password: Secret::new(password) })
    }

    /// Tries what the machine offers: an application or workload in the environment, a managed identity, the Azure
    /// CLI and the Azure Developer CLI, in this order; the first that works is kept.
    #[must_use]
    pub fn with_default_credential(self) -> Self {
        self.authenticated(Authentication::Default)
    }

    /// Sets the application's name in the service's logs, sent as `x-ms-app`.
    #[must_use]
    pub fn with_application_name(mut self, name: impl Into<String>) -> Self {
        self.details = self.details.with_application(name);
        self
    }

    /// Sets the application's version in the service's logs.
    #[must_use]
    pub fn with_application_version(mut self, version: impl Into<String>) -> Self {
        self.details = self.details.with_application_version(version);
        self
    }

    /// Sets the user's name in the service's logs, sent as `x-ms-user`.
    #[must_use]
    pub fn with_user_name(mut self, user: impl Into<String>) -> Self {
        self.details = self.details.with_user(user);
        self
    }

    /// Sets all that the service is told of the application, as libraries on top of this one do.
    #[must_use]
    pub fn with_client_details(mut self, details: ClientDetails) -> Self {
        self.details = details;
        self
    }

    /// Returns the whole connection string, secrets included. Anything else prints `****` in their places.
    #[must_use]
    pub fn to_connection_string_with_secrets(&self) -> String {
        print::connection_string(self, true)
    }

    fn authenticated(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }

    pub(crate) const fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    pub(crate) fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref()
    }

    pub(crate) const fn is_uncompressed(&self) -> bool {
        self.uncompressed
    }
}

impl std::str::FromStr for ConnectionStringBuilder {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<&str> for ConnectionStringBuilder {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<&String> for ConnectionStringBuilder {
    type Error = Error;

    fn try_from(text: &String) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for ConnectionStringBuilder {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(&text)
    }
}
