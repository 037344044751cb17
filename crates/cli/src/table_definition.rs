//! A table that data would fit into, and the commands that make it.

use calypso_formats::DataFormat;
use calypso_types::{ScalarType, kql_string};

use crate::{
    data_sample::DataSample,
    entity_name::{column_names, quoted},
};

/// A column, and the field of the data that fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedColumn {
    /// The column.
    pub name: String,
    /// Its type.
    pub ty: ScalarType,
    /// What the data call it.
    pub field: String,
}

/// See the file's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDefinition {
    /// The table.
    pub name: String,
    /// Its columns, in the order of the data.
    pub columns: Vec<DefinedColumn>,
}

impl TableDefinition {
    /// Returns the table called `name` for the data of `sample`.
    #[must_use]
    pub fn of(name: impl Into<String>, sample: &DataSample) -> Self {
        let names = column_names(sample.fields.iter().map(|(field, _)| field.as_str()));
        let fields = sample.fields.iter().zip(names);
        let columns = fields.map(|((field, ty), name)| DefinedColumn { name, ty: *ty, field: field.clone() });
        Self { name: name.into(), columns: columns.collect() }
    }

    /// Returns the columns as commands write them: `(a: long, b: string)`.
    #[must_use]
    pub fn schema(&self) -> String {
        let columns = self.columns.iter().map(|column| format!("{}: {}", quoted(&column.name), column.ty));
        format!("({})", columns.collect::<Vec<_>>().join(", "))
    }

    /// Returns the command that makes the table.
    #[must_use]
    pub fn create_command(&self) -> String {
        format!(".create table {} {}", quoted(&self.name), self.schema())
    }

    /// Returns the command that makes the table, or adds the columns that it lacks.
    #[must_use]
    pub fn create_merge_command(&self) -> String {
        format!(".create-merge table {} {}", quoted(&self.name), self.schema())
    }

    /// Says whether a column is called otherwise than its field, so that only a mapping brings the two together.
    #[must_use]
    pub fn has_renamed_columns(&self) -> bool {
        self.columns.iter().any(|column| column.name != column.field)
    }

    /// Returns the elements of a mapping that reads each field by name; for formats whose fields have names.
    ///
    /// <https://learn.microsoft.com/kusto/management/mappings>
    #[must_use]
    pub fn mapping_by_name(&self) -> String {
        let elements = self
            .columns
            .iter()
            .map(|column| serde_json::json!({ "column": column.name, "Properties": { "Path": path(&column.field) } }));
        serde_json::Value::Array(elements.collect()).to_string()
    }

    /// Returns the command that makes a mapping called `mapping` which reads each field by name.
    #[must_use]
    pub fn mapping_command(&self, mapping: &str, format: DataFormat) -> Option<String> {
        let kind = format.mapping_kind()?.name().to_ascii_lowercase();
        // In single quotes, so that the JSON stays readable.
        let elements = self.mapping_by_name().replace('\\', "\\\\").replace('\'', "\\'");
        let (table, name) = (quoted(&self.name), kql_string(mapping));
        Some(format!(".create-or-alter table {table} ingestion {kind} mapping {name} '{elements}'"))
    }
}

/// Returns the path of a member: `$.a`, or `$['a b']` where a dot would not do.
#[must_use]
pub fn path(field: &str) -> String {
    let starts_well = field.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if starts_well && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        format!("$.{field}")
    } else {
        format!("$['{}']", field.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(fields: &[(&str, ScalarType)]) -> TableDefinition {
        let sample = DataSample {
            format: DataFormat::Json,
            has_header: false,
            header_is_guessed: false,
            fields: fields.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect(),
        };
        TableDefinition::of("my table", &sample)
    }

    #[test]
    fn commands_are_ones_that_the_parser_takes() {
        let table = definition(&[("id", ScalarType::Long), ("a b", ScalarType::String), ("c/d", ScalarType::Dynamic)]);
        let schema = "(id: long, ['a b']: string, c_d: dynamic)";
        assert_eq!(table.create_command(), format!(".create table ['my table'] {schema}"));
        assert!(table.has_renamed_columns());
        let mapping = table.mapping_command("m", DataFormat::Json).unwrap();
        for command in [table.create_command(), table.create_merge_command(), mapping] {
            assert!(calypso_syntax::parse_command(&command).is_ok(), "{command}");
        }
        assert!(table.mapping_by_name().contains(r#"{"column":"c_d","Properties":{"Path":"$['c/d']"}}"#));
    }
}
