//! Tokens that say who posted an ingestion message: the caller's name and an end, signed by this server.
//!
//! Clients fetch one with `.get kusto identity token` and put it into their messages, which reach the server through a
//! queue that knows nobody. <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest>

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    path::Path,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use calypso_clock::Ids;
use calypso_types::{DateTime, TimeSpan};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::AppError;

/// How long a token is good: clients keep one for an hour, and messages wait.
const TOKEN_LIFETIME: TimeSpan = TimeSpan(2 * TimeSpan::DAY.0);
/// The file of the key in the data directory.
const KEY_FILE: &str = "identity-token.key";
const KEY_BYTES: usize = 32;
/// Longest token that is looked at.
const TOKEN_LENGTH_MAX: usize = 4096;

/// Issues tokens and reads them again.
pub(crate) struct IdentityTokens {
    key: [u8; KEY_BYTES],
}

impl fmt::Debug for IdentityTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityTokens").finish_non_exhaustive()
    }
}

impl IdentityTokens {
    /// Reads the key in `data_dir`, or draws one and keeps it there, readable by nobody else.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is no such key.
    pub(crate) fn open(data_dir: &Path, ids: &dyn Ids) -> Result<Self, AppError> {
        let path = data_dir.join(KEY_FILE);
        let failed = |error: std::io::Error| {
            AppError::unavailable(format!("cannot read or write '{}': {error}", path.display()))
        };
        let key = match fs::read(&path) {
            Ok(key) => key,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = [ids.next_id().into_bytes(), ids.next_id().into_bytes()].concat();
                store(&path, &key).map_err(failed)?;
                key
            }
            Err(error) => return Err(failed(error)),
        };
        let damaged = |_| AppError::unavailable(format!("'{}' is not a key of this server", path.display()));
        Ok(Self { key: key.try_into().map_err(damaged)? })
    }

    /// Returns a token for `principal`, good from `now` for two days.
    pub(crate) fn issue(&self, principal: &str, now: DateTime) -> String {
        let end = now.checked_add(TOKEN_LIFETIME).unwrap_or(DateTime::MAX);
        let claims = json!({ "principal": principal, "expires": end.0 }).to_string();
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.mac(&claims).finalize().into_bytes());
        format!("{claims}.{signature}")
    }

    /// Returns whom a token was issued to; `None` if it is none of ours or its time is over.
    pub(crate) fn principal(&self, token: &str, now: DateTime) -> Option<String> {
        if token.len() > TOKEN_LENGTH_MAX {
            return None;
        }
        let (claims, signature) = token.split_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(claims).verify_slice(&signature).ok()?;
        let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let is_good = claims["expires"].as_i64().is_some_and(|end| now.0 < end);
        claims["principal"].as_str().filter(|_| is_good).map(str::to_owned)
    }

    fn mac(&self, claims: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(claims.as_bytes());
        mac
    }
}

/// Writes a new file whole or not at all.
fn store(path: &Path, key: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(key)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use calypso_clock::SeededIds;

    use super::*;

    #[test]
    fn a_token_tells_its_principal_until_its_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let tokens = IdentityTokens::open(dir.path(), &SeededIds::new(1)).unwrap();
        let now = DateTime::parse("2026-01-01").unwrap();
        let token = tokens.issue("aaduser=é", now);
        assert_eq!(tokens.principal(&token, now).as_deref(), Some("aaduser=é"));
        let last = DateTime(now.0 + TOKEN_LIFETIME.0 - 1);
        assert!(tokens.principal(&token, last).is_some());
        assert_eq!(tokens.principal(&token, DateTime(last.0 + 1)), None);
        let reopened = IdentityTokens::open(dir.path(), &SeededIds::new(2)).unwrap();
        assert!(reopened.principal(&token, now).is_some());
    }

    #[test]
    fn tokens_of_others_tell_nothing() {
        let open = |seed| {
            let dir = tempfile::tempdir().unwrap();
            IdentityTokens::open(dir.path(), &SeededIds::new(seed)).unwrap()
        };
        let (ours, theirs) = (open(1), open(2));
        let now = DateTime::parse("2026-01-01").unwrap();
        let (claims, signature) = (ours.issue("a", now), ours.issue("b", now));
        let mixed = format!("{}.{}", claims.split_once('.').unwrap().0, signature.split_once('.').unwrap().1);
        for token in [theirs.issue("a", now), mixed, String::new(), ".".to_owned(), "x.y".to_owned(), "a".repeat(9999)]
        {
            assert_eq!(ours.principal(&token, now), None, "{token}");
        }
    }

    #[test]
    fn a_damaged_key_is_told_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(KEY_FILE), b"short").unwrap();
        assert!(IdentityTokens::open(dir.path(), &SeededIds::new(1)).is_err());
        assert_eq!(fs::read(dir.path().join(KEY_FILE)).unwrap(), b"short");
    }
}
