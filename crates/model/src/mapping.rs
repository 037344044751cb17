//! Ingestion mappings: which piece of a record goes into which column.
//!
//! <https://learn.microsoft.com/kusto/management/mappings>

mod element;
mod json_path;
mod kind;
#[cfg(test)]
mod tests;
mod transform;

use calypso_types::ScalarType;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, lenient_json};
use element::Element;

pub use json_path::{JsonPath, PathStep};
pub use kind::MappingKind;
pub use transform::MappingTransform;

/// The most columns a mapping may fill, which is also the most columns of a table.
const COLUMNS_MAX: usize = 10_000;

/// How one column is filled: by `ordinal` or `path`, changed by `transform`, or by `const_value` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    pub column: String,
    /// Only used to create a column that does not exist yet.
    #[serde(with = "crate::policy::optional_scalar_type_name", default)]
    pub data_type: Option<ScalarType>,
    /// csv: zero-based field.
    pub ordinal: Option<usize>,
    /// json and kin: `$.a.b`, `$` is the whole record. Always readable by [`JsonPath::parse`].
    pub path: Option<String>,
    pub const_value: Option<String>,
    pub transform: Option<MappingTransform>,
}

/// A named mapping of a table or database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestionMapping {
    pub name: String,
    pub kind: MappingKind,
    pub columns: Vec<ColumnMapping>,
    /// The JSON text as `.show … mappings` prints it (normalised to Kusto's spelling).
    pub text: String,
    /// When it was last changed, ticks.
    #[serde(default)]
    pub last_updated_on: i64,
}

impl IngestionMapping {
    /// Reads the JSON of a mapping in any of its spellings: `column`/`Column`/`Name`, properties in a bag or flat,
    /// ordinals as numbers or text, trailing commas. `name` is empty for a mapping given inline.
    ///
    /// `last_updated_on` is zero; the caller sets it.
    ///
    /// # Errors
    /// When the text is not a JSON array of objects, or an element breaks the rules of `kind`.
    pub fn parse(kind: MappingKind, name: &str, text: &str) -> Result<Self, Error> {
        let elements = elements(text)?;
        let mut columns: Vec<ColumnMapping> = Vec::with_capacity(elements.len());
        let mut shown = Vec::with_capacity(elements.len());
        for (index, value) in elements.iter().enumerate() {
            let element = Element::read(index, value)?;
            let column = element.column_mapping(kind)?;
            if columns.iter().any(|earlier| earlier.column == column.column) {
                return Err(element.refuse("the column is mapped twice"));
            }
            columns.push(column);
            shown.push(element.shown());
        }
        Ok(Self { name: name.to_owned(), kind, columns, text: Value::Array(shown).to_string(), last_updated_on: 0 })
    }
}

fn elements(text: &str) -> Result<Vec<Value>, Error> {
    let refuse = |reason: String| Error::Mapping { reason };
    match lenient_json::parse(text).map_err(refuse)? {
        Value::Array(elements) if elements.is_empty() => Err(refuse("it maps no column".to_owned())),
        Value::Array(elements) if elements.len() > COLUMNS_MAX => {
            Err(refuse(format!("it maps more than {COLUMNS_MAX} columns")))
        }
        Value::Array(elements) => Ok(elements),
        _ => Err(refuse("it is not a JSON array".to_owned())),
    }
}
