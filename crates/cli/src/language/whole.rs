//! Whether what was typed is a whole statement, or goes on in the next line.

use calypso_syntax::{LexemeKind, is_management_command};

use super::words::{Piece, Position, STATEMENT_WORDS, pieces};

/// Says whether `text` may be sent when Enter is pressed behind it.
///
/// A query ends with `;` at the end of a line or with an empty line, a command with its line, what begins with `\`
/// likewise. Brackets and strings that are open, and a bar at the end, go on; a second empty line ends everything.
pub(crate) fn is_whole(text: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with('\\') {
        return true;
    }
    if empty_lines_at_end(text) >= 2 {
        return true;
    }
    let pieces: Vec<Piece> = pieces(text).into_iter().filter(|piece| piece.kind != LexemeKind::Comment).collect();
    let Some(last) = pieces.last() else {
        // Comments alone are nothing to send, but a comment may stand above a query.
        return empty_lines_at_end(text) >= 1;
    };
    if takes_lines(text, &pieces) {
        return empty_lines_at_end(text) >= 1;
    }
    if goes_on(text, &pieces, last) {
        return false;
    }
    let ends_here = empty_lines_at_end(text) >= 1 || last.kind == LexemeKind::Semicolon;
    (is_management_command(text) || ends_here) && !only_declares(text, &pieces)
}

/// Counts the empty lines behind the text.
fn empty_lines_at_end(text: &str) -> usize {
    text.lines()
        .chain(text.ends_with('\n').then_some(""))
        .collect::<Vec<_>>()
        .iter()
        .rev()
        .take_while(|line| line.trim().is_empty())
        .count()
}

/// Says whether what stands behind the `<|` of a command begins in a line of its own: data, a script or a query, of
/// which only an empty line says that it ends.
fn takes_lines(text: &str, pieces: &[Piece]) -> bool {
    let behind = pieces.iter().find(|piece| piece.kind == LexemeKind::LessBar).map(|piece| &text[piece.span.end..]);
    behind
        .is_some_and(|behind| behind.lines().next().is_some_and(|line| line.trim().is_empty()) && behind.contains('\n'))
}

fn goes_on(text: &str, pieces: &[Piece], last: &Piece) -> bool {
    let count = |kind: LexemeKind| pieces.iter().filter(|piece| piece.kind == kind).count();
    let is_operator = last.kind == LexemeKind::Operator && !matches!(last.span.text(text), "*" | "..");
    count(LexemeKind::Open) > count(LexemeKind::Close)
        || matches!(
            last.kind,
            LexemeKind::Unclosed | LexemeKind::Bar | LexemeKind::LessBar | LexemeKind::Comma | LexemeKind::Equal
        )
        || is_operator
}

/// Says whether every statement only declares something, so that there is nothing to run yet.
fn only_declares(text: &str, pieces: &[Piece]) -> bool {
    let mut depth = 0_usize;
    let mut begins = true;
    for piece in pieces {
        match piece.kind {
            LexemeKind::Open => depth += 1,
            LexemeKind::Close => depth = depth.saturating_sub(1),
            LexemeKind::Semicolon if depth == 0 => {
                begins = true;
                continue;
            }
            _ => {}
        }
        if begins {
            let declares = piece.position == Position::Source && STATEMENT_WORDS.contains(&piece.span.text(text));
            if !declares {
                return false;
            }
        }
        begins = false;
    }
    true
}
