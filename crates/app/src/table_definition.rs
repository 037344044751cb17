//! The schema of a table: making one, extending it, replacing it, and how it is written.

use std::collections::HashSet;

use calypso_columns::Column;
use calypso_model::{Database, Policies, Table, TableColumn, TableId};
use calypso_types::ScalarType;
use serde_json::{Value, json};

use crate::{App, AppError, entity_name};

/// Most columns of a table.
pub(crate) const COLUMNS_MAX: usize = 10_000;
/// Most tables of a database.
pub(crate) const TABLES_MAX: usize = 100_000;

/// Name and type of a column.
pub(crate) type ColumnSpec = (String, ScalarType);

/// Checks the columns of one definition: valid distinct names, not too many.
///
/// # Errors
/// When they are not.
pub(crate) fn check_columns(table: &str, columns: &[ColumnSpec]) -> Result<(), AppError> {
    if columns.is_empty() {
        return Err(AppError::argument(format!("Table '{table}' must have at least one column")));
    }
    let mut seen = HashSet::new();
    for (name, _) in columns {
        entity_name::check("Column", name)?;
        if !seen.insert(name) {
            return Err(AppError::argument(format!("Column '{name}' is defined twice in table '{table}'")));
        }
    }
    check_count(table, columns.len())
}

fn check_count(table: &str, count: usize) -> Result<(), AppError> {
    if count > COLUMNS_MAX {
        return Err(AppError::argument(format!(
            "Table '{table}' would have {count} columns; {COLUMNS_MAX} are allowed"
        )));
    }
    Ok(())
}

impl App {
    /// Returns a new table of `database`.
    ///
    /// # Errors
    /// When the name or the columns are not valid, or the database has too many tables.
    pub(crate) fn new_table(&self, database: &Database, name: &str, columns: &[ColumnSpec]) -> Result<Table, AppError> {
        entity_name::check("Table", name)?;
        check_columns(name, columns)?;
        if database.tables.len() >= TABLES_MAX {
            let message = format!("Database '{}' has {TABLES_MAX} tables, which is the limit", database.name);
            return Err(AppError::argument(message));
        }
        let mut table = Table {
            id: TableId(self.ids.next_id()),
            database: database.id,
            name: name.to_owned(),
            columns: Vec::with_capacity(columns.len()),
            next_column_id: 0,
            folder: String::new(),
            docstring: String::new(),
            created_on: self.clock.now(),
            policies: Policies::default(),
            mappings: Vec::new(),
            sealed_through: 0,
        };
        for (name, ty) in columns {
            push_column(&mut table, name, *ty);
        }
        Ok(table)
    }
}

fn push_column(table: &mut Table, name: &str, ty: ScalarType) {
    let column = TableColumn { id: table.next_column_id, name: name.to_owned(), ty, docstring: String::new() };
    table.columns.push(column);
    table.next_column_id += 1;
}

/// Adds the columns that `table` lacks at its end. Says whether there were any.
///
/// # Errors
/// When a column exists with another type, or the columns become too many.
pub(crate) fn merge_columns(table: &mut Table, columns: &[ColumnSpec]) -> Result<bool, AppError> {
    check_columns(&table.name, columns)?;
    let before = table.columns.len();
    for (name, ty) in columns {
        match table.column(name) {
            Some((_, known)) if known.ty != *ty => return Err(type_conflict(table, name, known.ty, *ty)),
            Some(_) => {}
            None => push_column(table, name, *ty),
        }
    }
    check_count(&table.name, table.columns.len())?;
    Ok(table.columns.len() > before)
}

/// Gives `table` exactly these columns, in this order. Columns it has keep their data.
///
/// # Errors
/// When a column exists with another type.
pub(crate) fn replace_columns(table: &mut Table, columns: &[ColumnSpec]) -> Result<(), AppError> {
    check_columns(&table.name, columns)?;
    let mut next = table.clone();
    next.columns.clear();
    for (name, ty) in columns {
        match table.column(name) {
            Some((_, known)) if known.ty != *ty => return Err(type_conflict(table, name, known.ty, *ty)),
            Some((_, known)) => next.columns.push(known.clone()),
            None => push_column(&mut next, name, *ty),
        }
    }
    *table = next;
    Ok(())
}

/// Gives `table` new columns throughout; none of the old data belongs to them.
pub(crate) fn recreate_columns(table: &mut Table, columns: &[ColumnSpec]) -> Result<(), AppError> {
    check_columns(&table.name, columns)?;
    table.columns.clear();
    for (name, ty) in columns {
        push_column(table, name, *ty);
    }
    Ok(())
}

fn type_conflict(table: &Table, column: &str, known: ScalarType, wanted: ScalarType) -> AppError {
    AppError::argument(format!(
        "Column '{column}' of table '{}' has type '{known}', which this command cannot change to '{wanted}'; use \
         '.alter column'",
        table.name
    ))
}

/// Returns the columns of a table as readers and queries take them.
pub(crate) fn columns_of(table: &Table) -> Vec<Column> {
    table.columns.iter().map(|column| Column::new(column.name.clone(), column.ty)).collect()
}

/// Returns `a:string, ['b c']:long`.
pub(crate) fn csl_schema(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| format!("{}:{}", entity_name::quoted(&column.name), column.ty));
    columns.collect::<Vec<_>>().join(", ")
}

/// Returns the table as `.show table T schema as json` shows it.
pub(crate) fn json_schema(table: &Table) -> Value {
    json!({ "Name": table.name, "OrderedColumns": ordered_columns(table) })
}

/// Returns the columns as schemas in JSON list them.
pub(crate) fn ordered_columns(table: &Table) -> Vec<Value> {
    let columns = table.columns.iter().map(|column| {
        let mut json = json!({ "Name": column.name, "Type": column.ty.clr_name(), "CslType": column.ty.name() });
        if !column.docstring.is_empty() {
            json["DocString"] = Value::String(column.docstring.clone());
        }
        json
    });
    columns.collect()
}
