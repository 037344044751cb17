//! Ingestion mappings: which piece of a record goes into which column.
//!
//! Either the name of a mapping that the table or the database has, or the columns themselves.
//! <https://learn.microsoft.com/kusto/management/mappings>

use serde_json::{Map, Value};

use crate::{DataFormat, Error, MappingKind};

/// Most columns of an inline mapping, which is also the most columns of a table.
const COLUMNS_MAX: usize = 10_000;

/// What a column's value goes through.
///
/// <https://learn.microsoft.com/kusto/management/mappings#mapping-transformations>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransformationMethod {
    /// `[{"n1":"v1"},{"n2":"v2"}]` becomes `{"n1":"v1","n2":"v2"}`.
    PropertyBagArrayToDictionary,
    /// The URI of the blob, without its signature. Reads nothing of the record.
    SourceLocation,
    /// The one-based number of the record within its source. Reads nothing of the record.
    SourceLineNumber,
    DateTimeFromUnixSeconds,
    DateTimeFromUnixMilliseconds,
    DateTimeFromUnixMicroseconds,
    DateTimeFromUnixNanoseconds,
    /// The object without the members that other columns map.
    DropMappedFields,
    /// Bytes as base64 text; Avro only.
    BytesAsBase64,
}

impl TransformationMethod {
    /// Returns Kusto's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PropertyBagArrayToDictionary => "PropertyBagArrayToDictionary",
            Self::SourceLocation => "SourceLocation",
            Self::SourceLineNumber => "SourceLineNumber",
            Self::DateTimeFromUnixSeconds => "DateTimeFromUnixSeconds",
            Self::DateTimeFromUnixMilliseconds => "DateTimeFromUnixMilliseconds",
            Self::DateTimeFromUnixMicroseconds => "DateTimeFromUnixMicroseconds",
            Self::DateTimeFromUnixNanoseconds => "DateTimeFromUnixNanoseconds",
            Self::DropMappedFields => "DropMappedFields",
            Self::BytesAsBase64 => "BytesAsBase64",
        }
    }

    const fn reads_record(self) -> bool {
        !matches!(self, Self::SourceLocation | Self::SourceLineNumber)
    }
}

/// How one column is filled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ColumnMapping {
    pub column: String,
    /// Kusto's name of the type; needed only for a column that does not exist yet.
    pub data_type: Option<String>,
    /// csv and kin: zero-based field.
    pub ordinal: Option<u32>,
    /// json, avro, parquet, orc: `$.a.b`; `$` is the whole record.
    pub path: Option<String>,
    /// avro, parquet, orc, w3clogfile: the name of a field, `$.name` in short.
    pub field: Option<String>,
    /// The same value for every record.
    pub const_value: Option<String>,
    pub transform: Option<TransformationMethod>,
}

impl ColumnMapping {
    /// Returns a mapping of `column` that says nothing yet of where its values come from.
    #[must_use]
    pub fn new(column: impl Into<String>) -> Self {
        Self { column: column.into(), ..Self::default() }
    }

    /// Returns a mapping from the field at zero-based `ordinal` of a delimited record.
    #[must_use]
    pub fn from_ordinal(column: impl Into<String>, ordinal: u32) -> Self {
        Self { ordinal: Some(ordinal), ..Self::new(column) }
    }

