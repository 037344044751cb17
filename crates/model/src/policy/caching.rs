//! The caching policy: how much recent data stays hot.
//!
//! <https://learn.microsoft.com/kusto/management/cache-policy>

use calypso_types::{DateTime, TimeSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// The most hot windows a policy may have.
const HOT_WINDOWS_MAX: usize = 100;

/// A span of extent creation times whose data is hot besides the recent data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HotWindow {
    #[serde(with = "super::ticks")]
    pub min_value: DateTime,
    #[serde(with = "super::ticks")]
    pub max_value: DateTime,
}

/// How long data and index stay in the hot cache, by extent creation time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CachingPolicy {
    #[serde(with = "super::timespan_text")]
    pub data_hot_span: TimeSpan,
    #[serde(with = "super::timespan_text")]
    pub index_hot_span: TimeSpan,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hot_windows: Vec<HotWindow>,
}

impl CachingPolicy {
    /// The policy of `hot = span`.
    #[must_use]
    pub const fn hot(span: TimeSpan) -> Self {
        Self { data_hot_span: span, index_hot_span: span, hot_windows: Vec::new() }
    }

    /// Reads Kusto's JSON. The index span is the data span unless given.
    ///
    /// # Errors
    /// When the text is not such a policy or lacks `DataHotSpan`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut document = PolicyDocument::parse(PolicyKind::Caching, text)?;
        let Some(span) = document.timespan("DataHotSpan")? else {
            return Err(document::refuse(PolicyKind::Caching, "DataHotSpan is missing"));
        };
        let mut policy = Self::hot(span);
        policy.apply(document)?;
        Ok(policy)
    }

    /// Returns the policy with the properties that `text` gives; the others stay.
    ///
    /// # Errors
    /// As [`CachingPolicy::parse`].
    pub fn merge_json(&self, text: &str) -> Result<Self, Error> {
        let mut policy = self.clone();
        policy.apply(PolicyDocument::parse(PolicyKind::Caching, text)?)?;
        Ok(policy)
    }

    fn apply(&mut self, mut document: PolicyDocument) -> Result<(), Error> {
        if let Some(span) = document.timespan("DataHotSpan")? {
            self.data_hot_span = span;
        }
        if let Some(span) = document.timespan("IndexHotSpan")? {
            self.index_hot_span = span;
        }
        if let Some(windows) = document.windows("HotWindows", "MinValue", "MaxValue")? {
            self.hot_windows =
                windows.into_iter().map(|(min_value, max_value)| HotWindow { min_value, max_value }).collect();
        }
        document.finish(&["ColumnOverrides"])
    }

    /// Checks the spans and windows.
    ///
    /// # Errors
    /// When a span is negative, or a window ends before it starts.
    pub fn validate(&self) -> Result<(), Error> {
        for (property, span) in [("DataHotSpan", self.data_hot_span), ("IndexHotSpan", self.index_hot_span)] {
            if span < TimeSpan(0) {
                return Err(Error::PolicyOutOfRange {
                    property,
                    bound: "greater than or equal to 00:00:00".to_owned(),
                });
            }
        }
        if self.hot_windows.len() > HOT_WINDOWS_MAX {
            return Err(document::refuse(
                PolicyKind::Caching,
                format!("it has more than {HOT_WINDOWS_MAX} hot windows"),
            ));
        }
        match self.hot_windows.iter().find(|window| window.min_value > window.max_value) {
            None => Ok(()),
            Some(window) => Err(document::refuse(
                PolicyKind::Caching,
                format!("the hot window that starts at {} ends before it starts", instant(window.min_value)),
            )),
        }
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut policy = json!({
            "DataHotSpan": { "Value": self.data_hot_span.to_text() },
            "IndexHotSpan": { "Value": self.index_hot_span.to_text() },
        });
        if !self.hot_windows.is_empty() {
            let windows = self.hot_windows.iter();
            policy["HotWindows"] = windows
                .map(|window| json!({ "MinValue": instant(window.min_value), "MaxValue": instant(window.max_value) }))
                .collect::<Vec<Value>>()
                .into();
        }
        document::print(&policy)
    }
}

/// `2021-01-01T00:00:00Z`, the fraction only if there is one.
fn instant(at: DateTime) -> String {
    at.to_iso().replace(".0000000", "")
}
