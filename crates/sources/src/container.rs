//! To which container or bucket a URL belongs: what signing and listing must know beyond the URL.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::access::Access;

/// The region where buckets are that name none.
const AWS_REGION_DEFAULT: &str = "us-east-1";

/// A container of blobs, and the name that the URL has beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) service: Service,
    /// Name of the container or bucket, decoded.
    pub(crate) name: String,
    /// What follows it, decoded: a blob's name, a prefix, or nothing.
    pub(crate) path: String,
}

/// Whose protocol it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Service {
    Azure {
        account: String,
        /// The URL that container names follow.
        endpoint: String,
    },
    S3 {
        /// The URL that keys follow (`bucket_in_host`) or that the bucket's name follows.
        endpoint: String,
        bucket_in_host: bool,
        region: String,
    },
    Google {
        endpoint: String,
    },
}

impl Container {
    /// Returns where `url` lies, or `None` if it is not known to be storage of any kind.
    pub(crate) fn of(url: &Url, access: &Access) -> Option<Self> {
        let host = url.host_str()?;
        match access {
            Access::Aws { .. } => Self::of_s3(url, host),
            Access::Google(_) => Self::of_google(url),
            Access::AccountKey(_) | Access::Token(_) | Access::ManagedIdentity(_) => Self::of_azure(url, host),
            Access::Url if host.ends_with(".amazonaws.com") => Self::of_s3(url, host),
            Access::Url if host == "storage.googleapis.com" => Self::of_google(url),
            Access::Url if host.contains(".blob.") || is_signed(url) => Self::of_azure(url, host),
            Access::Url => None,
        }
    }

    /// Azure's hosts begin with the account; emulators and Calypso's own storage have it as the path's first part.
    fn of_azure(url: &Url, host: &str) -> Option<Self> {
        let origin = url.origin().ascii_serialization();
        let mut parts = segments(url);
        let account_in_host = host.parse::<IpAddr>().is_err() && host.contains(".blob.");
        let (account, endpoint) = match host.split_once('.') {
            Some((label, _)) if account_in_host => {
                (label.strip_suffix("-secondary").unwrap_or(label).to_owned(), origin)
            }
            _ => {
                let account = parts.next()?;
                let endpoint = format!("{origin}/{account}");
                (account, endpoint)
            }
        };
        // It goes into a header.
        if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        Self::with(Service::Azure { account, endpoint }, parts)
    }

    fn of_google(url: &Url) -> Option<Self> {
        Self::with(Service::Google { endpoint: url.origin().ascii_serialization() }, segments(url))
    }

    /// AWS's hosts say `bucket.s3.region` or `s3.region`; others are other servers of the protocol, with the bucket in
    /// the path.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
    fn of_s3(url: &Url, host: &str) -> Option<Self> {
        let endpoint = url.origin().ascii_serialization();
        let in_path =
            |region: &str| Service::S3 { endpoint: endpoint.clone(), bucket_in_host: false, region: region.to_owned() };
        let Some(prefix) = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))
        else {
            return Self::with(in_path(AWS_REGION_DEFAULT), segments(url));
        };
        let labels: Vec<&str> = prefix.split('.').collect();
        let at = labels.iter().rposition(|label| *label == "s3" || label.starts_with("s3-"))?;
        let region = match (labels[at].strip_prefix("s3-"), labels.get(at + 1..).unwrap_or_default()) {
            (_, ["dualstack", region] | [region]) => region,
            (Some(region), _) => region,
            (None, _) => AWS_REGION_DEFAULT,
        };
        if at == 0 {
            return Self::with(in_path(region), segments(url));
        }
        let service = Service::S3 { endpoint: endpoint.clone(), bucket_in_host: true, region: region.to_owned() };
        Some(Self { service, name: labels[..at].join("."), path: rest(segments(url)) })
    }

    fn with(service: Service, mut parts: impl Iterator<Item = String>) -> Option<Self> {
        let name = parts.next().filter(|name| !name.is_empty())?;
        Some(Self { service, name, path: rest(parts) })
    }

    /// Returns the URL of what is called `path` in this container, without a query.
    pub(crate) fn url_of(&self, path: &str) -> Option<Url> {
        let (endpoint, with_name) = match &self.service {
            Service::Azure { endpoint, .. } | Service::Google { endpoint } => (endpoint, true),
            Service::S3 { endpoint, bucket_in_host, .. } => (endpoint, !bucket_in_host),
        };
        let mut url = Url::parse(endpoint).ok()?;
        {
            let mut parts = url.path_segments_mut().ok()?;
            parts.pop_if_empty();
            if with_name {
                parts.push(&self.name);
            }
            parts.extend(path.split('/'));
        }
        Some(url)
    }
}

/// Says whether the URL has a shared access signature.
pub(crate) fn is_signed(url: &Url) -> bool {
    let has = |wanted: &str| url.query_pairs().any(|(name, _)| name == wanted);
    has("sig") && has("sv")
}

fn segments(url: &Url) -> impl Iterator<Item = String> {
    url.path().trim_start_matches('/').split('/').map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
}

fn rest(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("/")
}
