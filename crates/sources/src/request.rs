//! A request for a source: the URL as it was given, signed as its credentials say.
//!
//! `object_store` signs; it does not name the blob, because its paths cannot name every blob there is.

use std::sync::Arc;

use object_store::{
    RetryConfig,
    aws::{AwsAuthorizer, AwsCredential},
    azure::{
        AzureAccessKey, AzureAuthorizer, AzureConfigKey, AzureCredential, AzureCredentialProvider,
        MicrosoftAzureBuilder,
    },
    client::{HttpRequest, HttpRequestBody},
    gcp::{GcpCredentialProvider, GoogleCloudStorageBuilder},
};
use reqwest::{
    Method, Request,
    header::{AUTHORIZATION, HeaderValue, RANGE},
};
use url::Url;

use crate::{
    Error, Sources,
    access::Access,
    answer,
    connector::Connector,
    container::{Container, Service},
    host_rules::Trust,
    source_uri::Web,
};

/// Attempts are the caller's: it knows what else waits.
pub(crate) fn no_retries() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

impl Sources {
    /// Returns the request, ready to be sent.
    pub(crate) async fn request(
        &self,
        method: Method,
        source: &Web,
        range: Option<&str>,
        location: &str,
    ) -> Result<Request, Error> {
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.method_mut() = method;
        *request.uri_mut() = source.url.as_str().parse().map_err(|_| Error::InvalidUri {
            location: location.to_owned(),
            reason: "it has characters that no request may have".to_owned(),
        })?;
        if let Some(range) = range.and_then(|range| HeaderValue::from_str(range).ok()) {
            request.headers_mut().insert(RANGE, range);
        }
        self.sign(&mut request, source, location).await?;
        let (parts, _) = request.into_parts();
        // What was signed is what must be sent: the URI may write itself otherwise than the URL did.
        let url = Url::parse(&parts.uri.to_string()).unwrap_or_else(|_| source.url.clone());
        let mut signed = Request::new(parts.method, url);
        *signed.headers_mut() = parts.headers;
        Ok(signed)
    }

    async fn sign(&self, request: &mut HttpRequest, source: &Web, location: &str) -> Result<(), Error> {
        match &source.access {
            Access::Url => {}
            Access::AccountKey(_) | Access::Token(_) | Access::ManagedIdentity(_) => {
                let (account, _) = azure_account(source, location)?;
                let provider = self.azure_credentials(&source.access)?;
                let credential =
                    provider.get_credential().await.map_err(|error| answer::store_failed(&error, location))?;
                AzureAuthorizer::new(&credential, &account).authorize(request);
            }
            Access::Aws { key_id, secret_key, token } => {
                let region = match Container::of(&source.url, &source.access) {
                    Some(Container { service: Service::S3 { region, .. }, .. }) => region,
                    _ => return Err(not_storage(location, "a key in a bucket")),
                };
                let credential =
                    AwsCredential { key_id: key_id.clone(), secret_key: secret_key.clone(), token: token.clone() };
                AwsAuthorizer::new(&credential, "s3", &region).authorize(request, None);
            }
            Access::Google(key) => {
                let provider = self.google_credentials(key, location)?;
                let credential =
                    provider.get_credential().await.map_err(|error| answer::store_failed(&error, location))?;
                if let Ok(value) = HeaderValue::from_str(&format!("Bearer {}", credential.bearer)) {
                    request.headers_mut().insert(AUTHORIZATION, value);
                }
            }
        }
        Ok(())
    }

    /// Returns the credentials for Azure that `access` stands for.
    pub(crate) fn azure_credentials(&self, access: &Access) -> Result<AzureCredentialProvider, Error> {
        let given = |credential| -> AzureCredentialProvider {
            Arc::new(object_store::StaticCredentialProvider::new(credential))
        };
        match access {
            Access::AccountKey(key) => {
                let key = AzureAccessKey::try_new(key)
                    .map_err(|_| Error::NotSupported { what: "this account key".to_owned() })?;
                Ok(given(AzureCredential::AccessKey(key)))
            }
            Access::Token(token) => Ok(given(AzureCredential::BearerToken(token.clone()))),
            Access::ManagedIdentity(identity) => self.managed_identity(identity.as_deref()),
            Access::Url | Access::Aws { .. } | Access::Google(_) => Ok(given(AzureCredential::SASToken(Vec::new()))),
        }
    }

    fn managed_identity(&self, identity: Option<&str>) -> Result<AzureCredentialProvider, Error> {
        let Some(endpoint) = &self.settings.identity_endpoint else {
            let what =
                "';managed_identity' in a storage connection string (the server's settings name no identity endpoint)";
            return Err(Error::NotSupported { what: what.to_owned() });
        };
        let client = self.clients.get(Trust::Operator)?.clone();
        let mut builder = MicrosoftAzureBuilder::new()
            // Nothing is read by this one: it only knows how to ask for tokens.
            .with_account("account")
            .with_container_name("container")
            .with_msi_endpoint(endpoint.clone())
            .with_retry(no_retries())
            .with_http_connector(Connector { client, rules: None });
        if let Some(id) = identity {
            builder = builder.with_config(AzureConfigKey::ObjectId, id);
        }
        let store = builder.build().map_err(|_| Error::Client)?;
        Ok(store.credentials().clone())
    }

    /// Returns the credentials of a Google service account.
    pub(crate) fn google_credentials(&self, key: &str, location: &str) -> Result<GcpCredentialProvider, Error> {
        let client = self.clients.get(Trust::General)?.clone();
        let store = GoogleCloudStorageBuilder::new()
            .with_bucket_name("bucket")
            .with_service_account_key(key)
            .with_retry(no_retries())
            .with_http_connector(Connector { client, rules: Some(self.rules.clone()) })
            .build()
            .map_err(|_| Error::InvalidUri {
                location: location.to_owned(),
                reason: "'GcsCredentials' is not the JSON key of a service account".to_owned(),
            })?;
        Ok(store.credentials().clone())
    }
}

/// Returns account and endpoint of an Azure URL.
fn azure_account(source: &Web, location: &str) -> Result<(String, String), Error> {
    match Container::of(&source.url, &source.access) {
        Some(Container { service: Service::Azure { account, endpoint }, .. }) => Ok((account, endpoint)),
        _ => Err(not_storage(location, "a blob in a container of an account")),
    }
}

pub(crate) fn not_storage(location: &str, wanted: &str) -> Error {
    Error::InvalidUri { location: location.to_owned(), reason: format!("it does not name {wanted}") }
}
