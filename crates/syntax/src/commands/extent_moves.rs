//! `.move extents …` and `.replace extents …`.
//!
//! <https://learn.microsoft.com/kusto/management/move-extents>,
//! <https://learn.microsoft.com/kusto/management/replace-extents>

use super::{ingest, names, properties, words};
use crate::ast::command::{EmbeddedText, ExtentCommand, ExtentMoveScope};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::{Lexer, Token, TokenKind};
use crate::{Diagnostic, DiagnosticCode};

/// Behind `.move`: `extents [all] from table T to table U …`, `extents to table U … <| query`.
pub(super) fn move_extents(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "extents")?;
    if words::eat_keyword(cursor, "all") {
        let (table, to) = (from_table(cursor)?, to_table(cursor)?);
        let properties = properties::properties(cursor)?;
        let scope = ExtentMoveScope::All { table };
        return Some(CommandKind::Extent(ExtentCommand::Move { scope, to, properties }));
    }
    if words::at_keyword(cursor, "to") {
        let to = to_table(cursor)?;
        let properties = properties::properties(cursor)?;
        let scope = ExtentMoveScope::Query(ingest::embedded(cursor)?);
        return Some(CommandKind::Extent(ExtentCommand::Move { scope, to, properties }));
    }
    if !words::at_keyword(cursor, "from") {
        words::expected_one_of(cursor, &["all", "from", "to"]);
        return None;
    }
    let (table, to) = (from_table(cursor)?, to_table(cursor)?);
    let properties = properties::properties(cursor)?;
    let ids = names::list(cursor, |cursor| names::guid(cursor, "an extent's id"))?;
    let scope = ExtentMoveScope::Ids { table, ids };
    Some(CommandKind::Extent(ExtentCommand::Move { scope, to, properties }))
}

fn from_table(cursor: &mut Cursor<'_>) -> Option<Name> {
    words::expect_keyword(cursor, "from")?;
    table(cursor)
}

fn to_table(cursor: &mut Cursor<'_>) -> Option<Name> {
    words::expect_keyword(cursor, "to")?;
    table(cursor)
}

fn table(cursor: &mut Cursor<'_>) -> Option<Name> {
    words::expect_keyword(cursor, "table")?;
    names::name(cursor, "a table's name")
}

/// Behind `.replace`: `extents in table T [with (…)] <| {query}, {query}`.
pub(super) fn replace_extents(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "extents")?;
    words::expect_keyword(cursor, "in")?;
    let table = table(cursor)?;
    let properties = properties::properties(cursor)?;
    let behind = ingest::embedded(cursor)?;
    let mut lexer = Lexer::new(cursor.text(), behind.offset);
    let dropped = braced(cursor, &mut lexer, "`{` and the query of the extents to drop")?;
    expect(cursor, &mut lexer, TokenKind::Comma, "`,`")?;
    let moved = braced(cursor, &mut lexer, "`{` and the query of the extents to move")?;
    expect(cursor, &mut lexer, TokenKind::End, "the end of the command")?;
    Some(CommandKind::Extent(ExtentCommand::Replace { table, properties, dropped, moved }))
}

/// Takes `{ query }`; what is between the braces is kept as text.
fn braced(cursor: &mut Cursor<'_>, lexer: &mut Lexer<'_>, what: &str) -> Option<EmbeddedText> {
    let offset = expect(cursor, lexer, TokenKind::LeftBrace, what)?.span.end;
    let mut depth = 1_usize;
    loop {
        let token = lexer.next_token();
        if token.kind.opens() {
            depth += 1;
        } else if token.kind.closes() {
            depth -= 1;
        }
        if depth == 0 {
            let text = cursor.text().get(offset..token.span.start).unwrap_or("").to_owned();
            return Some(EmbeddedText { text, offset });
        }
        if token.kind == TokenKind::End {
            report(cursor, token, "`}`");
            return None;
        }
    }
}

fn expect(cursor: &mut Cursor<'_>, lexer: &mut Lexer<'_>, kind: TokenKind, what: &str) -> Option<Token> {
    let token = lexer.next_token();
    if token.kind == kind {
        return Some(token);
    }
    report(cursor, token, what);
    None
}

fn report(cursor: &mut Cursor<'_>, token: Token, what: &str) {
    let message = format!("expected {what}");
    let finding = Diagnostic::error(DiagnosticCode::Syntax, token.span, message);
    cursor.report(
        finding.with_hint("the queries are written `{ … }, { … }`, first of what to drop, then of what to move"),
    );
}
