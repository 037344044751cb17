//! Which service and database a command is for: a URL, or a connection string as the SDKs take it.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/kusto>

#[cfg(test)]
mod tests;

use std::str::FromStr;

use reqwest::Url;

/// Keywords for the service's URL, spaces left out, in lower case.
const SOURCE_KEYWORDS: [&str; 5] = ["datasource", "addr", "address", "networkaddress", "server"];
/// Keywords for the database.
const DATABASE_KEYWORDS: [&str; 2] = ["initialcatalog", "database"];

/// A service, and the database that its URL or connection string names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(super) base: Url,
    pub(super) database: Option<String>,
}

impl Target {
    fn from_url(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a URL such as http://localhost:8080 or https://localhost:8443");
        let mut base = Url::parse(text.trim()).map_err(|_| wrong())?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(wrong());
        }
        let mut segments = base.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
        let database = segments.next().map(decoded).transpose()?;
        if segments.next().is_some() {
            return Err(format!("'{text}' has more than a database behind the host"));
        }
        base.set_path("");
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self { base, database })
    }

    fn from_connection_string(text: &str) -> Result<Self, String> {
        let (mut source, mut database) = (None, None);
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            // The first part may be the URL alone.
            let (keyword, value) = part.split_once('=').unwrap_or(("datasource", part));
            let value = value.trim().trim_matches('"');
            let plain: String = keyword.to_ascii_lowercase().split_whitespace().collect();
            if SOURCE_KEYWORDS.contains(&plain.as_str()) {
                source = Some(value);
            } else if DATABASE_KEYWORDS.contains(&plain.as_str()) {
                database = Some(value.to_owned());
            } else {
                return Err(format!("the keyword '{}' of the connection string is not supported", keyword.trim()));
            }
        }
        let source = source.ok_or_else(|| format!("the connection string '{text}' lacks 'Data Source'"))?;
        let target = Self::from_url(source)?;
        Ok(Self { database: database.or(target.database), ..target })
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(';') || (text.contains('=') && !text.contains('?')) {
            Self::from_connection_string(text)
        } else {
            Self::from_url(text)
        }
    }
}

/// Undoes percent-encoding; `url` keeps paths encoded and offers the reverse only for queries.
fn decoded(segment: &str) -> Result<String, String> {
    let wrong = || format!("the database '{segment}' in the URL is not percent-encoded UTF-8");
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit().ok_or_else(wrong)?, digit().ok_or_else(wrong)?);
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| wrong())?);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}
