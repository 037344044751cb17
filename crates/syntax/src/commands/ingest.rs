//! `.ingest …`, `.set …`, `.append …`, `.set-or-append …`, `.set-or-replace …`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/>

use super::{known, names, principals, properties, words};
use crate::ast::CommandKind;
use crate::ast::command::{EmbeddedText, FromQueryMode, IngestCommand, IngestSource};
use crate::cursor::Cursor;
use crate::lexer::{TokenKind, string};

/// Behind `.ingest`.
pub(super) fn ingest(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let inline = words::eat_keyword(cursor, "inline");
    words::expect_keyword(cursor, "into")?;
    // `table` may be left out, and a table may be called `table`.
    if words::at_keyword(cursor, "table")
        && matches!(cursor.nth(1).kind, TokenKind::Identifier | TokenKind::LeftBracket)
    {
        words::eat_keyword(cursor, "table");
    }
    if inline { inline_data(cursor) } else { from_storage(cursor) }
}

fn inline_data(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let table = names::name(cursor, "a table's name")?;
    let properties = properties::properties(cursor)?;
    let data = match cursor.kind() {
        TokenKind::LeftBracket => bracketed_data(cursor)?,
        TokenKind::LessBar => embedded(cursor)?,
        _ => {
            cursor.expected_with_hint("`<|` and data", "the data follows `<|`, one record per line");
            return None;
        }
    };
    Some(CommandKind::Ingest(IngestCommand::Inline { table, properties, data }))
}

/// Takes `<|` and all that follows, exactly.
pub(super) fn embedded(cursor: &mut Cursor<'_>) -> Option<EmbeddedText> {
    let offset = cursor.expect(TokenKind::LessBar, "`<|`")?.span.end;
    let text = cursor.text().get(offset..).unwrap_or("").to_owned();
    Some(EmbeddedText { text, offset })
}

/// Takes `[record] [record] …` to the end of the text. Brackets within quotes belong to the record.
fn bracketed_data(cursor: &mut Cursor<'_>) -> Option<EmbeddedText> {
    let offset = cursor.start();
    let rest = cursor.text().get(offset..).unwrap_or("");
    let mut records: Vec<&str> = Vec::new();
    let mut opened: Option<usize> = None;
    let mut quoted = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (opened, byte) {
            (Some(_), b'"') => quoted = !quoted,
            (Some(start), b']') if !quoted => {
                records.push(&rest[start..at]);
                opened = None;
            }
            (None, b'[') => opened = Some(at + 1),
            (None, byte) if !byte.is_ascii_whitespace() => {
                cursor.error("expected `[` and a record, or the end of the command");
                return None;
            }
            _ => {}
        }
    }
    if opened.is_some() {
        cursor.error("the record has no closing `]`");
        return None;
    }
    while !cursor.at_end() {
        cursor.bump();
    }
    Some(EmbeddedText { text: records.join("\n"), offset })
}

fn from_storage(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let table = names::name(cursor, "a table's name")?;
    let sources = match cursor.at(TokenKind::LeftParen) {
        true => names::list(cursor, source)?,
        false => vec![source(cursor)?],
    };
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Ingest(IngestCommand::FromStorage { table, sources, properties }))
}

/// Takes a URI; adjacent strings are one.
pub(super) fn source(cursor: &mut Cursor<'_>) -> Option<IngestSource> {
    let hidden = cursor.at(TokenKind::String) && string_is_hidden(cursor.word());
    Some(IngestSource { uri: names::text(cursor, "a URI in quotes")?, hidden })
}

/// Takes the string that comes next as a URI of its own.
pub(super) fn single_source(cursor: &mut Cursor<'_>) -> IngestSource {
    let literal = cursor.word();
    cursor.bump();
    IngestSource { uri: string::value(literal), hidden: string_is_hidden(literal) }
}

fn string_is_hidden(literal: &str) -> bool {
    literal.starts_with(['h', 'H'])
}

/// Behind `.set`: the roles of an entity, or a table from a query.
pub(super) fn set(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    match principals::set(cursor)? {
        Some(command) => Some(command),
        None => from_query(cursor, FromQueryMode::Set),
    }
}

/// Behind `.append`.
pub(super) fn append(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    from_query(cursor, FromQueryMode::Append)
}

/// Behind `.set-or-append`.
pub(super) fn set_or_append(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    from_query(cursor, FromQueryMode::SetOrAppend)
}

/// Behind `.set-or-replace`.
pub(super) fn set_or_replace(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    from_query(cursor, FromQueryMode::SetOrReplace)
}

fn from_query(cursor: &mut Cursor<'_>, mode: FromQueryMode) -> Option<CommandKind> {
    let alone = cursor.nth(1).kind == TokenKind::LessBar || words::nth_is_keyword(cursor, 1, "with");
    if !alone && known::is_not_supported(cursor) {
        return None;
    }
    let table = names::name(cursor, "a table's name")?;
    let properties = properties::properties(cursor)?;
    if !cursor.at(TokenKind::LessBar) {
        cursor.expected("`<|` and a query");
        return None;
    }
    Some(CommandKind::Ingest(IngestCommand::FromQuery { mode, table, properties, query: embedded(cursor)? }))
}
