//! The credential of connections that leave the choice to the machine.

use std::{
    env, fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use azure_core::{
    Error, Result,
    credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential, AzureDeveloperCliCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions,
};

use super::{authority::Tools, azure};
use crate::CloudInfo;

/// How long a managed identity may take to answer before the next credential is tried. Outside of Azure nobody answers.
const MANAGED_IDENTITY_TIME_LIMIT: Duration = Duration::from_secs(5);

/// One of the credentials, made or not.
struct Link {
    name: &'static str,
    made: Result<Arc<dyn TokenCredential>>,
    time_limit: Option<Duration>,
}

/// Tries credentials in order, and keeps to the first that works.
pub(super) struct DefaultChain {
    links: Vec<Link>,
    chosen: OnceLock<usize>,
}

/// Makes the chain: environment, workload identity, managed identity, Azure CLI, Azure Developer CLI.
pub(super) fn credential(tenant: Option<&str>, cloud: &CloudInfo, tools: &Tools) -> Result<Arc<dyn TokenCredential>> {
    let tenant = tenant.map(str::to_owned);
    let cli = AzureCliCredentialOptions { tenant_id: tenant.clone(), ..Default::default() };
    let developer_cli = AzureDeveloperCliCredentialOptions { tenant_id: tenant, ..Default::default() };
    let link = |name, made| Link { name, made, time_limit: None };
    let links = vec![
        link("environment", environment(cloud, tools)),
        link("workload identity", azure::workload_identity(cloud, tools)),
        Link {
            name: "managed identity",
            made: azure::managed_identity(env::var("AZURE_CLIENT_ID").ok().as_deref(), cloud, tools),
            time_limit: Some(MANAGED_IDENTITY_TIME_LIMIT),
        },
        link("Azure CLI", AzureCliCredential::new(Some(cli)).map(|made| made as Arc<dyn TokenCredential>)),
        link(
            "Azure Developer CLI",
            AzureDeveloperCliCredential::new(Some(developer_cli)).map(|made| made as Arc<dyn TokenCredential>),
        ),
    ];
    Ok(Arc::new(DefaultChain { links, chosen: OnceLock::new() }))
}

/// An application with its secret, as the environment describes it.
fn environment(cloud: &CloudInfo, tools: &Tools) -> Result<Arc<dyn TokenCredential>> {
    let read = |name: &str| {
        let value = env::var(name).ok().filter(|value| !value.is_empty());
        value.ok_or_else(|| Error::with_message(ErrorKind::Credential, format!("{name} is not set")))
    };
    let (tenant, application_id) = (read("AZURE_TENANT_ID")?, read("AZURE_CLIENT_ID")?);
    let options = ClientSecretCredentialOptions { client_options: azure::client_options(cloud, tools) };
    let secret = Secret::new(read("AZURE_CLIENT_SECRET")?);
    Ok(ClientSecretCredential::new(&tenant, application_id, secret, Some(options))?)
}

impl Link {
    async fn token(&self, scopes: &[&str], options: Option<TokenRequestOptions<'_>>) -> Result<AccessToken> {
        let credential = match &self.made {
            Ok(credential) => credential,
            Err(error) => return Err(Error::with_message(ErrorKind::Credential, error.to_string())),
        };
        let asked = credential.get_token(scopes, options);
        let Some(limit) = self.time_limit else { return asked.await };
        tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| {
            let message = format!("no answer within {} s", limit.as_secs());
            Err(Error::with_message(ErrorKind::Credential, message))
        })
    }
}

#[async_trait]
impl TokenCredential for DefaultChain {
    async fn get_token(&self, scopes: &[&str], options: Option<TokenRequestOptions<'_>>) -> Result<AccessToken> {
        if let Some(link) = self.chosen.get().and_then(|index| self.links.get(*index)) {
            return link.token(scopes, options).await;
        }
        let mut reasons = Vec::new();
        for (index, link) in self.links.iter().enumerate() {
            match link.token(scopes, options.clone()).await {
                Ok(token) => {
                    // Whoever came first has chosen.
                    let _ = self.chosen.set(index);
                    return Ok(token);
                }
                Err(error) => reasons.push(format!("{}: {error}", link.name)),
            }
        }
        let message = format!("none of the machine's credentials works. {}", reasons.join(". "));
        Err(Error::with_message(ErrorKind::Credential, message))
    }
}

impl fmt::Debug for DefaultChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.links.iter().map(|link| link.name)).finish()
    }
}
