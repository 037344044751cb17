//! `.rename …`.

use super::{known, names, words};
use crate::ast::CommandKind;
use crate::ast::command::{ColumnCommand, ColumnRename, TableCommand, TableRename};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Behind `.rename`.
pub(super) fn rename(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("table") => {
            let from = names::name(cursor, "a table's name")?;
            words::expect_keyword(cursor, "to")?;
            let to = names::name(cursor, "a new name")?;
            let renames = vec![TableRename { from, to, if_exists: false }];
            Some(CommandKind::Table(TableCommand::Rename { renames }))
        }
        Some("tables") => {
            let renames = separated(cursor, table_pair)?;
            Some(CommandKind::Table(TableCommand::Rename { renames }))
        }
        Some("column") => {
            let from = names::column_name(cursor)?;
            words::expect_keyword(cursor, "to")?;
            let to = names::name(cursor, "a new name")?;
            Some(CommandKind::Column(ColumnCommand::Rename { renames: vec![ColumnRename { from, to }] }))
        }
        Some("columns") => {
            let renames = separated(cursor, column_pair)?;
            Some(CommandKind::Column(ColumnCommand::Rename { renames }))
        }
        _ => {
            cursor.rewind(mark);
            known::unknown_entity(cursor, &["column", "columns", "table", "tables"])
        }
    }
}

fn separated<T>(cursor: &mut Cursor<'_>, item: fn(&mut Cursor<'_>) -> Option<T>) -> Option<Vec<T>> {
    let mut items = vec![item(cursor)?];
    while cursor.eat(TokenKind::Comma).is_some() {
        items.push(item(cursor)?);
    }
    Some(items)
}

/// `New = Old [ifexists]`
fn table_pair(cursor: &mut Cursor<'_>) -> Option<TableRename> {
    let to = names::name(cursor, "a new name")?;
    cursor.expect(TokenKind::Equal, "`=` and the old name")?;
    let from = names::name(cursor, "a table's name")?;
    Some(TableRename { from, to, if_exists: words::eat_keyword(cursor, "ifexists") })
}

/// `New = T.Old`
fn column_pair(cursor: &mut Cursor<'_>) -> Option<ColumnRename> {
    let to = names::name(cursor, "a new name")?;
    cursor.expect(TokenKind::Equal, "`=` and the column")?;
    Some(ColumnRename { from: names::column_name(cursor)?, to })
}
