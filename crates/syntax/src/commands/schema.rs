//! Schemas in commands: `(name:type, …)` of tables.

use calypso_types::ScalarType;

use super::names;
use crate::ast::Name;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

/// Takes `(name:type, …)`: at least one column, no name twice, types known.
pub(super) fn columns(cursor: &mut Cursor<'_>) -> Option<Vec<(Name, ScalarType)>> {
    if !cursor.at(TokenKind::LeftParen) {
        cursor.expected("`(` and the columns' names and types");
        return None;
    }
    let mut columns: Vec<(Name, ScalarType)> = Vec::new();
    names::list(cursor, |cursor| {
        let column = column(cursor)?;
        if columns.iter().any(|(earlier, _)| earlier.text == column.0.text) {
            let message = format!("the column `{}` is declared twice", column.0.text);
            cursor.report(Diagnostic::error(DiagnosticCode::DuplicateName, column.0.span, message));
            return None;
        }
        columns.push(column);
        Some(())
    })?;
    Some(columns)
}

fn column(cursor: &mut Cursor<'_>) -> Option<(Name, ScalarType)> {
    let name = names::name(cursor, "a column's name")?;
    cursor.expect(TokenKind::Colon, "`:` and a type")?;
    Some((name, scalar_type(cursor)?))
}

/// Takes the name of a scalar type, also with `System.` before it.
pub(super) fn scalar_type(cursor: &mut Cursor<'_>) -> Option<ScalarType> {
    if at_system_prefix(cursor) {
        cursor.skip(2);
    }
    let found = match cursor.kind() {
        TokenKind::Identifier => ScalarType::from_name(cursor.word()),
        _ => None,
    };
    if found.is_none() {
        let names = ScalarType::ALL.map(ScalarType::name).join(", ");
        cursor.expected_with_hint("a scalar type", format!("the scalar types are {names}"));
        return None;
    }
    cursor.bump();
    found
}

fn at_system_prefix(cursor: &Cursor<'_>) -> bool {
    cursor.at_word_ignoring_case("System") && cursor.nth(1).kind == TokenKind::Dot
}
