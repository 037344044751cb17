//! A table: schema, policies, mappings, and how far its row log has been sealed.

use std::sync::Arc;

use calypso_types::{DateTime, ScalarType};
use serde::{Deserialize, Serialize};

use crate::{DatabaseId, IngestionMapping, Policies, TableId};

/// One column of a table. The id survives renames, so that extents written earlier still serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Unique within the table for ever; a dropped column's id is not reused.
    pub id: u32,
    pub name: String,
    #[serde(with = "crate::policy::scalar_type_name")]
    pub ty: ScalarType,
    #[serde(default)]
    pub docstring: String,
}

/// A table of a database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub id: TableId,
    pub database: DatabaseId,
    pub name: String,
    pub columns: Vec<TableColumn>,
    /// The id that the next new column gets.
    pub next_column_id: u32,
    #[serde(default)]
    pub folder: String,
    #[serde(default)]
    pub docstring: String,
    #[serde(with = "crate::policy::ticks")]
    pub created_on: DateTime,
    #[serde(default)]
    pub policies: Policies,
    #[serde(default)]
    pub mappings: Vec<Arc<IngestionMapping>>,
    /// Row-log positions below this are in extents (or cleared): the row store's copy no longer counts.
    #[serde(default)]
    pub sealed_through: u64,
}

impl Table {
    /// Returns the column called `name` (case-sensitive) and its position.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<(usize, &TableColumn)> {
        self.columns.iter().enumerate().find(|(_, c)| c.name == name)
    }
}
