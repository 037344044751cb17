//! Names of the database that the shell is in: tables with their columns, stored functions, databases.

use std::collections::BTreeMap;

use serde_json::Value;

/// A column and the name of its type.
pub(crate) type ColumnSchema = (String, String);

/// A table, external table or materialized view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableSchema {
    pub(crate) columns: Vec<ColumnSchema>,
    pub(crate) description: String,
}

/// A stored function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StoredFunction {
    /// `name(a: long, T: (…))`.
    pub(crate) usage: String,
    pub(crate) description: String,
}

/// What names mean in one database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) databases: Vec<String>,
    pub(crate) tables: BTreeMap<String, TableSchema>,
    pub(crate) functions: BTreeMap<String, StoredFunction>,
}

impl Schema {
    /// Reads the answer of `.show database schema as json`. What is not understood is left out: the names only help
    /// while typing.
    pub(crate) fn read(json: &str) -> Self {
        let value: Value = serde_json::from_str(json).unwrap_or_default();
        let mut schema = Self::default();
        for database in members(value.get("Databases")) {
            for kind in ["Tables", "ExternalTables", "MaterializedViews"] {
                for (name, table) in named(database.1.get(kind)) {
                    schema.tables.insert(name, table_schema(table));
                }
            }
            for (name, function) in named(database.1.get("Functions")) {
                let function = stored_function(&name, function);
                schema.functions.insert(name, function);
            }
        }
        schema
    }

    /// Returns the columns of a table; none if there is no such table.
    pub(crate) fn columns(&self, table: &str) -> &[ColumnSchema] {
        self.tables.get(table).map_or(&[], |table| &table.columns)
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn named(value: Option<&Value>) -> impl Iterator<Item = (String, &Value)> {
    members(value).map(|(key, value)| (text(value, "Name").unwrap_or(key).to_owned(), value))
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn table_schema(table: &Value) -> TableSchema {
    let columns = table.get("OrderedColumns").and_then(Value::as_array).into_iter().flatten();
    TableSchema {
        columns: columns.filter_map(typed).collect(),
        description: text(table, "DocString").unwrap_or_default().to_owned(),
    }
}

fn typed(column: &Value) -> Option<ColumnSchema> {
    let ty = text(column, "CslType").or_else(|| text(column, "Type")).unwrap_or("dynamic");
    Some((text(column, "Name")?.to_owned(), ty.to_owned()))
}

fn stored_function(name: &str, function: &Value) -> StoredFunction {
    let parameters = function.get("InputParameters").and_then(Value::as_array).into_iter().flatten();
    let shown = parameters.filter_map(|parameter| {
        let name = text(parameter, "Name")?;
        Some(match text(parameter, "CslType") {
            Some(ty) => format!("{name}: {ty}"),
            None => format!("{name}: (…)"),
        })
    });
    StoredFunction {
        usage: format!("{name}({})", shown.collect::<Vec<_>>().join(", ")),
        description: text(function, "DocString").unwrap_or_default().to_owned(),
    }
}
