//! A column of a result.

use calypso_types::ScalarType;
use serde::Deserialize;

/// Name and type of a column. Names may repeat within a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    ty: ScalarType,
}

impl Column {
    /// Returns a column.
    #[must_use]
    pub fn new(name: impl Into<String>, ty: ScalarType) -> Self {
        Self { name: name.into(), ty }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the type.
    #[must_use]
    pub const fn scalar_type(&self) -> ScalarType {
        self.ty
    }
}

/// A column as V1 and V2 answers spell it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireColumn {
    column_name: String,
    #[serde(default)]
    column_type: Option<String>,
    #[serde(default)]
    data_type: Option<String>,
}

/// Reads the JSON of `Columns`. Old answers have `DataType` alone.
pub(crate) fn from_json(text: &str) -> Result<Vec<Column>, String> {
    let columns: Vec<WireColumn> = serde_json::from_str(text).map_err(|error| format!("columns: {error}"))?;
    Ok(columns.into_iter().map(read).collect())
}

/// A type that this client does not know is read as `dynamic`, which keeps whatever JSON its values are.
fn read(column: WireColumn) -> Column {
    let known = |name: &Option<String>| name.as_deref().and_then(ScalarType::from_name);
    let ty = known(&column.column_type).or_else(|| known(&column.data_type)).unwrap_or(ScalarType::Dynamic);
    Column { name: column.column_name, ty }
}
