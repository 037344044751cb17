//! The URI of a source, with its credentials.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/storage-connection-strings>

mod dialect;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::{
    Error,
    access::{self, Access, AccessError, Method},
};

/// Where data is and how it admits us. `Display` and `Debug` show it without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceUri {
    text: String,
    location: String,
    pub(crate) place: Place,
}

/// What kind of place it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    /// An `http` or `https` URL with the credentials that go with it.
    Web(Web),
}

/// A source behind HTTP.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Web {
    pub(crate) url: Url,
    pub(crate) access: Access,
}

/// Returns the URI without its secrets: what the transform `SourceLocation`, messages and `.show` commands show.
#[must_use]
pub fn location(uri: &str) -> String {
    let uri = uri.split([';', '?', '#']).next().unwrap_or(uri);
    match Url::parse(uri) {
        // In `abfss://filesystem@account/…` the part before the `@` is no secret.
        Ok(url) if url.scheme().starts_with("abfs") && url.password().is_none() => uri.to_owned(),
        Ok(mut url) if url.has_host() && (!url.username().is_empty() || url.password().is_some()) => {
            // Fails only for URLs that cannot have a user, which were excluded.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        _ => uri.to_owned(),
    }
}

impl SourceUri {
    /// Reads a storage connection string.
    ///
    /// # Errors
    /// `BadRequest_EmptyBlobUri`, `BadRequest_InvalidBlobUri`, or that its storage or its way of authentication is
    /// not supported. Whether the settings admit it is decided when it is read.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let (uri, method) = text.split_once(';').unwrap_or((text, ""));
        let uri = uri.trim();
        if uri.is_empty() {
            return Err(Error::EmptyUri);
        }
        let location = location(text);
        if let Some(path) = local_path(uri) {
            return Ok(Self { text: text.to_owned(), location, place: Place::File(path) });
        }
        let invalid = |reason: String| Error::InvalidUri { location: location.clone(), reason };
        let mut url = dialect::web_url(uri).map_err(|error| error.with_location(&location))?;
        let method = access::parse(method).map_err(|error| match error {
            AccessError::Invalid(reason) => invalid(reason.to_owned()),
            AccessError::NotSupported(what) => Error::NotSupported { what: what.to_owned() },
        })?;
        let access = match method {
            Method::Access(access) => access,
            Method::Signature(signature) => {
                url.set_query(Some(signature.trim_start_matches('?')));
                Access::Url
            }
        };
        dialect::adapt(&mut url, &access).map_err(|reason| invalid(reason.to_owned()))?;
        Ok(Self { text: text.to_owned(), location, place: Place::Web(Web { url, access }) })
    }

    /// Returns the URI of what `url` names, with the same credentials.
    pub(crate) fn with_url(&self, url: Url, access: Access) -> Self {
        let method = self.text.split_once(';').map(|(_, method)| method);
        let text = match method {
            Some(method) => format!("{url};{method}"),
            None => url.to_string(),
        };
        Self { text, location: location(url.as_str()), place: Place::Web(Web { url, access }) }
    }

    /// Returns the URI without its secrets.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Returns the last part of the path, decoded: its extension may tell format and compression. Empty if there is
    /// none.
    #[must_use]
    pub fn file_name(&self) -> String {
        match &self.place {
            Place::File(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            Place::Web(web) => {
                let last = web.url.path().rsplit('/').next().unwrap_or_default();
                percent_decode_str(last).decode_utf8_lossy().into_owned()
            }
        }
    }

    /// Returns the text it was read from, **with its secrets**: to be handed on, never shown or logged.
    #[must_use]
    pub fn secret_text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for SourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.location)
    }
}

impl fmt::Debug for SourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceUri({:?})", self.location)
    }
}

/// Returns the path of a source that is a file of this machine.
fn local_path(uri: &str) -> Option<PathBuf> {
    if uri.starts_with('/') || uri.starts_with("./") {
        return Some(PathBuf::from(uri));
    }
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()
}
