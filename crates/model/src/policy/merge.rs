//! The merge policy: how small extents are joined into larger ones.
//!
//! <https://learn.microsoft.com/kusto/management/merge-policy>

use calypso_types::TimeSpan;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// Which extents are considered for merging, by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MergeLookback {
    /// 14 days.
    Default,
    /// Every extent, hot or cold.
    All,
    /// Extents that the caching policy keeps hot.
    HotCache,
    /// Extents no older than this.
    Custom(#[serde(with = "super::timespan_text")] TimeSpan),
}

/// Bounds of merging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MergePolicy {
    /// No merge gives an extent of more rows; 0 means no bound.
    pub row_count_upper_bound_for_merge: u64,
    /// No merge gives an extent of more raw data, in MB; 0 means no bound.
    #[serde(rename = "OriginalSizeMBUpperBoundForMerge")]
    pub original_size_mb_upper_bound_for_merge: u64,
    pub max_extents_to_merge: u32,
    /// Kept and shown; our own schedule decides when to merge.
    #[serde(with = "super::timespan_text")]
    pub loop_period: TimeSpan,
    /// Extents whose creation times are further apart are not merged.
    pub max_range_in_hours: u32,
    pub allow_rebuild: bool,
    pub allow_merge: bool,
    pub lookback: MergeLookback,
}

impl Default for MergePolicy {
    /// Kusto's documented default.
    fn default() -> Self {
        Self {
            row_count_upper_bound_for_merge: 16_000_000,
            original_size_mb_upper_bound_for_merge: 30_000,
            max_extents_to_merge: 100,
            loop_period: TimeSpan::HOUR,
            max_range_in_hours: 24,
            allow_rebuild: true,
            allow_merge: true,
            lookback: MergeLookback::Default,
        }
    }
}

impl MergePolicy {
    /// The age of extents that `MergeLookback::Default` considers.
    pub const LOOKBACK_DEFAULT: TimeSpan = TimeSpan(14 * TimeSpan::DAY.0);

    /// The greatest distance of creation times within one merge.
    #[must_use]
    pub const fn max_range(&self) -> TimeSpan {
        TimeSpan(self.max_range_in_hours as i64 * TimeSpan::HOUR.0)
    }

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
        let mut document = PolicyDocument::parse(PolicyKind::Merge, text)?;
        policy.apply_bounds(&mut document)?;
        if let Some(period) = document.timespan("LoopPeriod")? {
            policy.loop_period = period;
        }
        if let Some(allow) = document.flag("AllowRebuild")? {
            policy.allow_rebuild = allow;
        }
        if let Some(allow) = document.flag("AllowMerge")? {
            policy.allow_merge = allow;
        }
        if let Some(lookback) = document.object("Lookback")? {
            policy.lookback = read_lookback(lookback)?;
        }
        document.finish(&["Origin", "MaxExtentsToRebuild", "ExtentSizeTargetInMb"])?;
        Ok(policy)
    }

    fn apply_bounds(&mut self, document: &mut PolicyDocument) -> Result<(), Error> {
        if let Some(rows) = document.count("RowCountUpperBoundForMerge")? {
            self.row_count_upper_bound_for_merge = rows;
        }
        if let Some(size) = document.count("OriginalSizeMBUpperBoundForMerge")? {
            self.original_size_mb_upper_bound_for_merge = size;
        }
        if let Some(extents) = document.count("MaxExtentsToMerge")? {
            self.max_extents_to_merge = u32::try_from(extents).unwrap_or(u32::MAX);
        }
        if let Some(hours) = document.count("MaxRangeInHours")? {
            self.max_range_in_hours = u32::try_from(hours).unwrap_or(u32::MAX);
        }
        Ok(())
    }

    /// Checks what must hold for merging to mean anything.
    ///
    /// # Errors
    /// When fewer than two extents could ever be merged.
    pub fn validate(&self) -> Result<(), Error> {
        let at_least = |property, value: u32, least: u32| {
            let bound = format!("greater than or equal to {least}");
            if value < least { Err(Error::PolicyOutOfRange { property, bound }) } else { Ok(()) }
        };
        at_least("MaxExtentsToMerge", self.max_extents_to_merge, 2)?;
        at_least("MaxRangeInHours", self.max_range_in_hours, 1)
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (kind, period) = match self.lookback {
            MergeLookback::Default => ("Default", None),
            MergeLookback::All => ("All", None),
            MergeLookback::HotCache => ("HotCache", None),
            MergeLookback::Custom(period) => ("Custom", Some(period.to_text())),
        };
        document::print(&json!({
            "RowCountUpperBoundForMerge": self.row_count_upper_bound_for_merge,
            "OriginalSizeMBUpperBoundForMerge": self.original_size_mb_upper_bound_for_merge,
            "MaxExtentsToMerge": self.max_extents_to_merge,
            "LoopPeriod": self.loop_period.to_text(),
            "MaxRangeInHours": self.max_range_in_hours,
            "AllowRebuild": self.allow_rebuild,
            "AllowMerge": self.allow_merge,
            "Lookback": { "Kind": kind, "CustomPeriod": period },
        }))
    }
}

fn read_lookback(mut document: PolicyDocument) -> Result<MergeLookback, Error> {
    // `None` stands for Custom, which needs its period.
    let kinds = [
        ("Default", Some(MergeLookback::Default)),
        ("All", Some(MergeLookback::All)),
        ("HotCache", Some(MergeLookback::HotCache)),
        ("Custom", None),
    ];
    let kind = document.choice("Kind", &kinds)?.unwrap_or(Some(MergeLookback::Default));
    let period = document.timespan("CustomPeriod")?;
    document.finish(&[])?;
    match (kind, period) {
        (Some(kind), _) => Ok(kind),
        (None, Some(period)) => Ok(MergeLookback::Custom(period)),
        (None, None) => Err(document::refuse(PolicyKind::Merge, "Lookback of kind Custom needs CustomPeriod")),
    }
}
