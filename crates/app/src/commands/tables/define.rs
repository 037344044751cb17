//! Commands that make tables or change their schema as a whole.
//!
//! <https://learn.microsoft.com/kusto/management/create-table-command>

use std::{collections::HashSet, sync::Arc};

use calypso_model::{Change, Database, Table, TableId};
use calypso_syntax::ast::{
    Name,
    command::{CommandProperties, TableCreation, TableDefinition},
};

use super::{name_table, push_names, schema_of};
use crate::{
    AppError,
    command_table::CommandTable,
    commands::CommandScope,
    entity_name,
    table_definition::{ColumnSpec, merge_columns, replace_columns},
};

/// The properties that commands which define tables take.
#[derive(Default)]
struct TableProperties {
    docstring: Option<String>,
    folder: Option<String>,
}

impl TableProperties {
    fn read(properties: &CommandProperties) -> Result<Self, AppError> {
        let known = ["docstring", "folder"];
        if let Some(other) = properties.0.iter().find(|p| !known.iter().any(|k| p.name.text.eq_ignore_ascii_case(k))) {
            return Err(AppError::argument(format!("property '{}' is not one of docstring, folder", other.name.text)));
        }
        Ok(Self { docstring: properties.text("docstring"), folder: properties.text("folder") })
    }

    fn apply(&self, table: &mut Table) {
        if let Some(docstring) = &self.docstring {
            table.docstring.clone_from(docstring);
        }
        if let Some(folder) = &self.folder {
            table.folder.clone_from(folder);
        }
    }
}

/// `.create table`, `.create tables`, `.create-merge`, `.alter`, `.alter-merge`: all tables in one commit.
pub(super) async fn define(
    scope: &CommandScope,
    creation: TableCreation,
    definitions: &[TableDefinition],
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let properties = TableProperties::read(properties)?;
    check_distinct(definitions)?;
    let event = match creation {
        TableCreation::Create => "CREATE-TABLE",
        TableCreation::CreateMerge => "CREATE-MERGE-TABLE",
        TableCreation::Alter => "ALTER-TABLE",
        TableCreation::AlterMerge => "ALTER-MERGE-TABLE",
    };
    let (database, tables) = scope
        .update(event, |state| {
            let database = scope.database(state, None)?;
            let mut changes = Vec::new();
            let mut tables = Vec::new();
            for definition in definitions {
                let (table, changed) = define_one(scope, &database, creation, definition, &properties)?;
                if changed {
                    changes.push(Change::PutTable(table.clone()));
                }
                tables.push(table);
            }
            Ok((changes, (database, tables)))
        })
        .await?;
    match tables.as_slice() {
        [table] => Ok(schema_of(&database, table)),
        tables => {
            let mut result = name_table();
            push_names(&mut result, &database, tables.iter());
            Ok(result)
        }
    }
}

fn check_distinct(definitions: &[TableDefinition]) -> Result<(), AppError> {
    let mut seen = HashSet::new();
    match definitions.iter().find(|definition| !seen.insert(&definition.name.text)) {
        Some(twice) => Err(AppError::argument(format!("Table '{}' is defined twice", twice.name.text))),
        None => Ok(()),
    }
}

/// Returns the table as the command leaves it, and whether that is news.
fn define_one(
    scope: &CommandScope,
    database: &Database,
    creation: TableCreation,
    definition: &TableDefinition,
    properties: &TableProperties,
) -> Result<(Arc<Table>, bool), AppError> {
    let name = definition.name.text.as_str();
    let columns: Vec<ColumnSpec> = definition.columns.iter().map(|(name, ty)| (name.text.clone(), *ty)).collect();
    let Some(known) = database.tables.get(name) else {
        if matches!(creation, TableCreation::Alter | TableCreation::AlterMerge) {
            return Err(AppError::table_not_found(&database.name, name));
        }
        let mut table = scope.app.new_table(database, name, &columns)?;
        properties.apply(&mut table);
        return Ok((Arc::new(table), true));
    };
    let mut table = Table::clone(known);
    match creation {
        TableCreation::Create => return Ok((known.clone(), false)),
        TableCreation::Alter => replace_columns(&mut table, &columns)?,
        TableCreation::CreateMerge | TableCreation::AlterMerge => {
            merge_columns(&mut table, &columns)?;
        }
    }
    properties.apply(&mut table);
    let changed = table != **known;
    Ok((Arc::new(table), changed))
}

/// `.create table T based-on U`.
pub(super) async fn create_based_on(
    scope: &CommandScope,
    name: &Name,
    based_on: &Name,
    if_not_exists: bool,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let properties = TableProperties::read(properties)?;
    let (database, table) = scope
        .update("CREATE-TABLE", |state| {
            let (database, source) = scope.table(state, &based_on.text)?;
            if let Some(known) = database.tables.get(&name.text).cloned() {
                if if_not_exists {
                    return Ok((Vec::new(), (database, known)));
                }
                return Err(AppError::already_exists("Table", &name.text));
            }
            entity_name::check("Table", &name.text)?;
            let mut table = Table::clone(&source);
            table.id = TableId(scope.app.ids.next_id());
            table.name.clone_from(&name.text);
            table.created_on = scope.app.clock.now();
            table.sealed_through = 0;
            table.policies.principals.clear();
            table.docstring = format!("Created based on {}", source.name);
            properties.apply(&mut table);
            let table = Arc::new(table);
            Ok((vec![Change::PutTable(table.clone())], (database, table)))
        })
        .await?;
    Ok(schema_of(&database, &table))
}
