//! `.alter …` and `.alter-merge …`: which entity is changed.

use super::{databases, extents, functions, known, mappings, names, policies, schema, tables, words};
use crate::ast::CommandKind;
use crate::ast::command::{
    ColumnCommand, FunctionCreation, MappingCreation, MappingEntity, PolicyEntity, TableCommand, TableCreation,
};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Behind `.alter`.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("table") => table(cursor, false),
        Some("tables") => many_tables(cursor, false),
        Some("database") => database(cursor, false),
        Some("cluster") if words::eat_keyword(cursor, "policy") => {
            policies::alter(cursor, PolicyEntity::Cluster, false)
        }
        Some("column") => column(cursor),
        Some("function") => functions::alter(cursor, FunctionCreation::Alter),
        Some("extent") => extents::alter_tags(cursor, None, false),
        _ => {
            cursor.rewind(mark);
            known::unknown_entity(cursor, &["cluster", "column", "database", "extent", "function", "table", "tables"])
        }
    }
}

/// Behind `.alter-merge`.
pub(super) fn alter_merge(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("table") => table(cursor, true),
        Some("tables") => many_tables(cursor, true),
        Some("database") => database(cursor, true),
        Some("cluster") if words::eat_keyword(cursor, "policy") => policies::alter(cursor, PolicyEntity::Cluster, true),
        Some("extent") => extents::alter_tags(cursor, None, true),
        _ => {
            cursor.rewind(mark);
            known::unknown_entity(cursor, &["cluster", "database", "extent", "table", "tables"])
        }
    }
}

/// Behind `.alter[-merge] table`.
fn table(cursor: &mut Cursor<'_>, merge: bool) -> Option<CommandKind> {
    let table = names::table_name(cursor)?;
    let mark = cursor.mark();
    let part = words::eat_any_keyword(cursor);
    if part.as_deref() == Some("policy") {
        return policies::alter(cursor, PolicyEntity::Tables(vec![table]), merge);
    }
    let name = names::own_table(cursor, table)?;
    match part.as_deref() {
        None => {
            let creation = if merge { TableCreation::AlterMerge } else { TableCreation::Alter };
            tables::define(cursor, creation, name)
        }
        Some("ingestion") => {
            let creation = if merge { MappingCreation::AlterMerge } else { MappingCreation::Alter };
            mappings::define(cursor, creation, MappingEntity::Table(name))
        }
        Some("column-docstrings") => tables::docstrings(cursor, name, merge),
        Some("extent") => extents::alter_tags(cursor, Some(name), merge),
        Some("docstring") if !merge => {
            let docstring = names::text(cursor, "the documentation in quotes")?;
            Some(CommandKind::Table(TableCommand::SetDocstring { table: name, docstring }))
        }
        Some("folder") if !merge => {
            let folder = names::text(cursor, "the folder in quotes")?;
            Some(CommandKind::Table(TableCommand::SetFolder { table: name, folder }))
        }
        Some(_) => {
            cursor.rewind(mark);
            let command = if merge { "alter-merge table" } else { "alter table" };
            let ours = ["column-docstrings", "docstring", "extent", "folder", "ingestion", "policy"];
            known::unknown_part(cursor, command, &["column", "columns"], &ours)
        }
    }
}

/// Behind `.alter[-merge] tables`: `(T, …) policy …`.
fn many_tables(cursor: &mut Cursor<'_>, merge: bool) -> Option<CommandKind> {
    let tables = names::list(cursor, names::table_name)?;
    words::expect_keyword(cursor, "policy")?;
    policies::alter(cursor, PolicyEntity::Tables(tables), merge)
}

/// Behind `.alter[-merge] database`.
fn database(cursor: &mut Cursor<'_>, merge: bool) -> Option<CommandKind> {
    let name = databases::optional_name(cursor, &["policy", "prettyname"])?;
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("policy") => policies::alter(cursor, PolicyEntity::Database(name), merge),
        Some("prettyname") if !merge => databases::set_pretty_name(cursor, name),
        Some("ingestion") => {
            let creation = if merge { MappingCreation::AlterMerge } else { MappingCreation::Alter };
            mappings::define(cursor, creation, MappingEntity::Database(name))
        }
        _ => {
            cursor.rewind(mark);
            let ours = ["ingestion", "policy", "prettyname"];
            known::unknown_part(cursor, "alter database", &["persist", "storage"], &ours)
        }
    }
}

/// Behind `.alter column`: `T.C type = long`.
fn column(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let column = names::column_name(cursor)?;
    if words::at_keyword(cursor, "policy") {
        return known::not_supported(cursor, "alter column policy");
    }
    words::expect_keyword(cursor, "type")?;
    cursor.expect(TokenKind::Equal, "`=`")?;
    let column_type = schema::scalar_type(cursor)?;
    Some(CommandKind::Column(ColumnCommand::AlterType { column, column_type }))
}
