//! Why staging storage did not do what it was asked.

use std::error::Error as StdError;

/// What an error is about; the `what` of [`Error`]'s variants.
pub mod what {
    pub const BLOB: &str = "blob";
    pub const BLOCK: &str = "block";
    pub const BLOCKS: &str = "number of blocks";
    pub const CONTAINER: &str = "container";
    pub const ENTITY: &str = "entity";
    pub const KEY: &str = "key";
    pub const MESSAGE: &str = "message";
    pub const METADATA: &str = "metadata";
    pub const PROPERTIES: &str = "number of properties";
    pub const PROPERTY: &str = "property";
    pub const QUEUE: &str = "queue";
    pub const STAGED_DATA: &str = "staged data";
    pub const STAGING_ACCOUNT: &str = "the staging account";
    pub const STAGING_INDEX: &str = "the index of staging storage";
    pub const TABLE: &str = "table";
}

/// An error of staging storage. Its text never holds a signature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the {what} does not exist")]
    NotFound { what: &'static str },
    #[error("the signature does not admit this: {reason}")]
    Forbidden { reason: &'static str },
    #[error("the {what} exists already")]
    AlreadyExists { what: &'static str },
    #[error("the {what} is not in the state that the condition asks for")]
    ConditionNotMet { what: &'static str },
    /// A list of blocks names a block that was not put.
    #[error("the list of blocks names one that is not there")]
    InvalidBlockList,
    #[error("{message}")]
    Invalid { message: String },
    #[error("the {what} exceeds the limit of {limit}")]
    TooLarge { what: &'static str, limit: u64 },
    /// There may be room later.
    #[error("there is no room for the {what}: the limit is {limit}")]
    Full { what: &'static str, limit: u64 },
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
        !matches!(self, Self::Unavailable { .. } | Self::Full { .. })
    }

    /// Returns the error of something that is not as it should be.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into() }
    }

    /// Returns the error of something that may work later.
    pub(crate) fn unavailable(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable { what, source: source.into() }
    }

    /// Returns the error of a file that cannot be read or written.
    pub(crate) fn io(source: std::io::Error) -> Self {
        Self::unavailable(what::STAGED_DATA, source)
    }
}
