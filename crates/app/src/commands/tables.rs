//! Commands about tables.
//!
//! <https://learn.microsoft.com/kusto/management/tables>

mod define;

use std::{collections::HashSet, sync::Arc};

use calypso_model::{Change, ClusterState, Database, Table};
use calypso_syntax::ast::{
    Name,
    command::{TableCommand, TableRename},
};

use super::{CommandScope, table_details};
use crate::{
    AppError,
    command_table::CommandTable,
    entity_name,
    table_definition::{csl_schema, json_schema},
};

/// Runs a command about tables.
pub(crate) async fn run(scope: &CommandScope, command: TableCommand) -> Result<CommandTable, AppError> {
    match command {
        TableCommand::Define { creation, tables, properties } => {
            define::define(scope, creation, &tables, &properties).await
        }
        TableCommand::CreateBasedOn { name, based_on, if_not_exists, properties } => {
            define::create_based_on(scope, &name, &based_on, if_not_exists, &properties).await
        }
        TableCommand::Drop { tables, if_exists } => drop_tables(scope, &tables, if_exists).await,
        TableCommand::Rename { renames } => rename(scope, &renames).await,
        TableCommand::Clear { table } => clear(scope, &table).await,
        TableCommand::SetDocstring { table, docstring } => {
            edit(scope, &table.text, "ALTER-TABLE-DOCSTRING", |table| table.docstring = docstring).await
        }
        TableCommand::SetFolder { table, folder } => {
            edit(scope, &table.text, "ALTER-TABLE-FOLDER", |table| table.folder = folder).await
        }
        TableCommand::Show { tables, details: false } => show(scope, tables.as_deref()),
        TableCommand::Show { tables, details: true } => table_details::show(scope, tables.as_deref()),
        TableCommand::ShowColumns { table } => table_details::show_columns(scope, &table),
        TableCommand::ShowCslSchema { table } => {
            let (database, table) = scope.table(&scope.state(), &table.text)?;
            Ok(schema_table().with(schema_row(&database, &table, csl_schema(&table))))
        }
        TableCommand::ShowJsonSchema { table } => {
            let (database, table) = scope.table(&scope.state(), &table.text)?;
            Ok(schema_of(&database, &table))
        }
        TableCommand::ShowDataStatistics { .. } => {
            Err(AppError::not_supported("the command '.show table data statistics'"))
        }
    }
}

fn schema_table() -> CommandTable {
    CommandTable::of_strings(&["TableName", "Schema", "DatabaseName", "Folder", "DocString"])
}

fn schema_row(database: &Database, table: &Table, schema: String) -> [calypso_types::Scalar; 5] {
    [
        table.name.as_str().into(),
        schema.into(),
        database.name.as_str().into(),
        table.folder.as_str().into(),
        table.docstring.as_str().into(),
    ]
}

/// Returns what `.show table T schema as json` answers, and most commands that change a table.
pub(crate) fn schema_of(database: &Database, table: &Table) -> CommandTable {
    schema_table().with(schema_row(database, table, json_schema(table).to_string()))
}

fn name_table() -> CommandTable {
    CommandTable::of_strings(&["TableName", "DatabaseName", "Folder", "DocString"])
}

fn push_names<'a>(result: &mut CommandTable, database: &Database, tables: impl Iterator<Item = &'a Arc<Table>>) {
    for table in tables {
        result.push([
            table.name.as_str().into(),
            database.name.as_str().into(),
            table.folder.as_str().into(),
            table.docstring.as_str().into(),
        ]);
    }
}

async fn drop_tables(scope: &CommandScope, names: &[Name], if_exists: bool) -> Result<CommandTable, AppError> {
    let dropped = scope
        .update("DROP-TABLE", |state| {
            let database = scope.database(state, None)?;
            let mut dropped = Vec::new();
            for name in names {
                match database.tables.get(&name.text) {
                    Some(table) => dropped.push(table.id),
                    None if if_exists => {}
                    None => return Err(AppError::entity_not_found("Table", &name.text)),
                }
            }
            Ok((dropped.iter().map(|id| Change::DropTable(*id)).collect(), dropped))
        })
        .await?;
    for id in dropped {
        scope.app.storage.drop_table_rows(id);
    }
    let state = scope.state();
    let database = scope.database(&state, None)?;
    let mut result = CommandTable::of_strings(&["TableName", "DatabaseName"]);
    for table in database.tables.values() {
        result.push([table.name.as_str().into(), database.name.as_str().into()]);
    }
    Ok(result)
}

