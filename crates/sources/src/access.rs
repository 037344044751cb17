//! How a source admits us: what stands behind the `;` of a storage connection string.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/storage-authentication-methods>

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// Credentials for a source.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// None beyond what the URL holds, which may be a shared access signature.
    Url,
    /// The key of an Azure Storage account, in base64.
    AccountKey(String),
    /// A bearer token for Azure Storage.
    Token(String),
    /// The identity of the machine: the system's, or a user-assigned one by its object id.
    ManagedIdentity(Option<String>),
    Aws {
        key_id: String,
        secret_key: String,
        token: Option<String>,
    },
    /// A Google service account: its key file's JSON.
    Google(String),
}

/// Shows the method, never the secret.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "Url",
            Self::AccountKey(_) => "AccountKey",
            Self::Token(_) => "Token",
            Self::ManagedIdentity(_) => "ManagedIdentity",
            Self::Aws { .. } => "Aws",
            Self::Google(_) => "Google",
        })
    }
}

/// Why the text behind the `;` cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessError {
    Invalid(&'static str),
    NotSupported(&'static str),
}

/// What the text behind the `;` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Method {
    Access(Access),
    /// `sharedkey=` with a signature instead of a key, which belongs into the URL.
    Signature(String),
}

const NO_METHOD: AccessError =
    AccessError::Invalid("what stands behind ';' is neither an account key nor a known method");

/// Reads the text behind the `;`.
pub(crate) fn parse(text: &str) -> Result<Method, AccessError> {
    let text = text.trim();
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let value = value.trim();
    let access = match name.trim().to_ascii_lowercase().as_str() {
        "" => Access::Url,
        "impersonate" => {
            return Err(AccessError::NotSupported(
                "';impersonate' in a storage connection string (the server holds no token of the caller to show there)",
            ));
        }
        "system" | "managed_identity" => managed_identity(value)?,
        "token" => Access::Token(header_text(value).ok_or(AccessError::Invalid("the token is not one"))?),
        "sharedkey" if value.contains("sig=") => return Ok(Method::Signature(value.to_owned())),
        "sharedkey" | "accountkey" => account_key(value)?,
        "awscredentials" => aws(value)?,
        "gcscredentials" => google(value)?,
        _ => account_key(text)?,
    };
    Ok(Method::Access(access))
}

fn account_key(text: &str) -> Result<Access, AccessError> {
    match BASE64_STANDARD.decode(text) {
        Ok(key) if key.len() >= ACCOUNT_KEY_BYTES_MIN => Ok(Access::AccountKey(text.to_owned())),
        _ => Err(NO_METHOD),
    }
}

/// Keys of Azure have 64 bytes; shorter ones of emulators are taken, but not a word that happens to be base64.
const ACCOUNT_KEY_BYTES_MIN: usize = 8;

fn managed_identity(value: &str) -> Result<Access, AccessError> {
    if value.is_empty() || value.eq_ignore_ascii_case("system") {
        return Ok(Access::ManagedIdentity(None));
    }
    let is_id = value.len() == 36 && value.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match is_id {
        true => Ok(Access::ManagedIdentity(Some(value.to_owned()))),
        false => Err(AccessError::Invalid("'managed_identity' is neither 'system' nor an object id")),
    }
}

fn aws(value: &str) -> Result<Access, AccessError> {
    let invalid = AccessError::Invalid("'AwsCredentials' is not an access key id, a secret key and perhaps a token");
    let parts: Option<Vec<String>> = value.split(',').map(|part| header_text(part.trim())).collect();
    match parts.as_deref() {
        Some([key_id, secret_key]) => {
            Ok(Access::Aws { key_id: key_id.clone(), secret_key: secret_key.clone(), token: None })
        }
        Some([key_id, secret_key, token]) => {
            Ok(Access::Aws { key_id: key_id.clone(), secret_key: secret_key.clone(), token: Some(token.clone()) })
        }
        _ => Err(invalid),
    }
}

fn google(value: &str) -> Result<Access, AccessError> {
    let invalid = AccessError::Invalid("'GcsCredentials' is not the JSON key of a service account");
    if value.starts_with('{') {
        return Ok(Access::Google(value.to_owned()));
    }
    let decoded = BASE64_STANDARD.decode(value).map_err(|_| invalid)?;
    String::from_utf8(decoded).map(Access::Google).map_err(|_| invalid)
}

/// Returns text that may stand in a header.
fn header_text(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
}
