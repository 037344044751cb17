//! A database.

use std::{collections::BTreeMap, sync::Arc};

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::{DatabaseId, IngestionMapping, Policies, StoredFunction, Table};

/// A database and what it holds. Names are case-sensitive keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Database {
    pub id: DatabaseId,
    pub name: String,
    #[serde(default)]
    pub pretty_name: String,
    #[serde(with = "crate::policy::ticks")]
    pub created_on: DateTime,
    #[serde(default)]
    pub policies: Policies,
    /// Database-level mappings, by (kind, name).
    #[serde(default)]
    pub mappings: Vec<Arc<IngestionMapping>>,
    /// Kept in documents of their own by the catalog.
    #[serde(skip)]
    pub tables: BTreeMap<String, Arc<Table>>,
    #[serde(skip)]
    pub functions: BTreeMap<String, Arc<StoredFunction>>,
}
