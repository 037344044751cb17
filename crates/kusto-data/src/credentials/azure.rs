//! Credentials in the terms of the Azure SDK: its own where it has them.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{Secret, TokenCredential},
    error::ErrorKind as AzureErrorKind,
    http::{ClientOptions, Transport},
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredential, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use calypso_types::DateTime;

use super::{
    AccessToken,
    authority::{Authority, Tools},
    certificate::CertificateAssertion,
    default_chain,
    device_code::DeviceCodeCredential,
    interactive::InteractiveCredential,
    password::PasswordCredential,
};
use crate::{
    AuthenticationMethod, CloudInfo, ConnectionStringBuilder, Error, ErrorKind,
    connection_string::{AUTHORITY_DEFAULT, Authentication},
};

/// How long a credential of the machine may take to hand out a token.
const MACHINE_TIME_LIMIT: Duration = Duration::from_secs(60);
/// How long a credential may take that asks a person.
const PERSON_TIME_LIMIT: Duration = Duration::from_secs(20 * 60);
/// Begins an id that is an object's.
const OBJECT_ID_PREFIX: &str = "object:";

/// Makes the credential that a connection describes.
pub(super) fn credential(
    connection: &ConnectionStringBuilder,
    cloud: &CloudInfo,
    tools: &Tools,
) -> Result<Arc<dyn TokenCredential>, Error> {
    match make(connection, cloud, tools) {
        Ok(credential) => Ok(credential),
        Err(error) => Err(Error::new(ErrorKind::Authentication, error.to_string()).with_source(error)),
    }
}

fn make(
    connection: &ConnectionStringBuilder,
    cloud: &CloudInfo,
    tools: &Tools,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let tenant = connection.authority_id();
    let tenant_or_default = tenant.unwrap_or(AUTHORITY_DEFAULT);
    let user_authority = || Authority::new(cloud, tenant, &cloud.kusto_client_app_id, tools);
    Ok(match connection.authentication() {
        Authentication::TokenCredential(credential) => Arc::clone(credential),
        Authentication::ApplicationKey { application_id, key } => {
            let options = ClientSecretCredentialOptions { client_options: client_options(cloud, tools) };
            let key = Secret::new(key.reveal().to_owned());
            ClientSecretCredential::new(tenant_or_default, application_id.clone(), key, Some(options))?
        }
        Authentication::ApplicationCertificate { application_id, pem, send_chain, thumbprint } => {
            let authority = Authority::new(cloud, tenant, application_id, tools)?;
            let assertion = CertificateAssertion::new(&authority, pem.reveal(), *send_chain, thumbprint.as_deref())?;
            let options = ClientAssertionCredentialOptions { client_options: client_options(cloud, tools) };
            let tenant = tenant_or_default.to_owned();
            ClientAssertionCredential::new(tenant, application_id.clone(), assertion, Some(options))?
        }
        Authentication::ManagedIdentity { id } => managed_identity(id.as_deref(), cloud, tools)?,
        Authentication::WorkloadIdentity => workload_identity(cloud, tools)?,
        Authentication::AzureCli => {
            let options = AzureCliCredentialOptions { tenant_id: tenant.map(str::to_owned), ..Default::default() };
            AzureCliCredential::new(Some(options))?
        }
        Authentication::DeviceCode { prompt } => Arc::new(DeviceCodeCredential::new(user_authority()?, prompt.clone())),
        Authentication::Interactive { browser } => {
            let hint = connection.login_hint().map(str::to_owned);
            Arc::new(InteractiveCredential::new(
                user_authority()?,
                &cloud.kusto_client_redirect_uri,
                hint,
                browser.clone(),
            ))
        }
        Authentication::UserPassword { user, password } => {
            Arc::new(PasswordCredential::new(user_authority()?, user.clone(), password.clone()))
        }
        Authentication::Default => default_chain::credential(tenant, cloud, tools)?,
        // These never ask for a credential.
        Authentication::None
        | Authentication::UserToken(_)
        | Authentication::ApplicationToken(_)
        | Authentication::TokenProvider(_) => {
            return Err(azure_core::Error::with_message(AzureErrorKind::Credential, "there is no credential to make"));
        }
    })
}

/// Returns what Azure's clients work with: our connections, and the cloud's authority.
pub(super) fn client_options(cloud: &CloudInfo, tools: &Tools) -> ClientOptions {
    let mut custom = CustomConfiguration::default();
    custom.authority_host.clone_from(&cloud.login_endpoint);
    ClientOptions {
        transport: Some(Transport::new(Arc::clone(&tools.http))),
        cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
        ..ClientOptions::default()
    }
}

pub(super) fn managed_identity(
    id: Option<&str>,
    cloud: &CloudInfo,
    tools: &Tools,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let user_assigned_id = id.map(|id| match id.strip_prefix(OBJECT_ID_PREFIX) {
        Some(object_id) => UserAssignedId::ObjectId(object_id.to_owned()),
        None if id.contains('/') => UserAssignedId::ResourceId(id.to_owned()),
        None => UserAssignedId::ClientId(id.to_owned()),
    });
    let client_options = client_options(cloud, tools);
    let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
    Ok(ManagedIdentityCredential::new(Some(options))?)
}

pub(super) fn workload_identity(cloud: &CloudInfo, tools: &Tools) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let credential_options = ClientAssertionCredentialOptions { client_options: client_options(cloud, tools) };
    let options = WorkloadIdentityCredentialOptions { credential_options, ..Default::default() };
    Ok(WorkloadIdentityCredential::new(Some(options))?)
}

/// Returns how long a credential may take: longer where a person is asked, or the application decides.
pub(super) const fn time_limit(method: AuthenticationMethod) -> Duration {
    match method {
        AuthenticationMethod::DeviceCode
        | AuthenticationMethod::Interactive
        | AuthenticationMethod::TokenCredential => PERSON_TIME_LIMIT,
        _ => MACHINE_TIME_LIMIT,
    }
}

/// Asks a credential for a token.
pub(super) async fn token(
    credential: &dyn TokenCredential,
    scope: &str,
    limit: Duration,
) -> Result<AccessToken, Error> {
    let asked = tokio::time::timeout(limit, credential.get_token(&[scope], None)).await;
    let token = asked
        .map_err(|_| Error::new(ErrorKind::Timeout, format!("no token could be had within {} s", limit.as_secs())))?;
    let token = token.map_err(failed)?;
    let expires_on = DateTime::from_unix_seconds(token.expires_on.unix_timestamp());
    let read = AccessToken::new(token.token.secret());
    Ok(match expires_on {
        Some(expires_on) => read.with_expiry(expires_on),
        None => read,
    })
}

fn failed(error: azure_core::Error) -> Error {
    let passing = is_passing(&error);
    Error::new(ErrorKind::Authentication, format!("no token could be had: {error}"))
        .with_permanence(!passing)
        .with_source(error)
}

/// Says whether asking again may help: the network failed, or the authority has too much to do.
fn is_passing(error: &azure_core::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<azure_core::Error>().map(azure_core::Error::kind);
        match kind {
            Some(AzureErrorKind::Io | AzureErrorKind::Connection) => return true,
            Some(AzureErrorKind::HttpResponse { status, .. }) => {
                let status = u16::from(*status);
                return status == 429 || status >= 500;
            }
            _ => cause = error.source(),
        }
    }
    false
}
