//! Where a service says that tokens come from.
//!
//! `GET /v1/rest/auth/metadata` at the root of the host, whatever path a URL carries.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use parking_lot::RwLock;
use reqwest::StatusCode;
use serde::Deserialize;
use tracing::Instrument as _;
use url::Url;

use crate::{Error, ErrorKind, error::deepest};

/// How long the answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Hosts that are remembered; more than that and the memory starts anew.
const HOSTS_MAX: usize = 1024;
/// Longest answer.
const BYTES_MAX: usize = 1 << 20;

/// A cloud's authority, and what tokens for its services are asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudInfo {
    /// Authority that issues tokens.
    pub login_endpoint: String,
    /// Whether tokens need a second factor; then [`CloudInfo::scope`] is another.
    pub login_mfa_required: bool,
    /// Id of the application that users sign in to by hand.
    pub kusto_client_app_id: String,
    /// Where that application's sign-in returns to.
    pub kusto_client_redirect_uri: String,
    /// Audience of tokens.
    pub kusto_service_resource_id: String,
    /// Authority of Microsoft's own applications.
    pub first_party_authority_url: String,
}

impl Default for CloudInfo {
    /// Azure's public cloud.
    fn default() -> Self {
        let public = calypso_protocol::AuthMetadata::default();
        Self {
            login_endpoint: public.login_endpoint,
            login_mfa_required: false,
            kusto_client_app_id: public.client_app_id,
            kusto_client_redirect_uri: public.client_redirect_uri,
            kusto_service_resource_id: public.service_resource_id,
            first_party_authority_url: public.first_party_authority_url,
        }
    }
}

impl CloudInfo {
    /// Returns the scope that tokens are asked for.
    #[must_use]
    pub fn scope(&self) -> String {
        let resource = self.kusto_service_resource_id.trim_end_matches('/');
        let resource =
            if self.login_mfa_required { resource.replace(".kusto.", ".kustomfa.") } else { resource.to_owned() };
        format!("{resource}/.default")
    }

    /// Remembers what a host would answer, so that it is not asked.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] unless `url` is a URL.
    pub fn remember(url: &str, info: Self) -> Result<(), Error> {
        let url =
            Url::parse(url).map_err(|error| Error::invalid(format!("'{url}' is not a URL")).with_source(error))?;
        CloudInfoCache::for_process().put(&url, info);
        Ok(())
    }
}

/// Answers by host, scheme and port.
#[derive(Debug, Default)]
pub(crate) struct CloudInfoCache {
    known: RwLock<HashMap<String, CloudInfo>>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
}

static PROCESS: LazyLock<Arc<CloudInfoCache>> = LazyLock::new(Arc::default);

impl CloudInfoCache {
    /// Returns the memory that all clients share.
    pub(crate) fn for_process() -> Arc<Self> {
        Arc::clone(&PROCESS)
    }

    fn put(&self, url: &Url, info: CloudInfo) {
        let mut known = self.known.write();
        if known.len() >= HOSTS_MAX {
            known.clear();
        }
        known.insert(root(url), info);
    }

    /// Returns what the host answers, asking it once.
    pub(crate) async fn get(&self, http: &reqwest::Client, endpoint: &Url) -> Result<CloudInfo, Error> {
        let root = root(endpoint);
        if let Some(info) = self.known.read().get(&root) {
            return Ok(info.clone());
        }
        let _asking = self.asking.lock().await;
        if let Some(info) = self.known.read().get(&root) {
            return Ok(info.clone());
        }
        let span = tracing::info_span!("CloudSettings.get_cloud_info", otel.kind = "client", kusto_cluster = %root);
        let info = ask(http, &root).instrument(span).await?;
        self.put(endpoint, info.clone());
        Ok(info)
    }
}

/// The URL without database and query.
fn root(url: &Url) -> String {
    url.origin().ascii_serialization()
}

async fn ask(http: &reqwest::Client, root: &str) -> Result<CloudInfo, Error> {
    let unreachable = |source: reqwest::Error| {
        let source = source.without_url();
        Error::new(ErrorKind::Unreachable, format!("cannot ask {root} where tokens come from: {}", deepest(&source)))
            .with_source(source)
    };
    let request = http.get(format!("{root}/v1/rest/auth/metadata")).header("accept", "application/json");
    let mut response = request.timeout(TIME_LIMIT).send().await.map_err(unreachable)?;
    let status = response.status();
    if status == StatusCode::NOT_FOUND {
        // Proxies that know of no metadata stand before services of the public cloud.
        return Ok(CloudInfo::default());
    }
    if status != StatusCode::OK {
        let message = format!("{root} answers {status} when asked where tokens come from");
        return Err(Error::malformed(message).with_permanence(!status.is_server_error()).with_status(status.as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > BYTES_MAX {
            return Err(Error::new(ErrorKind::TooLarge, format!("the metadata of {root} exceed {BYTES_MAX} bytes")));
        }
    }
    read(&bytes).map_err(|reason| Error::malformed(format!("the metadata of {root} make no sense: {reason}")))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AzureAd {
    login_endpoint: String,
    #[serde(default)]
    login_mfa_required: bool,
    kusto_client_app_id: String,
    kusto_client_redirect_uri: String,
    kusto_service_resource_id: String,
    #[serde(default)]
    first_party_authority_url: String,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "AzureAD")]
    azure_ad: Option<AzureAd>,
}

/// Reads an answer. `null` in place of the cloud stands for the public one; nothing at all is an error.
fn read(bytes: &[u8]) -> Result<CloudInfo, String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if value.get("AzureAD").is_none() {
        return Err("'AzureAD' is missing".to_owned());
    }
    let metadata: Metadata = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let Some(cloud) = metadata.azure_ad else { return Ok(CloudInfo::default()) };
    Ok(CloudInfo {
        login_endpoint: cloud.login_endpoint,
        login_mfa_required: cloud.login_mfa_required,
        kusto_client_app_id: cloud.kusto_client_app_id,
        kusto_client_redirect_uri: cloud.kusto_client_redirect_uri,
        kusto_service_resource_id: cloud.kusto_service_resource_id,
        first_party_authority_url: cloud.first_party_authority_url,
    })
}
