//! The auto delete policy: when a table is dropped by itself.
//!
//! <https://learn.microsoft.com/kusto/management/auto-delete-policy>

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// An expiry date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AutoDeletePolicy {
    #[serde(with = "super::ticks")]
    pub expiry_date: DateTime,
    /// Drop the table though it has rows.
    #[serde(default)]
    pub delete_if_not_empty: bool,
}

impl AutoDeletePolicy {
    /// Reads Kusto's JSON. `ExpiryDate` is mandatory.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut document = PolicyDocument::parse(PolicyKind::AutoDelete, text)?;
        let expiry_date = document.instant("ExpiryDate")?;
        let delete_if_not_empty = document.flag("DeleteIfNotEmpty")?.unwrap_or(false);
        document.finish(&[])?;
        match expiry_date {
            Some(expiry_date) => Ok(Self { expiry_date, delete_if_not_empty }),
            None => Err(document::refuse(PolicyKind::AutoDelete, "ExpiryDate is missing")),
        }
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&json!({
            "ExpiryDate": self.expiry_date.to_iso(),
            "DeleteIfNotEmpty": self.delete_if_not_empty,
        }))
    }
}
