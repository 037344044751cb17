//! Commands about columns.
//!
//! <https://learn.microsoft.com/kusto/management/columns>

use std::{collections::HashSet, sync::Arc};

use calypso_model::{ClusterState, Database, Table};
use calypso_syntax::ast::{
    Name,
    command::{ColumnCommand, ColumnDocstring, ColumnName, ColumnRename},
};
use calypso_types::ScalarType;

use super::{CommandScope, tables::try_edit};
use crate::{AppError, command_table::CommandTable, entity_name};

/// Runs a command about columns; the answer is the table's schema.
pub(crate) async fn run(scope: &CommandScope, command: ColumnCommand) -> Result<CommandTable, AppError> {
    match command {
        ColumnCommand::AlterType { column, column_type } => {
            try_edit(
                scope,
                "ALTER-COLUMN",
                |state| table_of(scope, state, &column),
                |table| alter_type(table, &column.name.text, column_type),
            )
            .await
        }
        ColumnCommand::Drop { table, columns, if_exists } => {
            try_edit(
                scope,
                "DROP-COLUMN",
                |state| scope.table(state, &table.text),
                |table| drop_columns(table, &columns, if_exists),
            )
            .await
        }
        ColumnCommand::Rename { renames } => {
            let Some(first) = renames.first() else {
                return Err(AppError::argument("the command renames no column"));
            };
            try_edit(
                scope,
                "RENAME-COLUMN",
                |state| table_of(scope, state, &first.from),
                |table| rename_columns(table, &renames),
            )
            .await
        }
        ColumnCommand::SetDocstrings { table, docstrings, merge } => {
            try_edit(
                scope,
                "ALTER-COLUMN-DOCSTRINGS",
                |state| scope.table(state, &table.text),
                |table| set_docstrings(table, &docstrings, merge),
            )
            .await
        }
    }
}

fn table_of(
    scope: &CommandScope,
    state: &ClusterState,
    column: &ColumnName,
) -> Result<(Arc<Database>, Arc<Table>), AppError> {
    let database = scope.database(state, column.database.as_ref())?;
    let table = database.tables.get(&column.table.text).cloned();
    let table = table.ok_or_else(|| AppError::table_not_found(&database.name, &column.table.text))?;
    Ok((database, table))
}

fn position(table: &Table, name: &str) -> Result<usize, AppError> {
    table
        .column(name)
        .map(|(position, _)| position)
        .ok_or_else(|| AppError::entity_not_found("Column", &format!("{}.{name}", table.name)))
}

/// The column gets a new id: data of the old type is null from now on, as documented.
fn alter_type(table: &mut Table, name: &str, ty: ScalarType) -> Result<(), AppError> {
    let position = position(table, name)?;
    if table.columns[position].ty == ty {
        return Ok(());
    }
    table.columns[position].ty = ty;
    table.columns[position].id = table.next_column_id;
    table.next_column_id += 1;
    Ok(())
}

fn drop_columns(table: &mut Table, names: &[Name], if_exists: bool) -> Result<(), AppError> {
    for name in names {
        match table.column(&name.text) {
            Some((position, _)) => {
                table.columns.remove(position);
            }
            None if if_exists => {}
            None => return Err(AppError::entity_not_found("Column", &format!("{}.{}", table.name, name.text))),
        }
    }
    if table.columns.is_empty() {
        return Err(AppError::argument(format!("Table '{}' must keep at least one column", table.name)));
    }
    Ok(())
}

/// All names change at once, so that they may be swapped.
fn rename_columns(table: &mut Table, renames: &[ColumnRename]) -> Result<(), AppError> {
    let mut positions = Vec::with_capacity(renames.len());
    for rename in renames {
        if rename.from.table.text != table.name {
            return Err(AppError::argument("columns of several tables cannot be renamed by one command"));
        }
        entity_name::check("Column", &rename.to.text)?;
        positions.push(position(table, &rename.from.name.text)?);
    }
    for (position, rename) in positions.iter().zip(renames) {
        table.columns[*position].name.clone_from(&rename.to.text);
    }
    let mut seen = HashSet::new();
    match table.columns.iter().find(|column| !seen.insert(column.name.as_str())) {
        Some(twice) => Err(AppError::already_exists("Column", &twice.name)),
        None => Ok(()),
    }
}

fn set_docstrings(table: &mut Table, docstrings: &[ColumnDocstring], merge: bool) -> Result<(), AppError> {
    if !merge {
        table.columns.iter_mut().for_each(|column| column.docstring.clear());
    }
    for docstring in docstrings {
        let position = position(table, &docstring.column.text)?;
        table.columns[position].docstring.clone_from(&docstring.docstring);
    }
    Ok(())
}
