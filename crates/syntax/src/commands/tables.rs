//! Commands that define tables.

use super::{mappings, names, properties, schema, words};
use crate::ast::command::{
    ColumnCommand, ColumnDocstring, MappingCreation, MappingEntity, TableCommand, TableCreation, TableDefinition,
};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Behind `.create table` and `.create-merge table`.
pub(super) fn create(cursor: &mut Cursor<'_>, creation: TableCreation) -> Option<CommandKind> {
    let name = names::name(cursor, "a table's name")?;
    if creation == TableCreation::Create {
        if words::eat_keyword(cursor, "ingestion") {
            return mappings::define(cursor, MappingCreation::Create, MappingEntity::Table(name));
        }
        if words::eat_keyword(cursor, "based-on") {
            return based_on(cursor, name);
        }
    }
    define(cursor, creation, name)
}

fn based_on(cursor: &mut Cursor<'_>, name: Name) -> Option<CommandKind> {
    let based_on = names::name(cursor, "a table's name")?;
    let if_not_exists = words::eat_keyword(cursor, "ifnotexists");
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Table(TableCommand::CreateBasedOn { name, based_on, if_not_exists, properties }))
}

/// Takes the columns of the table called `name`, and properties.
pub(super) fn define(cursor: &mut Cursor<'_>, creation: TableCreation, name: Name) -> Option<CommandKind> {
    let tables = vec![TableDefinition { name, columns: schema::columns(cursor)? }];
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Table(TableCommand::Define { creation, tables, properties }))
}

/// Behind `.create tables` and `.create-merge tables`: `T (…), U (…)`.
pub(super) fn create_many(cursor: &mut Cursor<'_>, creation: TableCreation) -> Option<CommandKind> {
    let mut tables = Vec::new();
    loop {
        let name = names::name(cursor, "a table's name")?;
        tables.push(TableDefinition { name, columns: schema::columns(cursor)? });
        if cursor.eat(TokenKind::Comma).is_none() {
            break;
        }
    }
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Table(TableCommand::Define { creation, tables, properties }))
}

/// Behind `column-docstrings`: `(C: '…', …)`.
pub(super) fn docstrings(cursor: &mut Cursor<'_>, table: Name, merge: bool) -> Option<CommandKind> {
    let docstrings = names::list(cursor, |cursor| {
        let column = names::name(cursor, "a column's name")?;
        cursor.expect(TokenKind::Colon, "`:` and the documentation in quotes")?;
        Some(ColumnDocstring { column, docstring: names::text(cursor, "the documentation in quotes")? })
    })?;
    Some(CommandKind::Column(ColumnCommand::SetDocstrings { table, docstrings, merge }))
}
