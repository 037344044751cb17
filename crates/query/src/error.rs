//! The error of this crate.

use datafusion::error::DataFusionError;

/// What the caller should do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryErrorKind {
    /// The query asks for something impossible: change it.
    BadRequest,
    /// The query needs more memory or rows than it may have.
    LimitExceeded,
    /// Stored data is damaged.
    CorruptData,
    /// A mistake of ours.
    Internal,
}

/// Why a query could not run or stopped running.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    pub kind: QueryErrorKind,
    pub message: String,
}

impl QueryError {
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::BadRequest, message: message.into() }
    }

    pub fn limit(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::LimitExceeded, message: message.into() }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::Internal, message: message.into() }
    }

    pub fn corrupt(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::CorruptData, message: message.into() }
    }

    /// Says whether the same query can never succeed.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.kind, QueryErrorKind::BadRequest | QueryErrorKind::CorruptData)
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => Self::limit(message.clone()),
            DataFusionError::External(inner) => match inner.downcast_ref::<Self>() {
                Some(own) => own.clone(),
                None => Self::bad_request(inner.to_string()),
            },
            root => Self::internal(root.strip_backtrace()),
        }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

impl From<arrow::error::ArrowError> for QueryError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::internal(error.to_string())
    }
}
