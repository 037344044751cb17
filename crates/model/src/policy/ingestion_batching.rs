//! The ingestion batching policy: when a batch of queued items is sealed.
//!
//! <https://learn.microsoft.com/kusto/management/batching-policy>

use calypso_types::TimeSpan;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// A batch is sealed by the first limit it meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IngestionBatchingPolicy {
    #[serde(with = "super::timespan_text")]
    pub maximum_batching_time_span: TimeSpan,
    pub maximum_number_of_items: u32,
    #[serde(rename = "MaximumRawDataSizeMB")]
    pub maximum_raw_data_size_mb: u32,
}

impl Default for IngestionBatchingPolicy {
    /// Kusto's default: 5 minutes, 1000 items, 1 GB.
    fn default() -> Self {
        Self {
            maximum_batching_time_span: TimeSpan(5 * TimeSpan::MINUTE.0),
            maximum_number_of_items: 1000,
            maximum_raw_data_size_mb: 1024,
        }
    }
}

impl IngestionBatchingPolicy {
    /// The documented least time; a server set up for development may allow less.
    pub const TIME_SPAN_MIN: TimeSpan = TimeSpan(10 * TimeSpan::SECOND.0);
    pub const TIME_SPAN_MAX: TimeSpan = TimeSpan(30 * TimeSpan::MINUTE.0);
    pub const ITEMS_MIN: u32 = 1;
    pub const ITEMS_MAX: u32 = 25_000;
    pub const SIZE_MB_MIN: u32 = 100;
    pub const SIZE_MB_MAX: u32 = 4096;

    /// Reads Kusto's JSON; what it does not give has the default.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::default().merge_json(text)
    }

    /// Returns the policy with the properties that `text` gives; the others stay.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn merge_json(&self, text: &str) -> Result<Self, Error> {
        let mut policy = self.clone();
        let mut document = PolicyDocument::parse(PolicyKind::IngestionBatching, text)?;
        if let Some(span) = document.timespan("MaximumBatchingTimeSpan")? {
            policy.maximum_batching_time_span = span;
        }
        // A count beyond 32 bits is out of range in any case, and `validate` says so.
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(items) = document.count("MaximumNumberOfItems")? {
            policy.maximum_number_of_items = count(items);
        }
        if let Some(size) = document.count("MaximumRawDataSizeMB")? {
            policy.maximum_raw_data_size_mb = count(size);
        }
        document.finish(&[])?;
        Ok(policy)
    }

    /// Checks the documented limits, but `time_span_min` instead of [`Self::TIME_SPAN_MIN`].
    ///
    /// # Errors
    /// When a property lies outside its limits.
    pub fn validate(&self, time_span_min: TimeSpan) -> Result<(), Error> {
        let bounds = [
            (
                "MaximumBatchingTimeSpan",
                self.maximum_batching_time_span < time_span_min,
                self.maximum_batching_time_span > Self::TIME_SPAN_MAX,
                (time_span_min.to_text(), Self::TIME_SPAN_MAX.to_text()),
            ),
            (
                "MaximumNumberOfItems",
                self.maximum_number_of_items < Self::ITEMS_MIN,
                self.maximum_number_of_items > Self::ITEMS_MAX,
                (Self::ITEMS_MIN.to_string(), Self::ITEMS_MAX.to_string()),
            ),
            (
                "MaximumRawDataSizeMB",
                self.maximum_raw_data_size_mb < Self::SIZE_MB_MIN,
                self.maximum_raw_data_size_mb > Self::SIZE_MB_MAX,
                (Self::SIZE_MB_MIN.to_string(), Self::SIZE_MB_MAX.to_string()),
            ),
        ];
        for (property, below, above, (least, most)) in bounds {
            let bound = match (below, above) {
                (true, _) => format!("greater than or equal to {least}"),
                (_, true) => format!("less than or equal to {most}"),
                _ => continue,
            };
            return Err(Error::PolicyOutOfRange { property, bound });
        }
        Ok(())
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&json!({
            "MaximumBatchingTimeSpan": self.maximum_batching_time_span.to_text(),
            "MaximumNumberOfItems": self.maximum_number_of_items,
            "MaximumRawDataSizeMB": self.maximum_raw_data_size_mb,
        }))
    }
}
