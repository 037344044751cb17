//! What a cluster is made of, as plain data with Kusto's JSON forms: databases, tables, policies, ingestion
//! mappings, extents.
//!
//! Knows nothing of storage or HTTP. `ClusterState` is one immutable version of everything; the catalog makes the
//! next version by applying `Change`s.

mod change;
mod cluster;
mod database;
mod error;
mod extent;
mod function;
mod ids;
mod lenient_json;
mod mapping;
pub mod policy;
mod principal;
mod table;

pub use change::Change;
pub use cluster::{ApplyError, ClusterState};
pub use database::Database;
pub use error::Error;
pub use extent::{ColumnStatistics, Extent, INGESTION_TIME_COLUMN};
pub use function::StoredFunction;
pub use ids::{DatabaseId, ExtentId, OperationId, SourceId, TableId};
pub use mapping::{ColumnMapping, IngestionMapping, JsonPath, MappingKind, MappingTransform, PathStep};
pub use policy::{EffectivePolicies, Policies, PolicyKind, PolicyLimits};
pub use principal::AuthorizedPrincipal;
pub use table::{Table, TableColumn};
