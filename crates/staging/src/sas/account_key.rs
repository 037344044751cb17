//! The key of a storage account: signs, and never shows itself.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use calypso_types::DateTime;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

use super::{SAS_VERSION, SasResource, shared_access::SignedText};
use crate::Error;

/// What a value in a query string may hold as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An account's name and key.
#[derive(Clone)]
pub struct AccountKey {
    account: String,
    key: Vec<u8>,
}

impl AccountKey {
    /// Takes a key as bytes.
    #[must_use]
    pub fn new(account: impl Into<String>, key: Vec<u8>) -> Self {
        Self { account: account.into(), key }
    }

    /// Takes a key as Azure's portal shows it, in base64.
    ///
    /// # Errors
    /// When it is not base64; the error does not show it.
    pub fn from_base64(account: impl Into<String>, key: &str) -> Result<Self, Error> {
        let key = BASE64_STANDARD.decode(key.trim()).map_err(|_| Error::invalid("the account key is not base64"))?;
        Ok(Self::new(account, key))
    }

    /// The account's name.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Returns the signature of `text`, in base64.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        BASE64_STANDARD.encode(self.mac(text).finalize().into_bytes())
    }

    /// Returns the query string (without `?`) that admits its holder to `resource` from `starts_on` until before
    /// `expires_on`, both cut to the second. `permissions` are letters in the order of Azure's documentation.
    #[must_use]
    pub fn shared_access(
        &self,
        resource: &SasResource<'_>,
        permissions: &str,
        starts_on: DateTime,
        expires_on: DateTime,
    ) -> String {
        let (starts_on, expires_on) = (signed_time(starts_on), signed_time(expires_on));
        let text = SignedText { permissions, starts_on: &starts_on, expires_on: &expires_on, ..SignedText::default() };
        let signature = self.sign(&text.to_string(resource, self.account()));
        let mut query = format!("sv={SAS_VERSION}");
        let mut push = |name: &str, value: &str| {
            query.push_str(&format!("&{name}={}", utf8_percent_encode(value, VALUE)));
        };
        push("st", &starts_on);
        push("se", &expires_on);
        match resource {
            SasResource::Container(_) => push("sr", "c"),
            SasResource::Blob { .. } => push("sr", "b"),
            SasResource::Queue(_) => {}
            SasResource::Table(table) => push("tn", table),
        }
        push("sp", permissions);
        push("sig", &signature);
        query
    }

    /// Says whether `signature` (base64) is that of `text`, in constant time.
    pub(super) fn verifies(&self, text: &str, signature: &str) -> bool {
        BASE64_STANDARD.decode(signature).is_ok_and(|bytes| self.mac(text).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length will do");
        mac.update(text.as_bytes());
        mac
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountKey").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Returns the form in which times are signed: whole seconds.
pub(super) fn signed_time(time: DateTime) -> String {
    let parts = time.parts();
    let (date, clock) = ((parts.year, parts.month, parts.day), (parts.hour, parts.minute, parts.second));
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.0, date.1, date.2, clock.0, clock.1, clock.2)
}
