//! A signature as a client brings it, and whether it admits what the client asks.

use std::fmt::Write as _;

use calypso_types::DateTime;

use super::{AccountKey, SAS_VERSION, SasResource, account_key::signed_time};
use crate::Error;

/// The parameters that belong to a signature; others of a query string are none of its business.
const PARAMETERS: [&str; 22] = [
    "sv", "st", "se", "sr", "sp", "sig", "si", "sip", "spr", "ses", "snapshot", "rscc", "rscd", "rsce", "rscl", "rsct",
    "tn", "spk", "srk", "epk", "erk", "sdd",
];

/// Parameters that narrow what a signature admits in ways that are not checked here, so they are refused.
const NOT_SUPPORTED: [&str; 8] = ["si", "sip", "ses", "spk", "srk", "epk", "erk", "sdd"];

/// The reason for refusing a signature that is good for other operations only.
pub const LACKS_PERMISSION: &str = "it lacks the permission";
/// The reason for refusing a signature over plain http.
pub const HTTPS_ONLY: &str = "it is for https only";

/// Whether a signature is one that the key made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMatch {
    Ours,
    /// Made with another key, for something else, or made up.
    Foreign,
}

/// The decoded parameters of a signature.
#[derive(Clone, Default)]
pub struct SharedAccess {
    values: Vec<(&'static str, String)>,
}

impl SharedAccess {
    /// Takes the parameters of a signature out of decoded pairs of a query string. The first of a name counts.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut access = Self::default();
        for (name, value) in pairs {
            if let Some(known) = PARAMETERS.iter().find(|known| **known == name)
                && access.get(known).is_empty()
            {
                access.values.push((known, value.to_owned()));
            }
        }
        access
    }

    /// Says whether the signature is the key's own, for `resource` or the container that it is in. Says nothing about
    /// time and permissions.
    #[must_use]
    pub fn matches(&self, key: &AccountKey, resource: &SasResource<'_>) -> SignatureMatch {
        if self.get("sv") != SAS_VERSION || self.get("sig").is_empty() {
            return SignatureMatch::Foreign;
        }
        let Some(signed_resource) = self.signed_resource(resource) else {
            return SignatureMatch::Foreign;
        };
        let permissions = in_order(self.get("sp"), signed_resource.permission_order());
        let (starts_on, expires_on) = (as_signed(self.get("st")), as_signed(self.get("se")));
        let text = SignedText {
            permissions: &permissions,
            starts_on: &starts_on,
            expires_on: &expires_on,
            protocol: self.get("spr"),
            snapshot: self.get("snapshot"),
            response_headers: ["rscc", "rscd", "rsce", "rscl", "rsct"].map(|name| self.get(name)),
        };
        let text = text.to_string(&signed_resource, key.account());
        if key.verifies(&text, self.get("sig")) { SignatureMatch::Ours } else { SignatureMatch::Foreign }
    }

    /// Checks that the signature admits an operation on `resource` that needs one of the letters `permissions`, at
    /// `now`, over TLS or not.
    ///
    /// # Errors
    /// [`Error::Forbidden`], with the reason.
    pub fn check(
        &self,
        key: &AccountKey,
        resource: &SasResource<'_>,
        permissions: &str,
        now: DateTime,
        secure: bool,
    ) -> Result<(), Error> {
        let forbidden = |reason| Err(Error::Forbidden { reason });
        if self.values.is_empty() {
            return forbidden("there is none");
        }
        if NOT_SUPPORTED.iter().any(|name| !self.get(name).is_empty()) {
            return forbidden("it has a restriction that is not supported");
        }
        if self.matches(key, resource) == SignatureMatch::Foreign {
            return forbidden("it is not valid for this resource");
        }
        let time = |name| DateTime::parse(self.get(name));
        if !self.get("st").is_empty() && time("st").is_none_or(|starts_on| now < starts_on) {
            return forbidden("it is not valid yet");
        }
        if time("se").is_none_or(|expires_on| now >= expires_on) {
            return forbidden("it has expired");
        }
        let protocols = self.get("spr");
        if !secure && !protocols.is_empty() && !protocols.split(',').any(|protocol| protocol == "http") {
            return forbidden(HTTPS_ONLY);
        }
        if !self.get("sp").contains(|letter| permissions.contains(letter)) {
            return forbidden(LACKS_PERMISSION);
        }
        Ok(())
    }

    /// Returns what `sr` says the signature is for; none if that cannot hold `resource`.
    fn signed_resource<'a>(&self, resource: &SasResource<'a>) -> Option<SasResource<'a>> {
        match (*resource, self.get("sr")) {
            (SasResource::Blob { container, .. }, "c") => Some(SasResource::Container(container)),
            (found @ SasResource::Container(_), "c")
            | (found @ SasResource::Blob { .. }, "b")
            | (found @ (SasResource::Queue(_) | SasResource::Table(_)), "") => Some(found),
            _ => None,
        }
    }

    fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// What is signed, beside the resource.
#[derive(Default)]
pub(super) struct SignedText<'a> {
    pub(super) permissions: &'a str,
    pub(super) starts_on: &'a str,
    pub(super) expires_on: &'a str,
    pub(super) protocol: &'a str,
    pub(super) snapshot: &'a str,
    pub(super) response_headers: [&'a str; 5],
}

impl SignedText<'_> {
    /// Returns the lines that are signed; absent values are empty lines.
    pub(super) fn to_string(&self, resource: &SasResource<'_>, account: &str) -> String {
        let mut text = format!(
            "{}\n{}\n{}\n{}\n\n\n{}\n{SAS_VERSION}",
            self.permissions,
            self.starts_on,
            self.expires_on,
            resource.canonical(account),
            self.protocol,
        );
        // Writing to a string cannot fail.
        let _ = match resource {
            SasResource::Container(_) | SasResource::Blob { .. } => {
                let kind = if matches!(resource, SasResource::Container(_)) { "c" } else { "b" };
                let [cache, disposition, encoding, language, type_] = self.response_headers;
                let snapshot = self.snapshot;
                write!(text, "\n{kind}\n{snapshot}\n\n{cache}\n{disposition}\n{encoding}\n{language}\n{type_}")
            }
            SasResource::Queue(_) => Ok(()),
            // Ranges of keys, which we do not use.
            SasResource::Table(_) => write!(text, "\n\n\n\n"),
        };
        text
    }
}

/// Returns the letters of `permissions` in `order`; letters that are not in it follow.
fn in_order(permissions: &str, order: &str) -> String {
    let mut letters: Vec<char> = permissions.chars().collect();
    letters.sort_by_key(|letter| order.find(*letter).unwrap_or(order.len()));
    letters.into_iter().collect()
}

/// Returns a time as it was signed, however a client has written it since.
fn as_signed(text: &str) -> String {
    DateTime::parse(text).map_or_else(|| text.to_owned(), signed_time)
}
