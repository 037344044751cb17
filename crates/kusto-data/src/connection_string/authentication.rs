//! How requests are authenticated.

use std::{fmt, sync::Arc};

use azure_core::credentials::TokenCredential;

use crate::{DeviceCodePrompt, TokenProvider};

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// How requests are authenticated, without particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticationMethod {
    /// No token is sent.
    None,
    UserToken,
    ApplicationToken,
    TokenProvider,
    TokenCredential,
    ApplicationKey,
    ApplicationCertificate,
    ManagedIdentity,
    WorkloadIdentity,
    AzureCli,
    DeviceCode,
    Interactive,
    UserPassword,
    Default,
}

/// What shows a device code.
pub(crate) type ShowDeviceCode = Arc<dyn Fn(&DeviceCodePrompt) + Send + Sync>;

/// What opens a URL in a browser.
pub(crate) type OpenBrowser = Arc<dyn Fn(&str) + Send + Sync>;

/// How requests are authenticated.
#[derive(Clone)]
pub(crate) enum Authentication {
    None,
    UserToken(Secret),
    ApplicationToken(Secret),
    TokenProvider(Arc<dyn TokenProvider>),
    TokenCredential(Arc<dyn TokenCredential>),
    ApplicationKey {
        application_id: String,
        key: Secret,
    },
    ApplicationCertificate {
        application_id: String,
        pem: Secret,
        send_chain: bool,
        /// SHA-1 in hexadecimal; only compared, since the certificate itself is there.
        thumbprint: Option<String>,
    },
    ManagedIdentity {
        id: Option<String>,
    },
    WorkloadIdentity,
    AzureCli,
    DeviceCode {
        prompt: Option<ShowDeviceCode>,
    },
    Interactive {
        /// Opens the URL of the sign-in; none for the system's browser.
        browser: Option<OpenBrowser>,
    },
    UserPassword {
        user: String,
        password: Secret,
    },
    Default,
}

impl Authentication {
    /// Says whether tokens come from an authority over the network.
    pub(crate) const fn asks_an_authority(&self) -> bool {
        !matches!(
            self,
            Self::None
                | Self::UserToken(_)
                | Self::ApplicationToken(_)
                | Self::TokenProvider(_)
                | Self::TokenCredential(_)
        )
    }

    pub(crate) const fn method(&self) -> AuthenticationMethod {
        match self {
            Self::None => AuthenticationMethod::None,
            Self::UserToken(_) => AuthenticationMethod::UserToken,
            Self::ApplicationToken(_) => AuthenticationMethod::ApplicationToken,
            Self::TokenProvider(_) => AuthenticationMethod::TokenProvider,
            Self::TokenCredential(_) => AuthenticationMethod::TokenCredential,
            Self::ApplicationKey { .. } => AuthenticationMethod::ApplicationKey,
            Self::ApplicationCertificate { .. } => AuthenticationMethod::ApplicationCertificate,
            Self::ManagedIdentity { .. } => AuthenticationMethod::ManagedIdentity,
            Self::WorkloadIdentity => AuthenticationMethod::WorkloadIdentity,
            Self::AzureCli => AuthenticationMethod::AzureCli,
            Self::DeviceCode { .. } => AuthenticationMethod::DeviceCode,
            Self::Interactive { .. } => AuthenticationMethod::Interactive,
            Self::UserPassword { .. } => AuthenticationMethod::UserPassword,
            Self::Default => AuthenticationMethod::Default,
        }
    }
}