async fn rename(scope: &CommandScope, renames: &[TableRename]) -> Result<CommandTable, AppError> {
    let (database, renamed) = scope
        .update("RENAME-TABLE", |state| {
            let database = scope.database(state, None)?;
            let renamed = renamed_tables(&database, renames)?;
            let changes = renamed.iter().cloned().map(Change::PutTable).collect();
            Ok((changes, (database, renamed)))
        })
        .await?;
    let mut result = name_table();
    push_names(&mut result, &database, renamed.iter());
    Ok(result)
}

/// Returns the tables under their new names. All names change at once, so that they may be swapped.
fn renamed_tables(database: &Database, renames: &[TableRename]) -> Result<Vec<Arc<Table>>, AppError> {
    let mut renamed = Vec::new();
    let (mut sources, mut targets) = (HashSet::new(), HashSet::new());
    for rename in renames {
        let Some(table) = database.tables.get(&rename.from.text) else {
            if rename.if_exists {
                continue;
            }
            return Err(AppError::entity_not_found("Table", &rename.from.text));
        };
        entity_name::check("Table", &rename.to.text)?;
        if !sources.insert(rename.from.text.as_str()) || !targets.insert(rename.to.text.as_str()) {
            let message = format!("Rename of '{}' to '{}' names a table twice", rename.from.text, rename.to.text);
            return Err(AppError::argument(message));
        }
        let mut table = Table::clone(table);
        table.name.clone_from(&rename.to.text);
        renamed.push(Arc::new(table));
    }
    match targets.iter().find(|name| database.tables.contains_key(**name) && !sources.contains(**name)) {
        Some(taken) => Err(AppError::already_exists("Table", taken)),
        None => Ok(renamed),
    }
}

async fn clear(scope: &CommandScope, name: &Name) -> Result<CommandTable, AppError> {
    let (database, table) = scope.table(&scope.state(), &name.text)?;
    scope.app.storage.clear_table(table.id, scope.event("CLEAR-TABLE-DATA")).await?;
    let result = CommandTable::of_strings(&["TableName", "DatabaseName", "Status"]);
    Ok(result.with([table.name.as_str().into(), database.name.as_str().into(), "Completed".into()]))
}

/// Changes the table called `name` and answers with its schema.
pub(crate) async fn edit(
    scope: &CommandScope,
    name: &str,
    event: &str,
    change: impl FnOnce(&mut Table),
) -> Result<CommandTable, AppError> {
    try_edit(
        scope,
        event,
        |state| scope.table(state, name),
        |table| {
            change(table);
            Ok(())
        },
    )
    .await
}

/// Changes the table that `find` returns, if `change` agrees, and answers with its schema.
pub(crate) async fn try_edit(
    scope: &CommandScope,
    event: &str,
    find: impl FnOnce(&ClusterState) -> Result<(Arc<Database>, Arc<Table>), AppError>,
    change: impl FnOnce(&mut Table) -> Result<(), AppError>,
) -> Result<CommandTable, AppError> {
    let (database, table) = scope
        .update(event, |state| {
            let (database, known) = find(state)?;
            let mut table = Table::clone(&known);
            change(&mut table)?;
            let changed = table != *known;
            let table = Arc::new(table);
            let changes = if changed { vec![Change::PutTable(table.clone())] } else { Vec::new() };
            Ok((changes, (database, table)))
        })
        .await?;
    Ok(schema_of(&database, &table))
}

fn show(scope: &CommandScope, names: Option<&[Name]>) -> Result<CommandTable, AppError> {
    let database = scope.database(&scope.state(), None)?;
    let mut result = name_table();
    let wanted = |table: &&Arc<Table>| names.is_none_or(|names| names.iter().any(|name| name.text == table.name));
    push_names(&mut result, &database, database.tables.values().filter(wanted));
    Ok(result)
}
