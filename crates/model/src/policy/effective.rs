//! Which policy is in effect: the table's, else the database's, else the cluster's, else Kusto's default.

use super::{
    CachingPolicy, IngestionBatchingPolicy, IngestionTimePolicy, MergePolicy, Policies, RetentionPolicy,
    StreamingIngestionPolicy,
};

/// The policies that bear on one entity, nearest first.
#[derive(Debug, Clone, Copy)]
pub struct EffectivePolicies<'a> {
    levels: [Option<&'a Policies>; 3],
}

impl<'a> EffectivePolicies<'a> {
    /// Those of a table.
    #[must_use]
    pub const fn of_table(table: &'a Policies, database: &'a Policies, cluster: &'a Policies) -> Self {
        Self { levels: [Some(table), Some(database), Some(cluster)] }
    }

    /// Those of a database, which new tables inherit.
    #[must_use]
    pub const fn of_database(database: &'a Policies, cluster: &'a Policies) -> Self {
        Self { levels: [None, Some(database), Some(cluster)] }
    }

    fn nearest<P>(&self, get: impl Fn(&'a Policies) -> Option<&'a P>) -> Option<&'a P> {
        self.levels.into_iter().flatten().find_map(get)
    }

    /// Returns the caching policy; `None` means that all data is hot.
    #[must_use]
    pub fn caching(&self) -> Option<&'a CachingPolicy> {
        self.nearest(|policies| policies.caching.as_ref())
    }

    /// Returns the ingestion batching policy if one is set; a server may have its own default.
    #[must_use]
    pub fn ingestion_batching_set(&self) -> Option<&'a IngestionBatchingPolicy> {
        self.nearest(|policies| policies.ingestion_batching.as_ref())
    }

    /// Returns the ingestion batching policy, Kusto's default if none is set.
    #[must_use]
    pub fn ingestion_batching(&self) -> IngestionBatchingPolicy {
        self.ingestion_batching_set().cloned().unwrap_or_default()
    }

    /// Returns the ingestion time policy: on where nothing is set.
    #[must_use]
    pub fn ingestion_time(&self) -> IngestionTimePolicy {
        self.nearest(|policies| policies.ingestion_time.as_ref()).copied().unwrap_or(IngestionTimePolicy::ENABLED)
    }

    /// Returns the merge policy.
    #[must_use]
    pub fn merge(&self) -> MergePolicy {
        self.nearest(|policies| policies.merge.as_ref()).cloned().unwrap_or_default()
    }

    /// Returns the retention policy.
    #[must_use]
    pub fn retention(&self) -> RetentionPolicy {
        self.nearest(|policies| policies.retention.as_ref()).cloned().unwrap_or_default()
    }

    /// Returns the streaming ingestion policy. Unlike Kusto's cluster setting ours allows streaming unless a policy
    /// says otherwise, so that a first `calypso serve` takes streams.
    #[must_use]
    pub fn streaming_ingestion(&self) -> StreamingIngestionPolicy {
        let set = self.nearest(|policies| policies.streaming_ingestion.as_ref());
        set.cloned().unwrap_or(StreamingIngestionPolicy::ENABLED)
    }
}
