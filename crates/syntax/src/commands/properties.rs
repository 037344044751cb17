//! `with (name = value, …)`.

use calypso_types::Scalar;

use super::{names, words};
use crate::ast::command::{CommandProperties, CommandProperty};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

/// Takes the properties if `with` comes next; none otherwise.
pub(super) fn properties(cursor: &mut Cursor<'_>) -> Option<CommandProperties> {
    if !words::eat_keyword(cursor, "with") {
        return Some(CommandProperties::default());
    }
    if cursor.at(TokenKind::String) {
        let finding = Diagnostic::error(
            DiagnosticCode::NotSupported,
            cursor.peek().span,
            "properties as JSON text are not supported",
        );
        cursor.report(finding.with_hint("write them as `with (name = value, …)`"));
        return None;
    }
    if cursor.at(TokenKind::LeftParen) && cursor.nth(1).kind == TokenKind::RightParen {
        cursor.skip(2);
        return Some(CommandProperties::default());
    }
    names::list(cursor, property).map(CommandProperties)
}

fn property(cursor: &mut Cursor<'_>) -> Option<CommandProperty> {
    let name = names::name(cursor, "a property's name")?;
    cursor.expect(TokenKind::Equal, "`=`")?;
    let value = match cursor.literal() {
        Some(literal) => literal.value,
        // A bare word, also with dashes or dots, stands for itself.
        None => Scalar::String(bare_word(cursor)?),
    };
    Some(CommandProperty { name, value })
}

fn bare_word(cursor: &mut Cursor<'_>) -> Option<String> {
    match cursor.hyphenated() {
        Some((count, span)) => {
            let text = cursor.text_of(span).to_owned();
            cursor.skip(count);
            Some(text)
        }
        None => {
            cursor.expected("a property's value");
            None
        }
    }
}
