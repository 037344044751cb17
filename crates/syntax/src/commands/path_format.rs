//! `("text" datetime_pattern("pattern", variable) …)`: where in a blob's path a time stands.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/list-blobs>

use super::{names, words};
use crate::ast::command::{PathFormat, PathPiece};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// The most pieces of a path format.
const PIECES_MAX: usize = 64;

/// Takes a path format with its parentheses.
pub(super) fn path_format(cursor: &mut Cursor<'_>) -> Option<PathFormat> {
    cursor.expect(TokenKind::LeftParen, "`(` and the pieces of a path")?;
    let mut pieces = Vec::new();
    let mut captures = false;
    while cursor.eat(TokenKind::RightParen).is_none() {
        if pieces.len() >= PIECES_MAX {
            cursor.error(format!("a path format may have no more than {PIECES_MAX} pieces"));
            return None;
        }
        let piece = piece(cursor)?;
        captures |= matches!(piece, PathPiece::Time { .. });
        pieces.push(piece);
    }
    if !captures {
        cursor.error("the path format captures nothing: it needs `datetime_pattern(\"…\", creationTime)`");
        return None;
    }
    Some(PathFormat(pieces))
}

fn piece(cursor: &mut Cursor<'_>) -> Option<PathPiece> {
    if cursor.at(TokenKind::String) {
        return names::text(cursor, "text in quotes").map(PathPiece::Text);
    }
    if !words::eat_keyword(cursor, "datetime_pattern") {
        cursor.expected("text in quotes, `datetime_pattern(…)` or `)`");
        return None;
    }
    cursor.expect(TokenKind::LeftParen, "`(`")?;
    let pattern = names::text(cursor, "a pattern in quotes, such as `\"yyyy/MM/dd\"`")?;
    cursor.expect(TokenKind::Comma, "`,` and the variable")?;
    let variable = names::name(cursor, "a variable, such as `creationTime`")?.text;
    cursor.expect(TokenKind::RightParen, "`)`")?;
    Some(PathPiece::Time { pattern, variable })
}