    /// Returns a mapping from `path`, such as `$.a['b c']`.
    #[must_use]
    pub fn from_path(column: impl Into<String>, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::new(column) }
    }

    /// Returns a mapping from the field called `field`.
    #[must_use]
    pub fn from_field(column: impl Into<String>, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(column) }
    }

    /// Returns a mapping that puts `value` into every row.
    #[must_use]
    pub fn constant(column: impl Into<String>, value: impl Into<String>) -> Self {
        Self { const_value: Some(value.into()), ..Self::new(column) }
    }

    /// Names the type of a column that may not exist yet, such as `datetime`.
    #[must_use]
    pub fn with_data_type(mut self, data_type: impl Into<String>) -> Self {
        self.data_type = Some(data_type.into());
        self
    }

    /// Puts the value through `transform`.
    #[must_use]
    pub fn with_transform(mut self, transform: TransformationMethod) -> Self {
        self.transform = Some(transform);
        self
    }

    fn validate(&self, kind: MappingKind) -> Result<(), String> {
        if self.column.is_empty() {
            return Err("a column without a name".to_owned());
        }
        let sources = [
            ("Ordinal", self.ordinal.is_some(), kind == MappingKind::Csv),
            ("Path", self.path.is_some(), !matches!(kind, MappingKind::Csv | MappingKind::W3CLogFile)),
            ("Field", self.field.is_some(), !matches!(kind, MappingKind::Csv | MappingKind::Json)),
            ("ConstValue", self.const_value.is_some(), true),
        ];
        let given: Vec<&str> = sources.iter().filter(|(_, given, _)| *given).map(|(name, ..)| *name).collect();
        if let Some((name, ..)) = sources.iter().find(|(_, given, allowed)| *given && !allowed) {
            return Err(format!("{name} means nothing in a mapping of kind {kind}"));
        }
        if given.len() > 1 {
            return Err(format!("{} exclude one another", given.join(" and ")));
        }
        match self.transform {
            Some(transform) if !transform.reads_record() && !given.is_empty() => Err(format!(
                "the transform {} reads nothing of the record, so {} must not be given",
                transform.name(),
                given[0]
            )),
            Some(TransformationMethod::BytesAsBase64)
                if !matches!(kind, MappingKind::Avro | MappingKind::ApacheAvro) =>
            {
                Err("the transform BytesAsBase64 is one of Avro mappings".to_owned())
            }
            Some(transform) if transform.reads_record() && given.is_empty() => {
                Err(format!("the transform {} needs a value of the record", transform.name()))
            }
            None if given.is_empty() => Err("nothing says where its values come from".to_owned()),
            _ => Ok(()),
        }
    }

    /// Spelled and ordered as Python does.
    fn to_value(&self) -> Value {
        let mut properties = Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                properties.insert(name.to_owned(), value.into());
            }
        };
        put("Path", self.path.clone());
        put("Transform", self.transform.map(|transform| transform.name().to_owned()));
        put("Ordinal", self.ordinal.map(|ordinal| ordinal.to_string()));
        put("ConstValue", self.const_value.clone());
        put("Field", self.field.clone());
        let mut element = Map::new();
        element.insert("column".to_owned(), self.column.clone().into());
        if let Some(data_type) = &self.data_type {
            element.insert("datatype".to_owned(), data_type.clone().into());
        }
        element.insert("properties".to_owned(), properties.into());
        element.into()
    }
}

/// A mapping by name or by its columns, never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IngestionMapping {
    /// The name of a mapping of the table, or else of the database.
    Reference(String),
    /// Queued ingestion only: streaming has nothing to carry it.
    Inline(Vec<ColumnMapping>),
}

impl IngestionMapping {
    /// Returns the name, if the mapping is one by name.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Reference(name) => Some(name),
            Self::Inline(_) => None,
        }
    }

    /// Returns the JSON text of inline columns, as the property `ingestionMapping` carries it.
    #[must_use]
    pub fn inline_json(&self) -> Option<String> {
        match self {
            Self::Reference(_) => None,
            Self::Inline(columns) => {
                Some(Value::Array(columns.iter().map(ColumnMapping::to_value).collect()).to_string())
            }
        }
    }

    /// Checks the mapping against the format that it is to read.
    ///
    /// # Errors
    /// `InvalidProperty` when the format takes no mapping, or a column breaks the rules of the mapping's kind.
    pub(crate) fn validate(&self, kind: Option<MappingKind>, format: DataFormat) -> Result<(), Error> {
        let refuse = |reason: String| Err(Error::property("ingestion mapping", reason));
        let Some(wanted) = format.mapping_kind() else {
            return refuse(format!("the format {format} takes no mapping"));
        };
        if let Some(kind) = kind.filter(|kind| !kind.serves(wanted)) {
            return refuse(format!("a mapping of kind {kind} cannot read {format}, which needs one of kind {wanted}"));
        }
        match self {
            Self::Reference(name) if name.is_empty() => refuse("the name is empty".to_owned()),
            Self::Reference(_) => Ok(()),
            Self::Inline(columns) if columns.is_empty() => refuse("it maps no column".to_owned()),
            Self::Inline(columns) if columns.len() > COLUMNS_MAX => {
                refuse(format!("it maps more than {COLUMNS_MAX} columns"))
            }
            Self::Inline(columns) => columns.iter().try_for_each(|column| {
                let checked = column.validate(kind.unwrap_or(wanted));
                checked
                    .map_err(|why| Error::property("ingestion mapping", format!("column '{}': {why}", column.column)))
            }),
        }
    }
}

#[cfg(test)]
mod tests;
