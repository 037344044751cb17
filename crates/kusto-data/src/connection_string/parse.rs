//! Reading connection strings.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use url::Url;

use super::{
    Authentication, ConnectionStringBuilder, Secret,
    keyword::{self, Keyword},
};
use crate::{Error, ErrorKind};

/// Longest connection string; certificates in them take a few KiB.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Segments that stand for "no tenant given" in URLs of authorities.
const BLANK: &str = "";

/// Values by keyword.
struct Values(HashMap<Keyword, String>);

impl Values {
    fn take(&mut self, keyword: Keyword) -> Option<String> {
        self.0.remove(&keyword).filter(|value| value != BLANK)
    }

    fn has(&self, keyword: Keyword) -> bool {
        self.0.get(&keyword).is_some_and(|value| value != BLANK)
    }

    fn flag(&mut self, keyword: Keyword) -> Result<Option<bool>, Error> {
        let Some(text) = self.take(keyword) else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(Error::invalid(format!("'{text}' is neither true nor false in the connection string"))),
        }
    }
}

/// Reads a URL or a connection string.
pub(super) fn read(text: &str) -> Result<ConnectionStringBuilder, Error> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Error::invalid(format!("the connection string is longer than {} KiB", TEXT_BYTES_MAX >> 10)));
    }
    let mut values = Values(HashMap::new());
    for (index, part) in parts(text).into_iter().enumerate() {
        // The first part may be the URL alone.
        let is_url = index == 0 && part.split('=').next().is_some_and(|before| before.contains("://"));
        let (keyword, value) = match part.split_once('=') {
            Some((keyword, value)) if !is_url => (keyword::find(keyword).map_err(Error::invalid)?, value),
            None if index > 0 => {
                return Err(Error::invalid(format!("'{part}' in the connection string has no value")));
            }
            _ => (Keyword::DataSource, part.as_str()),
        };
        values.0.insert(keyword, unquoted(value).to_owned());
    }
    let source = values
        .take(Keyword::DataSource)
        .ok_or_else(|| Error::invalid("the connection string lacks 'Data Source', the URL of the service"))?;
    let (url, database) = data_source(&source)?;
    let mut builder = ConnectionStringBuilder::at(url, values.take(Keyword::InitialCatalog).or(database));
    builder.authority_id = values.take(Keyword::AuthorityId);
    if let Some(name) = values.take(Keyword::ApplicationName) {
        builder = builder.with_application_name(name);
    }
    if let Some(name) = values.take(Keyword::UserName) {
        builder = builder.with_user_name(name);
    }
    builder.uncompressed = values.flag(Keyword::Uncompressed)?.unwrap_or(false);
    builder.login_hint = values.0.get(&Keyword::UserId).filter(|user| *user != BLANK).cloned();
    builder.authentication = authentication(&mut values)?;
    Ok(builder)
}

