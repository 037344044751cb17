//! The spellings of storage URIs: each becomes the `https` URL that its service answers under.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::{Error, access::Access};

/// Google's own address of Cloud Storage.
const GOOGLE_STORAGE: &str = "https://storage.googleapis.com";

/// What AWS's signature leaves as it is in a path.
const AWS_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Why a URI is none of ours.
#[derive(Debug)]
pub(super) enum DialectError {
    Invalid(String),
    NotSupported(&'static str),
}

impl DialectError {
    pub(super) fn with_location(self, location: &str) -> Error {
        match self {
            Self::Invalid(reason) => Error::InvalidUri { location: location.to_owned(), reason },
            Self::NotSupported(what) => Error::NotSupported { what: what.to_owned() },
        }
    }
}

/// Returns the `http` or `https` URL of a storage URI.
pub(super) fn web_url(uri: &str) -> Result<Url, DialectError> {
    let invalid = |reason: &str| DialectError::Invalid(reason.to_owned());
    let url = Url::parse(uri).map_err(|error| DialectError::Invalid(error.to_string()))?;
    let web = match url.scheme() {
        "http" | "https" => url,
        "abfss" | "abfs" => data_lake(&url).ok_or_else(|| invalid("it is not 'abfss://filesystem@account/path'"))?,
        "gs" => {
            let bucket = url.host_str().ok_or_else(|| invalid("it names no bucket"))?;
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let text = format!("{GOOGLE_STORAGE}/{bucket}{}{query}", url.path());
            Url::parse(&text).map_err(|error| DialectError::Invalid(error.to_string()))?
        }
        "adl" => {
            return Err(DialectError::NotSupported("Azure Data Lake Storage Gen1 ('adl://', which Azure has retired)"));
        }
        "s3" | "s3a" => {
            return Err(invalid("buckets of S3 are named 'https://bucket.s3.region.amazonaws.com/key', as Kusto does"));
        }
        other => return Err(DialectError::Invalid(format!("the scheme '{other}' is not http or https"))),
    };
    if !web.has_host() {
        return Err(invalid("it names no host"));
    }
    Ok(web)
}

/// Returns the URL of `abfss://filesystem@account.dfs.suffix/path`.
fn data_lake(url: &Url) -> Option<Url> {
    let filesystem = url.username();
    let account = url.host_str().filter(|host| host.contains('.'))?;
    if filesystem.is_empty() || url.password().is_some() {
        return None;
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Url::parse(&format!("https://{account}{port}/{filesystem}{}{query}", url.path())).ok()
}

/// Makes of the URL what the service and its credentials need.
pub(super) fn adapt(url: &mut Url, access: &Access) -> Result<(), &'static str> {
    let host = url.host_str().unwrap_or_default().to_owned();
    // Every Data Lake account answers the blob protocol under its other name, directories and all.
    if let Some((account, suffix)) = host.split_once(".dfs.") {
        let blob = format!("{account}.blob.{suffix}");
        url.set_host(Some(&blob)).map_err(|_| "its host is not one")?;
    }
    match access {
        Access::Aws { .. } => {
            let decoded: Vec<u8> = percent_decode_str(url.path()).collect();
            let decoded = String::from_utf8(decoded).map_err(|_| "its path is not UTF-8")?;
            let path = utf8_percent_encode(&decoded, AWS_PATH).to_string();
            url.set_path(&path);
        }
        Access::Token(_) | Access::ManagedIdentity(_) if url.scheme() != "https" && !is_loopback(url) => {
            return Err("a token must not travel over plain http");
        }
        _ => {}
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
