//! What a source answered, and what its failures are told as. Their own texts may hold URLs with secrets.

use std::error::Error as StdError;

use object_store::client::{HttpError, HttpErrorKind};
use reqwest::{Response, StatusCode};

use crate::{
    Error,
    addresses::{ADDRESS_REFUSED, AddressRefused},
};

/// Longest error code of a storage service that is passed on.
const CODE_CHARS_MAX: usize = 64;

/// Checks that the answer has one of the statuses.
pub(crate) fn check(response: &Response, statuses: &[StatusCode], location: &str) -> Result<(), Error> {
    let status = response.status();
    if statuses.contains(&status) {
        return Ok(());
    }
    Err(Error::Answered { location: location.to_owned(), status: status.as_u16(), code: code_of(response) })
}

fn code_of(response: &Response) -> Option<String> {
    let code = response.headers().get("x-ms-error-code")?.to_str().ok()?;
    let is_word = code.len() <= CODE_CHARS_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then(|| code.to_owned())
}

/// What a failed connection or transfer is told as.
pub(crate) fn transfer_failed(error: &reqwest::Error, location: &str) -> Error {
    let location = location.to_owned();
    if AddressRefused::is_cause_of(error) {
        Error::Refused { location, reason: ADDRESS_REFUSED }
    } else if error.is_connect() {
        Error::Unreachable { location }
    } else if error.is_timeout() {
        Error::Broken { location, reason: "it did not answer in time" }
    } else {
        Error::Broken { location, reason: "the transfer broke" }
    }
}

/// What a failure of `object_store` is told as.
pub(crate) fn store_failed(error: &object_store::Error, location: &str) -> Error {
    use object_store::Error as Store;
    let answered = |status| Error::Answered { location: location.to_owned(), status, code: None };
    match error {
        Store::NotFound { .. } => answered(404),
        Store::PermissionDenied { .. } => answered(403),
        Store::Unauthenticated { .. } => answered(401),
        Store::InvalidPath { .. } => Error::InvalidUri {
            location: location.to_owned(),
            reason: "a blob under it has a name that cannot be listed".to_owned(),
        },
        other => generic_failed(other, location),
    }
}

fn generic_failed(error: &(dyn StdError + 'static), location: &str) -> Error {
    let location = location.to_owned();
    if AddressRefused::is_cause_of(error) {
        return Error::Refused { location, reason: ADDRESS_REFUSED };
    }
    let mut causes = std::iter::successors(Some(error), |error| (*error).source());
    let kind = causes.find_map(|cause| cause.downcast_ref::<HttpError>()).map(HttpError::kind);
    match kind {
        Some(HttpErrorKind::Connect) => Error::Unreachable { location },
        Some(HttpErrorKind::Timeout) => Error::Broken { location, reason: "it did not answer in time" },
        _ => Error::Broken { location, reason: "the storage service did not answer as it should" },
    }
}
