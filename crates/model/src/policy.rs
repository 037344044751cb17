//! Policies: rules attached to the cluster, a database or a table; the nearest one set is in effect.
//!
//! <https://learn.microsoft.com/kusto/management/policies>. Each policy is one file; its JSON is Kusto's. `set` holds
//! the policies of one entity, `effective` finds the one that counts.

mod auto_delete;
mod caching;
mod document;
mod effective;
mod ingestion_batching;
mod ingestion_time;
mod kind;
mod merge;
mod retention;
mod serde_forms;
mod set;
mod streaming_ingestion;
#[cfg(test)]
mod tests;
mod update;

pub use auto_delete::AutoDeletePolicy;
pub use caching::{CachingPolicy, HotWindow};
pub use effective::EffectivePolicies;
pub use ingestion_batching::IngestionBatchingPolicy;
pub use ingestion_time::IngestionTimePolicy;
pub use kind::PolicyKind;
pub use merge::{MergeLookback, MergePolicy};
pub use retention::{Recoverability, RetentionPolicy};
pub use serde_forms::{optional_scalar_type_name, scalar_type_name, ticks, ticks_or_null, timespan_text};
pub use set::{Policies, PolicyLimits};
pub use streaming_ingestion::StreamingIngestionPolicy;
pub use update::{UpdatePolicy, UpdatePolicyEntry};
