//! The ingestion time policy: whether a table records when each row came.
//!
//! <https://learn.microsoft.com/kusto/management/ingestion-time-policy>

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// Turns ingestion times on or off for data that comes from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IngestionTimePolicy {
    pub is_enabled: bool,
}

impl IngestionTimePolicy {
    /// What holds where nothing is set.
    pub const ENABLED: Self = Self { is_enabled: true };

    /// Reads Kusto's JSON, or the words `true` and `false`.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Ok(is_enabled) = text.trim().to_ascii_lowercase().parse() {
            return Ok(Self { is_enabled });
        }
        let mut document = PolicyDocument::parse(PolicyKind::IngestionTime, text)?;
        let is_enabled = document.flag("IsEnabled")?;
        document.finish(&[])?;
        match is_enabled {
            Some(is_enabled) => Ok(Self { is_enabled }),
            None => Err(document::refuse(PolicyKind::IngestionTime, "IsEnabled is missing")),
        }
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&json!({ "IsEnabled": self.is_enabled }))
    }
}