/// Splits at semicolons outside of quotation marks.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quote) = (Vec::new(), String::new(), None);
    for symbol in text.chars() {
        match (quote, symbol) {
            (None, ';') => parts.push(std::mem::take(&mut part)),
            (None, '"' | '\'') if part.trim_end().ends_with('=') => {
                quote = Some(symbol);
                part.push(symbol);
            }
            (Some(open), close) if open == close => {
                quote = None;
                part.push(symbol);
            }
            _ => part.push(symbol),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Takes quotation marks away.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let within = |quote| value.strip_prefix(quote).and_then(|value: &str| value.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

/// Chooses the credential that the keywords describe, in the order of the other SDKs.
fn authentication(values: &mut Values) -> Result<Authentication, Error> {
    let federated = values.flag(Keyword::FederatedSecurity)?;
    let send_chain = values.flag(Keyword::ApplicationCertificateSendX5c)?.unwrap_or(false);
    let has_secret = [
        Keyword::Password,
        Keyword::UserToken,
        Keyword::ApplicationKey,
        Keyword::ApplicationToken,
        Keyword::ApplicationCertificateBlob,
    ]
    .into_iter()
    .any(|keyword| values.has(keyword));
    if federated == Some(false) {
        return if has_secret {
            Err(Error::invalid("the connection string has a credential and says 'AAD Federated Security=false'"))
        } else {
            Ok(Authentication::None)
        };
    }
    if let (Some(user), Some(password)) = (values.0.get(&Keyword::UserId).cloned(), values.take(Keyword::Password)) {
        return Ok(Authentication::UserPassword { user, password: Secret::new(password) });
    }
    if let Some(application_id) = values.take(Keyword::ApplicationClientId) {
        return application(application_id, send_chain, values);
    }
    if let Some(token) = values.take(Keyword::UserToken) {
        return Ok(Authentication::UserToken(Secret::new(token)));
    }
    if let Some(token) = values.take(Keyword::ApplicationToken) {
        return Ok(Authentication::ApplicationToken(Secret::new(token)));
    }
    if has_secret || values.has(Keyword::ApplicationCertificateThumbprint) {
        return Err(Error::invalid(
            "the connection string has a key, certificate or password, but not whose ('Application Client Id', 'User ID')",
        ));
    }
    // As every SDK: who asks for a token and names none signs in by hand.
    Ok(if federated == Some(true) { Authentication::Interactive { browser: None } } else { Authentication::None })
}

/// An application by key, certificate or token.
fn application(application_id: String, send_chain: bool, values: &mut Values) -> Result<Authentication, Error> {
    if let Some(key) = values.take(Keyword::ApplicationKey) {
        return Ok(Authentication::ApplicationKey { application_id, key: Secret::new(key) });
    }
    let thumbprint = values.take(Keyword::ApplicationCertificateThumbprint);
    if let Some(blob) = values.take(Keyword::ApplicationCertificateBlob) {
        let pem = Secret::new(certificate_text(&blob)?);
        return Ok(Authentication::ApplicationCertificate { application_id, pem, send_chain, thumbprint });
    }
    if let Some(token) = values.take(Keyword::ApplicationToken) {
        return Ok(Authentication::ApplicationToken(Secret::new(token)));
    }
    let lacking = if thumbprint.is_some() {
        "names a certificate by its thumbprint, and certificate stores are not searched; give 'Application Certificate Blob'"
    } else {
        "names an application without 'Application Key', 'Application Certificate Blob' or 'Application Token'"
    };
    Err(Error::invalid(format!("the connection string {lacking}")))
}

/// A certificate is PEM, or the base64 of it.
fn certificate_text(blob: &str) -> Result<String, Error> {
    if blob.contains("-----BEGIN") {
        return Ok(blob.to_owned());
    }
    let wrong = || Error::invalid("'Application Certificate Blob' is neither PEM nor the base64 of it");
    let bytes = BASE64.decode(blob.trim()).map_err(|_| wrong())?;
    String::from_utf8(bytes).ok().filter(|text| text.contains("-----BEGIN")).ok_or_else(wrong)
}

/// Reads the URL of a service and the database behind it.
pub(super) fn data_source(text: &str) -> Result<(Url, Option<String>), Error> {
    let shown = without_secrets(text);
    let wrong =
        || Error::invalid(format!("'{shown}' is not a URL such as http://localhost:8080 or https://localhost:8443"));
    let mut url = Url::parse(text.trim()).map_err(|error| wrong().with_source(error))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::invalid("the URL of a service must not carry a user name or password"));
    }
    let mut segments = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
    let database = segments.next().map(decoded).transpose()?;
    if segments.next().is_some() {
        return Err(Error::new(
            ErrorKind::InvalidArgument,
            format!("'{shown}' has more than a database behind the host"),
        ));
    }
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, database))
}

/// What stands before the `@` of a URL is a password.
fn without_secrets(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("****@{host}"),
        None => text.to_owned(),
    }
}

/// Undoes percent-encoding; `url` keeps paths encoded and offers the reverse only for queries.
fn decoded(segment: &str) -> Result<String, Error> {
    let wrong = || Error::invalid(format!("the database '{segment}' in the URL is not percent-encoded UTF-8"));
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
