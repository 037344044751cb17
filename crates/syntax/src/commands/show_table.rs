//! `.show table T …`.

use super::{extents, known, mappings, names, policies, principals, properties, words};
use crate::ast::command::{ExtentScope, MappingEntity, PolicyEntity, SecuredEntity, TableCommand};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// What of a table this server shows.
const OUR_PARTS: [&str; 9] =
    ["cslschema", "data statistics", "details", "extents", "ingestion", "policy", "principal", "principals", "schema"];

/// What of a table only Kusto shows.
const NOT_OUR_PARTS: [&str; 9] = [
    "column",
    "columns",
    "dimensions",
    "operations",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstores",
    "shard-groups",
    "shards-group",
];

/// Behind `.show table`.
pub(super) fn show_table(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if cursor.eat(TokenKind::Star).is_some() {
        words::expect_keyword(cursor, "policy")?;
        return policies::show(cursor, PolicyEntity::AllTables);
    }
    let table = names::table_name(cursor)?;
    let mark = cursor.mark();
    let Some(part) = words::eat_any_keyword(cursor) else {
        let table = names::own_table(cursor, table)?;
        return Some(CommandKind::Table(TableCommand::ShowColumns { table }));
    };
    if part == "policy" {
        return policies::show(cursor, PolicyEntity::Tables(vec![table]));
    }
    let table = names::own_table(cursor, table)?;
    let shown = match part.as_str() {
        "details" => TableCommand::Show { tables: Some(vec![table]), details: true },
        "cslschema" | "kqlschema" => TableCommand::ShowCslSchema { table },
        "schema" => return show_schema(cursor, table),
        "extents" => return extents::show(cursor, ExtentScope::Tables(vec![table])),
        "ingestion" => return mappings::show(cursor, MappingEntity::Table(table)),
        "principals" => return Some(principals::show_all(SecuredEntity::Table(table))),
        "principal" => return principals::show_roles(cursor, SecuredEntity::Table(table)),
        "data" => {
            words::expect_keyword(cursor, "statistics")?;
            TableCommand::ShowDataStatistics { table, properties: properties::properties(cursor)? }
        }
        _ => {
            cursor.rewind(mark);
            return known::unknown_part(cursor, "show table", &NOT_OUR_PARTS, &OUR_PARTS);
        }
    };
    Some(CommandKind::Table(shown))
}

/// Behind `.show table T schema`.
fn show_schema(cursor: &mut Cursor<'_>, table: Name) -> Option<CommandKind> {
    let form = match words::eat_keyword(cursor, "as") {
        true => words::expect_one_of(cursor, &["json", "csl", "kql"])?,
        false => "csl",
    };
    Some(CommandKind::Table(match form {
        "json" => TableCommand::ShowJsonSchema { table },
        _ => TableCommand::ShowCslSchema { table },
    }))
}
