//! The properties of a table's entity, with the types that Azure's table protocol distinguishes.

use std::collections::BTreeMap;

use calypso_types::DateTime;
use uuid::Uuid;

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum EntityValue {
    String(String),
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    DateTime(DateTime),
    Guid(Uuid),
}

/// Properties by name.
pub type Entity = BTreeMap<String, EntityValue>;
