//! Why a streaming attempt failed, and what follows for the data.
//!
//! Services do not say in a code that the same data would succeed if they were queued, so their words tell, as in the
//! newest Java SDK.

use kusto_data::ErrorKind;

use crate::Error;

/// Kusto's code for a table without the policy.
const POLICY_NOT_ENABLED: &str = "StreamingIngestionPolicyNotEnabled";
/// Name of the exception for a body that is too large.
const PAYLOAD_TOO_LARGE: &str = "kustorequestpayloadtoolargeexception";
/// Name of the exception of a throttled service.
const THROTTLED: &str = "kustorequestthrottledexception";
/// The status of a body that is too large.
const STATUS_TOO_LARGE: u16 = 413;

/// What kind of obstacle a streaming attempt met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamingFailureCategory {
    /// These data cannot be streamed, though they could be queued. Says nothing of other data.
    RequestPropertiesPreventStreaming,
    /// The table cannot be streamed to, by its update policies or its schema, though data could be queued.
    TableConfigurationPreventsStreaming,
    /// Streaming is switched off for the table, the database or the cluster.
    StreamingIngestionOff,
    /// The service has too much to do (429).
    Throttled,
    /// Any other failure.
    Other,
}

/// A streaming attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamingFailure {
    pub category: StreamingFailureCategory,
    /// Whether the same request can never succeed.
    pub is_permanent: bool,
    /// The error in words.
    pub message: String,
}

impl StreamingFailure {
    pub(crate) fn of(error: &Error) -> Self {
        let is_permanent = error.is_permanent();
        let category = match error {
            Error::Service(error) if is_permanent => permanent_category(error),
            Error::Service(error) if error.is_throttled() || words(error).contains(THROTTLED) => {
                StreamingFailureCategory::Throttled
            }
            _ => StreamingFailureCategory::Other,
        };
        Self { category, is_permanent, message: error.to_string() }
    }
}

fn permanent_category(error: &kusto_data::Error) -> StreamingFailureCategory {
    let words = words(error);
    let has = |word: &str| words.contains(word);
    let code_says_off = error.code().is_some_and(|code| code.contains(POLICY_NOT_ENABLED));
    if code_says_off || has("streaming") && (has("disabled") || has("not enabled") || has_word(&words, "off")) {
        return StreamingFailureCategory::StreamingIngestionOff;
    }
    if has("update policy") || has("schema") || has("incompatible") {
        return StreamingFailureCategory::TableConfigurationPreventsStreaming;
    }
    let too_large = error.status() == Some(STATUS_TOO_LARGE) || error.kind() == ErrorKind::TooLarge;
    if too_large || has("too large") || has("exceeds") || has("maximum allowed size") || has(PAYLOAD_TOO_LARGE) {
        return StreamingFailureCategory::RequestPropertiesPreventStreaming;
    }
    StreamingFailureCategory::Other
}

/// Returns all that the service said, in lower case.
fn words(error: &kusto_data::Error) -> String {
    let mut words = error.to_string();
    for error in std::iter::successors(error.service_error(), |error| error.inner()) {
        for text in [error.code(), error.description(), error.type_name().unwrap_or_default()] {
            words.push('\n');
            words.push_str(text);
        }
    }
    words.to_lowercase()
}

/// Says whether `word` stands alone: an "offset" is not off.
fn has_word(words: &str, word: &str) -> bool {
    words.split(|c: char| !c.is_alphanumeric()).any(|each| each == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_found_within_another() {
        assert!(has_word("streaming is off.", "off"));
        assert!(!has_word("streaming failed at offset 7", "off"));
    }

    #[test]
    fn failures_that_are_not_the_services_have_no_category() {
        let failure = StreamingFailure::of(&Error::property("streaming", "disabled"));
        assert_eq!((failure.category, failure.is_permanent), (StreamingFailureCategory::Other, true));
        let unreachable = kusto_data::Error::new(ErrorKind::Unreachable, "streaming is disabled");
        let failure = StreamingFailure::of(&unreachable.into());
        assert_eq!((failure.category, failure.is_permanent), (StreamingFailureCategory::Other, false));
    }
}
