//! A storage resource of ingestion: a container, a queue or a table, by its URL with its signature.

use std::{fmt, net::IpAddr};

use url::Url;

use crate::Error;

/// See the file's header. Neither `Debug` nor [`ResourceUri::location`] shows the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct ResourceUri {
    url: Url,
    account: String,
}

impl ResourceUri {
    /// Reads a `StorageRoot` as the service lists it.
    ///
    /// # Errors
    /// When it is no http(s) URL or names nothing within an account.
    pub fn parse(storage_root: &str) -> Result<Self, Error> {
        let url = Url::parse(storage_root.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| Error::Answer { reason: "a storage resource is not an http URL".to_owned() })?;
        let segments = url.path().split('/').filter(|segment| !segment.is_empty()).count();
        if segments == 0 || url.host_str().is_none() {
            let reason = "a storage resource lacks the name of its container, queue or table".to_owned();
            return Err(Error::Answer { reason });
        }
        let account = account(&url, segments);
        Ok(Self { url, account })
    }

    /// Returns what the resource's successes and failures are counted under. Azure's blobs, queues and tables of one
    /// account share it; an account that is the first segment of the path keeps its host and port.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Returns the name of the container, queue or table.
    #[must_use]
    pub fn object(&self) -> &str {
        self.url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// Returns the URL without its signature.
    #[must_use]
    pub fn location(&self) -> String {
        location_of(self.url.as_str()).to_owned()
    }

    /// Returns the URL with its signature: a secret.
    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the URL of a blob of this container, with the signature: a secret.
    pub(crate) fn blob(&self, name: &str) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(name);
        }
        url
    }
}

impl fmt::Debug for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResourceUri").field(&self.location()).finish()
    }
}

/// Accounts are the first label of the host, or the first segment of the path where the host is one machine.
fn account(url: &Url, segments: usize) -> String {
    let host = url.host_str().unwrap_or_default();
    let is_machine = url.port().is_some() || host == "localhost" || host.parse::<IpAddr>().is_ok();
    let label = host.split('.').next().unwrap_or(host);
    if !is_machine || host.starts_with('[') && url.port().is_none() {
        return label.to_owned();
    }
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let first = url.path().split('/').find(|segment| !segment.is_empty()).filter(|_| segments > 1);
    first.map_or_else(|| authority.clone(), |first| format!("{authority}/{first}"))
}

/// Returns what may be shown of a storage URI: nothing from its query or from the properties of a connection string
/// (`;impersonate`, `;<key>`) on.
pub(crate) fn location_of(uri: &str) -> &str {
    uri.split(['?', ';', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_by_host_or_by_path() {
        for (root, account, object) in [
            ("https://acc01.blob.core.windows.net/temp-0?sv=1&sig=x", "acc01", "temp-0"),
            ("https://acc01.queue.core.windows.net/ready?sig=x", "acc01", "ready"),
            ("http://localhost:8080/calypso/temp-0?sig=x", "localhost:8080/calypso", "temp-0"),
            ("http://127.0.0.1:10000/devstoreaccount1/q?sig=x", "127.0.0.1:10000/devstoreaccount1", "q"),
            ("https://kusto.local:8443/acc/t?sig=x", "kusto.local:8443/acc", "t"),
        ] {
            let resource = ResourceUri::parse(root).unwrap();
            assert_eq!((resource.account(), resource.object()), (account, object), "{root}");
        }
    }

    #[test]
    fn what_is_no_resource_is_refused_without_showing_it() {
        for root in ["", "x", "ftp://h/c?sig=SECRET", "http://h:1/?sig=SECRET"] {
            let error = ResourceUri::parse(root).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{root}: {error:?}");
        }
    }

    #[test]
    fn signatures_are_not_shown() {
        let resource = ResourceUri::parse("http://h:1/a/c?sv=1&sig=SECRET").unwrap();
        assert_eq!(format!("{resource:?}"), "ResourceUri(\"http://h:1/a/c\")");
        assert_eq!(location_of("https://h/c/b.csv;impersonate"), "https://h/c/b.csv");
        assert_eq!(location_of("https://h/c/b.csv?sig=SECRET"), "https://h/c/b.csv");
    }

    #[test]
    fn names_of_blobs_are_encoded_and_the_signature_stays() {
        let container = ResourceUri::parse("http://h:1/a/c?sig=a%2Bb%3D").unwrap();
        let blob = container.blob("db__T a__b/c?d__f+1.gz");
        assert_eq!(blob.as_str(), "http://h:1/a/c/db__T%20a__b%2Fc%3Fd__f+1.gz?sig=a%2Bb%3D");
    }
}
