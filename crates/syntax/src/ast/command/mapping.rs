//! Commands about ingestion mappings.

use super::CommandProperties;
use crate::ast::Name;

/// Whose mappings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingEntity {
    /// Every database.
    Cluster,
    /// `None` is the database the request names.
    Database(Option<Name>),
    Table(Name),
}

/// What happens if a mapping of that name exists, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingCreation {
    Create,
    CreateOrAlter,
    Alter,
    AlterMerge,
}

/// A command about ingestion mappings. Kinds are the words as written (`json`).
#[derive(Debug, Clone, PartialEq)]
pub enum MappingCommand {
    /// `.create[-or-alter] table T ingestion json mapping 'm' '[…]'`; `text` is the JSON.
    Define {
        creation: MappingCreation,
        entity: MappingEntity,
        kind: Name,
        name: String,
        text: String,
        properties: CommandProperties,
    },
    /// `.show … ingestion [kind] mappings ['m']`, `… mapping 'm'`
    Show { entity: MappingEntity, kind: Option<Name>, name: Option<String> },
    /// `.drop … ingestion kind mapping 'm'`
    Drop { entity: MappingEntity, kind: Name, name: String },
}
