//! Why staging storage did not do what it was asked.

use std::error::Error as StdError;

/// An error of staging storage. Its text never holds a signature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the {what} does not exist")]
    NotFound { what: &'static str },
    #[error("the signature does not admit this: {reason}")]
    Forbidden { reason: &'static str },
    #[error("the {what} exists already")]
    AlreadyExists { what: &'static str },
    #[error("{message}")]
    Invalid { message: String },
    #[error("the {what} exceeds the limit of {limit}")]
    TooLarge { what: &'static str, limit: u64 },
    #[error("{what} cannot be reached or written now")]
    Unavailable {
        what: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Says whether the same call would fail again however often it is retried.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        !matches!(self, Self::Unavailable { .. })
    }
}
