//! Identifiers that never change and are never reused, unlike names.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A database, across renames.
    DatabaseId);
id!(
    /// A table, across renames; a dropped and re-created table is another one.
    TableId);
id!(
    /// An extent.
    ExtentId);
id!(
    /// A run of a management command or an ingestion.
    OperationId);
id!(
    /// What an SDK calls the source id: one piece of data, the same through all its retries.
    SourceId);
