//! The retention policy: when data is dropped by age.
//!
//! <https://learn.microsoft.com/kusto/management/retention-policy>

use calypso_types::TimeSpan;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// How long data is guaranteed to stay queryable, by extent creation time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RetentionPolicy {
    #[serde(with = "super::timespan_text")]
    pub soft_delete_period: TimeSpan,
    pub recoverability: Recoverability,
}

/// Whether dropped data can be recovered for 14 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recoverability {
    Enabled,
    Disabled,
}

impl Recoverability {
    /// Returns Kusto's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
        }
    }
}

impl Default for RetentionPolicy {
    /// Kusto's default: 1,000 years.
    fn default() -> Self {
        Self { soft_delete_period: TimeSpan(365_000 * TimeSpan::DAY.0), recoverability: Recoverability::Enabled }
    }
}

impl RetentionPolicy {
    /// Properties of the policy's first version, which the service still shows in places.
    const LEGACY: [&'static str; 3] =
        ["ContainerRecyclingPeriod", "ExtentsDataSizeLimitInBytes", "OriginalDataSizeLimitInBytes"];

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
        let mut document = PolicyDocument::parse(PolicyKind::Retention, text)?;
        if let Some(period) = document.timespan("SoftDeletePeriod")? {
            policy.soft_delete_period = period;
        }
        let choices = [("Enabled", Recoverability::Enabled), ("Disabled", Recoverability::Disabled)];
        if let Some(recoverability) = document.choice("Recoverability", &choices)? {
            policy.recoverability = recoverability;
        }
        document.finish(&Self::LEGACY)?;
        Ok(policy)
    }

    /// Checks the period.
    ///
    /// # Errors
    /// When it is negative.
    pub fn validate(&self) -> Result<(), Error> {
        if self.soft_delete_period < TimeSpan(0) {
            let bound = "greater than or equal to 00:00:00".to_owned();
            return Err(Error::PolicyOutOfRange { property: "SoftDeletePeriod", bound });
        }
        Ok(())
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&json!({
            "SoftDeletePeriod": self.soft_delete_period.to_text(),
            "Recoverability": self.recoverability.name(),
        }))
    }
}
