//! `.create …`, `.create-merge …`, `.create-or-alter …`: which entity is created.

use super::{databases, functions, known, mappings, names, tables, words};
use crate::ast::CommandKind;
use crate::ast::command::{FunctionCreation, MappingCreation, MappingEntity, TableCreation};
use crate::cursor::Cursor;

/// Behind `.create`.
pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    match words::keyword(cursor).as_deref() {
        Some("database") => {
            words::eat_keyword(cursor, "database");
            let name = names::name(cursor, "a database's name")?;
            if words::eat_keyword(cursor, "ingestion") {
                return mappings::define(cursor, MappingCreation::Create, MappingEntity::Database(Some(name)));
            }
            databases::create(cursor, name)
        }
        Some("table") => {
            words::eat_keyword(cursor, "table");
            tables::create(cursor, TableCreation::Create)
        }
        Some("tables") => {
            words::eat_keyword(cursor, "tables");
            tables::create_many(cursor, TableCreation::Create)
        }
        Some("function") => {
            words::eat_keyword(cursor, "function");
            functions::define(cursor, FunctionCreation::Create)
        }
        _ => known::unknown_entity(cursor, &["database", "function", "table", "tables"]),
    }
}

/// Behind `.create-merge`.
pub(super) fn create_merge(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keyword(cursor, "table") {
        return tables::create(cursor, TableCreation::CreateMerge);
    }
    if words::eat_keyword(cursor, "tables") {
        return tables::create_many(cursor, TableCreation::CreateMerge);
    }
    known::unknown_entity(cursor, &["table", "tables"])
}

/// Behind `.create-or-alter`.
pub(super) fn create_or_alter(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let entity = if words::eat_keyword(cursor, "table") {
        MappingEntity::Table(names::name(cursor, "a table's name")?)
    } else if words::eat_keyword(cursor, "database") {
        MappingEntity::Database(Some(names::name(cursor, "a database's name")?))
    } else if words::eat_keyword(cursor, "function") {
        return functions::define(cursor, FunctionCreation::CreateOrAlter);
    } else {
        return known::unknown_entity(cursor, &["database", "function", "table"]);
    };
    words::expect_keyword(cursor, "ingestion")?;
    mappings::define(cursor, MappingCreation::CreateOrAlter, entity)
}
