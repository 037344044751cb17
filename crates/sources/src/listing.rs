//! The blobs of a container, for `.list blobs`.

use std::{borrow::Cow, sync::Arc};

use calypso_types::DateTime;
use futures::TryStreamExt as _;
use object_store::{
    ObjectStore, StaticCredentialProvider,
    aws::AmazonS3Builder,
    azure::MicrosoftAzureBuilder,
    gcp::{GcpCredential, GcpCredentialProvider, GoogleCloudStorageBuilder},
    path::Path,
};

use crate::{
    Error, SourceUri, Sources,
    access::Access,
    answer,
    connector::Connector,
    container::{Container, Service},
    host_rules::Trust,
    request::{no_retries, not_storage},
    source_uri::{Place, Web},
};

/// Most blobs that are looked at to find those that match.
pub const LISTED_MAX: usize = 100_000;

/// A blob that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSource {
    /// The blob, with the credentials of the container.
    pub uri: SourceUri,
    pub bytes: u64,
    pub modified_on: DateTime,
}

impl Sources {
    /// Returns at most `count_max` blobs whose names begin with the path of `root` and then `prefix`, and end with
    /// `suffix`, in the order of their names.
    ///
    /// <https://learn.microsoft.com/kusto/management/data-ingestion/list-blobs>
    ///
    /// # Errors
    /// When `root` is not in storage that can be listed, refuses, or has more than [`LISTED_MAX`] blobs to look at.
    pub async fn list(
        &self,
        root: &SourceUri,
        prefix: &str,
        suffix: &str,
        count_max: usize,
    ) -> Result<Vec<ListedSource>, Error> {
        let Place::Web(web) = &root.place else {
            return Err(Error::NotSupported { what: "listing files of the server's machine".to_owned() });
        };
        let container = Container::of(&web.url, &web.access)
            .ok_or_else(|| not_storage(root.location(), "a container that can be listed"))?;
        let trust = self.rules.check(&web.url)?;
        let store = self.store(&container, web, trust, root.location())?;
        let prefix = format!("{}{prefix}", container.path);
        let folder = prefix.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty());
        let folder = folder.map(Path::parse).transpose().map_err(|_| not_storage(root.location(), "a folder"))?;
        let mut found = Vec::new();
        let mut looked_at = 0;
        let mut blobs = store.list(folder.as_ref());
        while found.len() < count_max {
            let next = blobs.try_next().await.map_err(|error| answer::store_failed(&error, root.location()))?;
            let Some(blob) = next else { break };
            looked_at += 1;
            if looked_at > LISTED_MAX {
                return Err(Error::TooMany { location: root.location().to_owned(), count_max: LISTED_MAX });
            }
            let name = blob.location.as_ref();
            if !name.starts_with(&prefix) || !name.ends_with(suffix) {
                continue;
            }
            let Some(mut url) = container.url_of(name) else { continue };
            url.set_query(web.url.query());
            found.push(ListedSource {
                uri: root.with_url(url, web.access.clone()),
                bytes: blob.size,
                modified_on: DateTime::from_unix_micros(blob.last_modified.timestamp_micros())
                    .unwrap_or(DateTime::UNIX_EPOCH),
            });
        }
        Ok(found)
    }

    fn store(
        &self,
        container: &Container,
        web: &Web,
        trust: Trust,
        location: &str,
    ) -> Result<Box<dyn ObjectStore>, Error> {
        let rules = match trust {
            Trust::General => Some(self.rules.clone()),
            Trust::Operator => None,
        };
        let connector = Connector { client: self.clients.get(trust)?.clone(), rules };
        let built = match &container.service {
            Service::Azure { account, endpoint } => {
                let builder = MicrosoftAzureBuilder::new()
                    .with_account(account)
                    .with_container_name(&container.name)
                    .with_endpoint(endpoint.clone());
                boxed(
                    self.with_azure_access(builder, web)?
                        .with_retry(no_retries())
                        .with_http_connector(connector)
                        .build(),
                )
            }
            Service::S3 { endpoint, bucket_in_host, region } => {
                let builder = AmazonS3Builder::new()
                    .with_bucket_name(&container.name)
                    .with_region(region)
                    .with_endpoint(endpoint)
                    .with_virtual_hosted_style_request(*bucket_in_host);
                boxed(with_aws_access(builder, web).with_retry(no_retries()).with_http_connector(connector).build())
            }
            Service::Google { endpoint } => {
                let builder =
                    GoogleCloudStorageBuilder::new().with_bucket_name(&container.name).with_base_url(endpoint);
                let builder = match &web.access {
                    Access::Google(key) => builder.with_credentials(self.google_credentials(key, location)?),
                    // The server's own Google identity, should it have one, is nobody's to use.
                    _ => builder.with_credentials(nobody()).with_skip_signature(true),
                };
                boxed(builder.with_retry(no_retries()).with_http_connector(connector).build())
            }
        };
        built.map_err(|error| answer::store_failed(&error, location))
    }

    fn with_azure_access(&self, builder: MicrosoftAzureBuilder, web: &Web) -> Result<MicrosoftAzureBuilder, Error> {
        Ok(match (&web.access, web.url.query()) {
            (Access::Url, Some(_)) => {
                let pair = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
                builder.with_sas_authorization(web.url.query_pairs().map(pair).collect::<Vec<_>>())
            }
            (Access::Url, None) => builder.with_skip_signature(true),
            (access, _) => builder.with_credentials(self.azure_credentials(access)?),
        })
    }
}

fn with_aws_access(builder: AmazonS3Builder, web: &Web) -> AmazonS3Builder {
    let Access::Aws { key_id, secret_key, token } = &web.access else {
        return builder.with_skip_signature(true);
    };
    let builder = builder.with_access_key_id(key_id).with_secret_access_key(secret_key);
    match token {
        Some(token) => builder.with_token(token),
        None => builder,
    }
}

fn nobody() -> GcpCredentialProvider {
    Arc::new(StaticCredentialProvider::new(GcpCredential { bearer: String::new() }))
}

fn boxed<S: ObjectStore>(store: object_store::Result<S>) -> object_store::Result<Box<dyn ObjectStore>> {
    store.map(|store| Box::new(store) as Box<dyn ObjectStore>)
}
