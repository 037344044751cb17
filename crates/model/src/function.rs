//! A stored function.

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::DatabaseId;

/// A function kept in a database. Parameters and body are the text as given, braces included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredFunction {
    pub database: DatabaseId,
    pub name: String,
    /// `(a:long, T:(x:string))`
    pub parameters: String,
    /// `{ T | take a }`
    pub body: String,
    #[serde(default)]
    pub folder: String,
    #[serde(default)]
    pub docstring: String,
    #[serde(with = "crate::policy::ticks")]
    pub created_on: DateTime,
}
