//! What may go wrong between a command and a service.

use std::{error::Error as StdError, path::PathBuf};

use super::service_error::ServiceError;

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("a token must not travel over plain http; use an https URL")]
    TokenInTheClear,
    #[error("cannot use the certificate {}: {reason}", path.display())]
    Authority { path: PathBuf, reason: String },
    #[error("cannot prepare a connection: {}", deepest(source))]
    Prepare { source: reqwest::Error },
    #[error("cannot reach {url}: {}", deepest(source))]
    Unreachable { url: String, source: reqwest::Error },
    #[error("{url} does not answer as a Kusto service does: {reason}")]
    NotKusto { url: String, reason: String },
    #[error("the answer is larger than {} MiB; ask for fewer rows or columns", limit >> 20)]
    AnswerTooLarge { limit: usize },
    /// The service said no.
    #[error("{0}")]
    Refused(Box<ServiceError>),
}

impl ClientError {
    /// Says whether the same request may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => !source.is_builder() && !is_about_trust(&deepest(source)),
            Self::Refused(error) => !error.permanent,
            Self::TokenInTheClear
            | Self::Authority { .. }
            | Self::Prepare { .. }
            | Self::NotKusto { .. }
            | Self::AnswerTooLarge { .. } => false,
        }
    }

    /// Returns what the user may try, if anything is known.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { source, .. } if is_about_trust(&deepest(source)) => Some(
                "trust the authority with `--ca FILE` or CALYPSO_CA; for `calypso serve` it is DATA/tls/ca.pem"
                    .to_owned(),
            ),
            Self::Unreachable { url, source }
                if url.starts_with("http:") && deepest(source).starts_with("invalid HTTP") =>
            {
                Some("if the port is one for https, the URL must begin with https://".to_owned())
            }
            Self::Unreachable { url, source } if source.is_connect() => {
                Some(format!("is `calypso serve` running, and does it listen on {url}?"))
            }
            Self::Refused(error) => error.hint(),
            _ => None,
        }
    }
}

/// Returns the innermost cause: the outer ones only say that a request failed.
fn deepest(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn is_about_trust(cause: &str) -> bool {
    cause.contains("UnknownIssuer") || cause.contains("certificate")
}
