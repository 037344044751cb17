//! Connection strings of storage accounts.
//!
//! <https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string>

use url::Url;

use crate::{AccountKey, Error};

/// The account and key of every emulator, as Azure documents them: no secret.
const DEVELOPMENT: &str = "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;TableEndpoint=http://127.0.0.1:10002/devstoreaccount1";
const SUFFIX_DEFAULT: &str = "core.windows.net";

/// An account with its key and addresses. `Debug` does not show the key.
#[derive(Debug, Clone)]
pub struct AzureConnection {
    pub(super) key: AccountKey,
    /// URLs without a slash at the end.
    pub(super) blob_endpoint: String,
    pub(super) queue_endpoint: String,
    pub(super) table_endpoint: String,
}

impl AzureConnection {
    /// Reads `UseDevelopmentStorage=true`, or `AccountName` and `AccountKey` with `DefaultEndpointsProtocol` and
    /// `EndpointSuffix`, or the three endpoints.
    ///
    /// # Errors
    /// [`Error::Invalid`], which names what is missing or wrong and shows no value.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut pairs = Pairs::read(text)?;
        match pairs.take("UseDevelopmentStorage") {
            Some(value) if value.eq_ignore_ascii_case("true") => {
                pairs.none_left()?;
                pairs = Pairs::read(DEVELOPMENT)?;
            }
            Some(_) => return Err(invalid("UseDevelopmentStorage can only be true")),
            None => {}
        }
        if pairs.take("SharedAccessSignature").is_some() {
            return Err(invalid("SharedAccessSignature is not supported: clients' signatures need the AccountKey"));
        }
        let name = pairs.take("AccountName").ok_or_else(|| invalid("AccountName is missing"))?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(invalid("AccountName is not the name of an account"));
        }
        let key = pairs.take("AccountKey").ok_or_else(|| invalid("AccountKey is missing"))?;
        let protocol = pairs.take("DefaultEndpointsProtocol").unwrap_or("https");
        let suffix = pairs.take("EndpointSuffix").unwrap_or(SUFFIX_DEFAULT);
        let mut endpoint = |setting: &str, service: &str| match pairs.take(setting) {
            Some(url) => checked(url, setting),
            None => checked(&format!("{protocol}://{name}.{service}.{suffix}"), setting),
        };
        let connection = Self {
            key: AccountKey::from_base64(name, key)?,
            blob_endpoint: endpoint("BlobEndpoint", "blob")?,
            queue_endpoint: endpoint("QueueEndpoint", "queue")?,
            table_endpoint: endpoint("TableEndpoint", "table")?,
        };
        // An account also has files, which are not used.
        pairs.take("FileEndpoint");
        pairs.none_left()?;
        Ok(connection)
    }

    /// Returns host and port of the blobs: what is staged is fetched from there.
    #[must_use]
    pub fn blob_authority(&self) -> Option<String> {
        let url = Url::parse(&self.blob_endpoint).ok()?;
        Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
    }
}

/// The settings of a connection string that have not been taken yet.
struct Pairs<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Pairs<'a> {
    fn read(text: &'a str) -> Result<Self, Error> {
        let settings = text.split(';').map(str::trim).filter(|setting| !setting.is_empty());
        let pair = |setting: &'a str| {
            let (name, value) = setting.split_once('=').ok_or_else(|| invalid("it is not a list of 'name=value'"))?;
            Ok((name.trim(), value.trim()))
        };
        settings.map(pair).collect::<Result<_, _>>().map(Self)
    }

    fn take(&mut self, wanted: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(self.0.remove(at).1)
    }

    fn none_left(&self) -> Result<(), Error> {
        match self.0.first() {
            Some((name, _)) => Err(invalid(&format!("the setting '{name}' is not known, or stands twice"))),
            None => Ok(()),
        }
    }
}

fn checked(url: &str, setting: &str) -> Result<String, Error> {
    let wrong = || invalid(&format!("{setting} is not an http or https URL"));
    let parsed = Url::parse(url).map_err(|_| wrong())?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() || parsed.query().is_some() {
        return Err(wrong());
    }
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

fn invalid(reason: &str) -> Error {
    Error::invalid(format!("the connection string of the staging account cannot be used: {reason}"))
}
