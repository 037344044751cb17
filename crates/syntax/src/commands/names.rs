//! Names of entities, lists of them, and strings.
//!
//! <https://learn.microsoft.com/kusto/query/schema-entities/entity-names>

use calypso_types::{Guid, Scalar, TimeSpan};

use crate::ast::Name;
use crate::ast::command::{ColumnName, TableName};
use crate::cursor::Cursor;
use crate::lexer::{TokenKind, string};
use crate::{Diagnostic, DiagnosticCode};

/// The most names in a list of a command.
const NAMES_MAX: usize = 10_000;

/// Takes a name: `T`, `['a b']`, `'a b'`, `[a b]`, or a guid.
pub(super) fn name(cursor: &mut Cursor<'_>, what: &str) -> Option<Name> {
    let start = cursor.start();
    let text = match cursor.kind() {
        TokenKind::Identifier => return plain_name(cursor),
        TokenKind::RawGuid => {
            let text = cursor.word().to_owned();
            cursor.bump();
            text
        }
        TokenKind::String => {
            let text = string::value(cursor.word());
            cursor.bump();
            text
        }
        TokenKind::LeftBracket => return bracketed_name(cursor),
        _ => {
            cursor.expected(what);
            return None;
        }
    };
    Some(Name { text, span: cursor.span_from(start) })
}

fn plain_name(cursor: &mut Cursor<'_>) -> Option<Name> {
    match cursor.hyphenated() {
        Some((count, span)) if count > 1 => {
            let text = cursor.text_of(span);
            let hint = format!("quote a name that has dashes: `['{text}']`");
            cursor.skip(1);
            cursor.expected_with_hint("the end of the name", hint);
            None
        }
        _ => cursor.eat_name(),
    }
}

/// `['a b']`, and the older `[a b]`.
fn bracketed_name(cursor: &mut Cursor<'_>) -> Option<Name> {
    if let Some(name) = cursor.eat_name() {
        return Some(name);
    }
    let start = cursor.start();
    cursor.bump();
    let inside = cursor.skip_until(|kind| kind == TokenKind::RightBracket);
    let text = cursor.text_of(inside).trim().to_owned();
    cursor.expect(TokenKind::RightBracket, "`]`")?;
    if text.is_empty() {
        cursor.expected("a name between the brackets");
        return None;
    }
    Some(Name { text, span: cursor.span_from(start) })
}

/// Takes `[database.]table`.
pub(super) fn table_name(cursor: &mut Cursor<'_>) -> Option<TableName> {
    let first = name(cursor, "a table's name")?;
    if cursor.eat(TokenKind::Dot).is_none() {
        return Some(TableName { database: None, name: first });
    }
    Some(TableName { database: Some(first), name: name(cursor, "a table's name")? })
}

/// Returns the table's name if no database was written before it: only policies are reached across databases.
pub(super) fn own_table(cursor: &mut Cursor<'_>, table: TableName) -> Option<Name> {
    let Some(database) = table.database else { return Some(table.name) };
    let message = format!("of a table of another database (`{}`) only policies can be named", database.text);
    let finding = Diagnostic::error(DiagnosticCode::Syntax, database.span, message);
    cursor.report(finding.with_hint("send the command with that database"));
    None
}

/// Takes `[database.]table.column`.
pub(super) fn column_name(cursor: &mut Cursor<'_>) -> Option<ColumnName> {
    let first = name(cursor, "a table's name")?;
    if cursor.eat(TokenKind::Dot).is_none() {
        cursor.expected_with_hint("`.` and a column's name", "a column is written `Table.Column`");
        return None;
    }
    let second = name(cursor, "a column's name")?;
    if cursor.eat(TokenKind::Dot).is_none() {
        return Some(ColumnName { database: None, table: first, name: second });
    }
    Some(ColumnName { database: Some(first), table: second, name: name(cursor, "a column's name")? })
}

/// Takes `(item, …)`, at least one.
pub(super) fn list<T>(cursor: &mut Cursor<'_>, mut item: impl FnMut(&mut Cursor<'_>) -> Option<T>) -> Option<Vec<T>> {
    cursor.expect(TokenKind::LeftParen, "`(`")?;
    let mut items = Vec::new();
    loop {
        items.push(item(cursor)?);
        if items.len() > NAMES_MAX {
            cursor.error(format!("a list may have no more than {NAMES_MAX} items"));
            return None;
        }
        if cursor.eat(TokenKind::Comma).is_none() {
            cursor.expect(TokenKind::RightParen, "`,` or `)`")?;
            return Some(items);
        }
    }
}

/// Takes `(name, …)`.
pub(super) fn names(cursor: &mut Cursor<'_>, what: &str) -> Option<Vec<Name>> {
    list(cursor, |cursor| name(cursor, what))
}

/// Takes one or more adjacent strings, which are one value, or reports that `what` was expected.
pub(super) fn text(cursor: &mut Cursor<'_>, what: &str) -> Option<String> {
    if !cursor.at(TokenKind::String) {
        cursor.expected(what);
        return None;
    }
    let value = cursor.string_literal();
    // A piece that is not well-formed ends the value; without this the finding would speak of something else.
    if cursor.kind().is_bad() {
        cursor.expected(what);
        return None;
    }
    Some(value)
}

/// Takes a guid: bare, in quotes, or `guid(…)`.
pub(super) fn guid(cursor: &mut Cursor<'_>, what: &str) -> Option<Guid> {
    let mark = cursor.mark();
    let value = match cursor.literal().map(|literal| literal.value) {
        Some(Scalar::Guid(value)) => Some(value),
        Some(Scalar::String(text)) => Guid::parse(&text),
        _ => None,
    };
    if value.is_none() {
        cursor.rewind(mark);
        cursor.expected_with_hint(what, "a guid is written 74be27de-1e4e-49d9-b579-fe0b331d3642");
    }
    value
}

/// Takes a timespan: `10d`, `time(1.00:00:00)`, or the latter's text in quotes.
pub(super) fn timespan(cursor: &mut Cursor<'_>) -> Option<TimeSpan> {
    let mark = cursor.mark();
    let value = match cursor.literal().map(|literal| literal.value) {
        Some(Scalar::TimeSpan(value)) => Some(value),
        Some(Scalar::String(text)) => TimeSpan::parse(&text),
        _ => None,
    };
    if value.is_none() {
        cursor.rewind(mark);
        cursor.expected_with_hint("a timespan", "write a number with its unit, such as `30d` or `12h`");
    }
    value
}
