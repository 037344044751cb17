//! `.drop …`, `.detach …`: which entity is dropped.

use super::{databases, extents, functions, known, mappings, names, principals, words};
use crate::ast::CommandKind;
use crate::ast::command::{ColumnCommand, MappingEntity, SecuredEntity, TableCommand};
use crate::cursor::Cursor;

const ENTITIES: [&str; 9] =
    ["cluster", "column", "database", "extent", "extents", "function", "functions", "table", "tables"];

/// Behind `.drop`.
pub(super) fn drop_entity(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("table") => table(cursor),
        Some("tables") => tables(cursor),
        Some("database") => database(cursor),
        Some("column") => column(cursor),
        Some("function") => functions::drop_one(cursor),
        Some("functions") => functions::drop_many(cursor),
        Some("extent") if words::eat_keyword(cursor, "tags") => extents::drop_tags(cursor, None),
        Some("extent") => extents::drop_one(cursor),
        Some("extents") if !words::at_keyword(cursor, "partition") => extents::drop_many(cursor, false),
        Some("cluster") if principals::at_role(cursor, &SecuredEntity::Cluster) => {
            principals::drop_from(cursor, SecuredEntity::Cluster)
        }
        _ => {
            cursor.rewind(mark);
            known::unknown_entity(cursor, &ENTITIES)
        }
    }
}

/// Behind `.drop-pretend`.
pub(super) fn drop_pretend(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "extents")?;
    extents::drop_many(cursor, true)
}

/// Behind `.detach`.
pub(super) fn detach(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "database")?;
    let name = names::name(cursor, "a database's name")?;
    databases::drop_database(cursor, name)
}

/// Behind `.drop table`.
fn table(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let table = names::name(cursor, "a table's name")?;
    match words::keyword(cursor).as_deref() {
        Some("columns") => {
            words::eat_keyword(cursor, "columns");
            let columns = names::names(cursor, "a column's name")?;
            return Some(CommandKind::Column(ColumnCommand::Drop { table, columns, if_exists: false }));
        }
        Some("ingestion") => {
            words::eat_keyword(cursor, "ingestion");
            return mappings::drop_mapping(cursor, MappingEntity::Table(table));
        }
        Some("extent") => {
            words::eat_keyword(cursor, "extent");
            words::expect_keyword(cursor, "tags")?;
            return extents::drop_tags(cursor, Some(table));
        }
        _ => {}
    }
    let entity = SecuredEntity::Table(table.clone());
    if principals::at_role(cursor, &entity) {
        return principals::drop_from(cursor, entity);
    }
    let [if_exists, _] = words::eat_options(cursor, ["ifexists", "skip-seal"]);
    Some(CommandKind::Table(TableCommand::Drop { tables: vec![table], if_exists }))
}

/// Behind `.drop tables`.
fn tables(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let tables = names::names(cursor, "a table's name")?;
    let [if_exists, _] = words::eat_options(cursor, ["ifexists", "skip-seal"]);
    Some(CommandKind::Table(TableCommand::Drop { tables, if_exists }))
}

/// Behind `.drop database`.
fn database(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let name = names::name(cursor, "a database's name")?;
    if words::eat_keyword(cursor, "ingestion") {
        return mappings::drop_mapping(cursor, MappingEntity::Database(Some(name)));
    }
    let entity = SecuredEntity::Database(Some(name.clone()));
    if principals::at_role(cursor, &entity) {
        return principals::drop_from(cursor, entity);
    }
    databases::drop_database(cursor, name)
}

/// Behind `.drop column`.
fn column(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let column = names::column_name(cursor)?;
    if column.database.is_some() {
        cursor.error("a column is dropped in the database the command is sent with: write `Table.Column`");
        return None;
    }
    let if_exists = words::eat_keyword(cursor, "ifexists");
    Some(CommandKind::Column(ColumnCommand::Drop { table: column.table, columns: vec![column.name], if_exists }))
}
