//! The policies of one entity, and how commands change them.

use calypso_types::TimeSpan;
use serde::{Deserialize, Serialize};

use super::{
    AutoDeletePolicy, CachingPolicy, IngestionBatchingPolicy, IngestionTimePolicy, MergePolicy, PolicyKind,
    RetentionPolicy, StreamingIngestionPolicy, UpdatePolicy,
};
use crate::{AuthorizedPrincipal, Error};

/// The policies set on one entity. `None` means inherited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Policies {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_delete: Option<AutoDeletePolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caching: Option<CachingPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingestion_batching: Option<IngestionBatchingPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingestion_time: Option<IngestionTimePolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<MergePolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streaming_ingestion: Option<StreamingIngestionPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdatePolicy>,
    /// Who has which role on the entity: no policy in Kusto's words, but attached to the same entities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principals: Vec<AuthorizedPrincipal>,
}

/// Limits that the server's settings may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyLimits {
    /// The least `MaximumBatchingTimeSpan`.
    pub batching_time_span_min: TimeSpan,
}

impl Default for PolicyLimits {
    /// The documented limits.
    fn default() -> Self {
        Self { batching_time_span_min: IngestionBatchingPolicy::TIME_SPAN_MIN }
    }
}

impl Policies {
    /// Returns the JSON of the policy set here, as the `Policy` column shows it; `None` when it is inherited, which
    /// the column shows as `null`.
    #[must_use]
    pub fn json(&self, kind: PolicyKind) -> Option<String> {
        match kind {
            PolicyKind::AutoDelete => self.auto_delete.as_ref().map(AutoDeletePolicy::to_json),
            PolicyKind::Caching => self.caching.as_ref().map(CachingPolicy::to_json),
            PolicyKind::IngestionTime => self.ingestion_time.as_ref().map(IngestionTimePolicy::to_json),
            PolicyKind::Update => self.update.as_ref().map(UpdatePolicy::to_json),
            PolicyKind::IngestionBatching => self.ingestion_batching.as_ref().map(IngestionBatchingPolicy::to_json),
            PolicyKind::Merge => self.merge.as_ref().map(MergePolicy::to_json),
            PolicyKind::Retention => self.retention.as_ref().map(RetentionPolicy::to_json),
            PolicyKind::StreamingIngestion => self.streaming_ingestion.as_ref().map(StreamingIngestionPolicy::to_json),
        }
    }

    /// `.alter … policy`: replaces the policy; properties that `json` does not give have their defaults. The text
    /// `null` removes it. On an error nothing changes.
    ///
    /// # Errors
    /// When the text is not such a policy or a property is out of range.
    pub fn alter(&mut self, kind: PolicyKind, json: &str, limits: PolicyLimits) -> Result<(), Error> {
        if json.trim() == "null" {
            self.delete(kind);
            return Ok(());
        }
        let mut altered = self.clone();
        match kind {
            PolicyKind::AutoDelete => altered.auto_delete = Some(AutoDeletePolicy::parse(json)?),
            PolicyKind::Caching => altered.caching = Some(CachingPolicy::parse(json)?),
            PolicyKind::IngestionTime => altered.ingestion_time = Some(IngestionTimePolicy::parse(json)?),
            PolicyKind::Update => altered.update = Some(UpdatePolicy::parse(json)?),
            PolicyKind::IngestionBatching => altered.ingestion_batching = Some(IngestionBatchingPolicy::parse(json)?),
            PolicyKind::Merge => altered.merge = Some(MergePolicy::parse(json)?),
            PolicyKind::Retention => altered.retention = Some(RetentionPolicy::parse(json)?),
            PolicyKind::StreamingIngestion => {
                altered.streaming_ingestion = Some(StreamingIngestionPolicy::parse(json)?);
            }
        }
        altered.validate(kind, limits)?;
        *self = altered;
        Ok(())
    }

    /// `.alter-merge … policy`: changes the properties that `json` gives; the others stay as they are here, or have
    /// their defaults if the policy was not set here. On an error nothing changes.
    ///
    /// # Errors
    /// When the text is not such a policy or a property is out of range.
    pub fn alter_merge(&mut self, kind: PolicyKind, json: &str, limits: PolicyLimits) -> Result<(), Error> {
        let mut altered = self.clone();
        match kind {
            _ if self.json(kind).is_none() => return self.alter(kind, json, limits),
            // Of these every property is mandatory, or there is only one.
            PolicyKind::AutoDelete | PolicyKind::IngestionTime => return self.alter(kind, json, limits),
            PolicyKind::Update => {
                altered.update = self.update.as_ref().map(|policy| policy.merge_json(json)).transpose()?;
            }
            PolicyKind::Caching => {
                altered.caching = self.caching.as_ref().map(|policy| policy.merge_json(json)).transpose()?;
            }
            PolicyKind::IngestionBatching => {
                let policy = self.ingestion_batching.as_ref();
                altered.ingestion_batching = policy.map(|policy| policy.merge_json(json)).transpose()?;
            }
            PolicyKind::Merge => {
                altered.merge = self.merge.as_ref().map(|policy| policy.merge_json(json)).transpose()?;
            }
            PolicyKind::Retention => {
                altered.retention = self.retention.as_ref().map(|policy| policy.merge_json(json)).transpose()?;
            }
            PolicyKind::StreamingIngestion => {
                let policy = self.streaming_ingestion.as_ref();
                altered.streaming_ingestion = policy.map(|policy| policy.merge_json(json)).transpose()?;
            }
        }
        altered.validate(kind, limits)?;
        *self = altered;
        Ok(())
    }

    /// `.delete … policy`: the policy is inherited from now on.
    pub fn delete(&mut self, kind: PolicyKind) {
        match kind {
            PolicyKind::AutoDelete => self.auto_delete = None,
            PolicyKind::Caching => self.caching = None,
            PolicyKind::IngestionTime => self.ingestion_time = None,
            PolicyKind::Update => self.update = None,
            PolicyKind::IngestionBatching => self.ingestion_batching = None,
            PolicyKind::Merge => self.merge = None,
            PolicyKind::Retention => self.retention = None,
            PolicyKind::StreamingIngestion => self.streaming_ingestion = None,
        }
    }

    /// Checks the policy set here, for callers that set the field themselves; nothing set is in order.
    ///
    /// # Errors
    /// When a property is out of range.
    pub fn validate(&self, kind: PolicyKind, limits: PolicyLimits) -> Result<(), Error> {
        match kind {
            PolicyKind::AutoDelete | PolicyKind::IngestionTime => None,
            PolicyKind::Caching => self.caching.as_ref().map(CachingPolicy::validate),
            PolicyKind::Update => self.update.as_ref().map(UpdatePolicy::validate),
            PolicyKind::IngestionBatching => {
                self.ingestion_batching.as_ref().map(|policy| policy.validate(limits.batching_time_span_min))
            }
            PolicyKind::Merge => self.merge.as_ref().map(MergePolicy::validate),
            PolicyKind::Retention => self.retention.as_ref().map(RetentionPolicy::validate),
            PolicyKind::StreamingIngestion => self.streaming_ingestion.as_ref().map(StreamingIngestionPolicy::validate),
        }
        .unwrap_or(Ok(()))
    }
}
