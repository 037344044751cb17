//! Why a policy or an ingestion mapping is refused.

/// What is wrong with the JSON of a policy or a mapping. All of these are permanent: the same text fails again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text of a mapping is not a JSON array of objects.
    #[error("ingestion mapping is invalid: {reason}")]
    Mapping { reason: String },
    /// One element of a mapping breaks the rules of its kind.
    #[error("ingestion mapping is invalid: element {index}{}: {reason}", column_text(.column))]
    MappingElement {
        /// Zero-based position in the array.
        index: usize,
        /// Empty when the element names no column.
        column: String,
        reason: String,
    },
    /// A path of a mapping is not one this server can follow.
    #[error("'{path}' is not a valid JSON path at byte {offset}: {reason}")]
    JsonPath { path: String, offset: usize, reason: &'static str },
    /// The text of a policy is not a JSON object, or a property has the wrong type or an unknown name.
    #[error("{policy} is invalid: {reason}")]
    Policy { policy: &'static str, reason: String },
    /// A property of a policy lies outside its limits. The wording is the service's.
    #[error("Error during execution of a policy operation: {property} should be {bound}")]
    PolicyOutOfRange {
        property: &'static str,
        /// `greater than or equal to 00:00:10`
        bound: String,
    },
}

impl Error {
    /// Returns the ingestion error code of Kusto's catalogue; policies have none of their own.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } | Self::MappingElement { .. } | Self::JsonPath { .. } => "BadRequest_InvalidMapping",
            Self::Policy { .. } | Self::PolicyOutOfRange { .. } => "General_BadRequest",
        }
    }
}

fn column_text(column: &str) -> String {
    if column.is_empty() { String::new() } else { format!(" (column '{column}')") }
}
