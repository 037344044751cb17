//! What an ingestion mapping means for the columns of a table, prepared once for all records.

use calypso_model::{ColumnMapping, IngestionMapping, MappingKind, MappingTransform};

use crate::{Error, Ingestion};

pub(crate) mod by_path;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod path;
pub(crate) mod transform;
pub(crate) mod w3c_log;

/// Says that a mapping cannot be used.
pub(crate) fn invalid(mapping: &IngestionMapping, message: impl Into<String>) -> Error {
    Error::InvalidMapping { mapping: mapping.name.clone(), message: message.into() }
}

/// Says that one element of a mapping cannot be used.
fn invalid_column(mapping: &IngestionMapping, column: &ColumnMapping, message: &str) -> Error {
    invalid(mapping, format!("column `{}`: {message}", column.column))
}

/// Says that a transform does not apply to the kind of the mapping.
fn unsupported_transform(mapping: &IngestionMapping, column: &ColumnMapping, transform: MappingTransform) -> Error {
    invalid_column(mapping, column, &format!("transform {transform:?} does not apply to {:?} mappings", mapping.kind))
}

/// Pairs the elements of a mapping with the positions of their columns in the table.
///
/// # Errors
/// When the mapping is of another kind than the format's, or names a column twice or one that the table lacks.
fn target_columns<'m>(
    mapping: &'m IngestionMapping,
    kind: MappingKind,
    ingestion: &Ingestion<'_>,
) -> Result<Vec<(usize, &'m ColumnMapping)>, Error> {
    if !mapping.kind.serves(kind) {
        return Err(invalid(
            mapping,
            format!("a {:?} mapping does not apply to format {}", mapping.kind, ingestion.format),
        ));
    }
    let positions: std::collections::HashMap<_, _> =
        ingestion.columns.iter().enumerate().map(|(position, column)| (column.name.as_str(), position)).collect();
    let mut filled = vec![false; ingestion.columns.len()];
    let mut targets = Vec::with_capacity(mapping.columns.len());
    for column in &mapping.columns {
        let Some(&position) = positions.get(column.column.as_str()) else {
            return Err(Error::InconsistentMapping { mapping: mapping.name.clone(), column: column.column.clone() });
        };
        if std::mem::replace(&mut filled[position], true) {
            return Err(invalid_column(mapping, column, "is filled twice"));
        }
        targets.push((position, column));
    }
    Ok(targets)
}
