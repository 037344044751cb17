//! The streaming ingestion policy: whether a table takes rows by streaming.
//!
//! <https://learn.microsoft.com/kusto/management/streaming-ingestion-policy>

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// Turns streaming ingestion on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamingIngestionPolicy {
    pub is_enabled: bool,
    /// A hint in GB per hour; kept and shown, not acted on.
    #[serde(default)]
    pub hint_allocated_rate: Option<f64>,
}

impl StreamingIngestionPolicy {
    /// Streaming on, no hint.
    pub const ENABLED: Self = Self { is_enabled: true, hint_allocated_rate: None };
    /// Streaming off.
    pub const DISABLED: Self = Self { is_enabled: false, hint_allocated_rate: None };

    /// Reads Kusto's JSON. `IsEnabled` is mandatory, as documented.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(None, text)
    }

    /// Returns the policy with the properties that `text` gives; the others stay.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn merge_json(&self, text: &str) -> Result<Self, Error> {
        Self::read(Some(self), text)
    }

    fn read(base: Option<&Self>, text: &str) -> Result<Self, Error> {
        let mut document = PolicyDocument::parse(PolicyKind::StreamingIngestion, text)?;
        let is_enabled = document.flag("IsEnabled")?.or(base.map(|base| base.is_enabled));
        let rate = document.real("HintAllocatedRate")?.or(base.and_then(|base| base.hint_allocated_rate));
        document.finish(&["NumberOfRowStores", "SealIntervalLimit", "SealThresholdBytes"])?;
        match is_enabled {
            Some(is_enabled) => Ok(Self { is_enabled, hint_allocated_rate: rate }),
            None => Err(document::refuse(PolicyKind::StreamingIngestion, "IsEnabled is missing")),
        }
    }

    /// Checks the hint.
    ///
    /// # Errors
    /// When it is negative.
    pub fn validate(&self) -> Result<(), Error> {
        if self.hint_allocated_rate.is_some_and(|rate| rate < 0.0) {
            return Err(Error::PolicyOutOfRange {
                property: "HintAllocatedRate",
                bound: "greater than or equal to 0".to_owned(),
            });
        }
        Ok(())
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&json!({ "IsEnabled": self.is_enabled, "HintAllocatedRate": self.hint_allocated_rate }))
    }
}
