//! Scripts of commands: `.execute database script <|`.
//!
//! <https://learn.microsoft.com/kusto/management/execute-database-script>

use crate::ast::command::EmbeddedText;
use crate::lexer::{Lexer, TokenKind};

/// Parts a script into its commands. A command begins with a `.` that is the first of its line and outside brackets
/// and strings; comments and blank lines between commands are dropped. Text before the first command that is no
/// comment is returned as the first piece, for the parser to refuse.
#[must_use]
pub fn split_script(script: &str) -> Vec<EmbeddedText> {
    let mut lexer = Lexer::new(script, 0);
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0_usize;
    loop {
        let token = lexer.next_token();
        if token.kind == TokenKind::End {
            return pieces.into_iter().map(|(start, end)| piece(script, start, end)).collect();
        }
        let begins = token.kind == TokenKind::Dot && depth == 0 && is_first_of_line(script, token.span.start);
        if token.kind.opens() {
            depth += 1;
        } else if token.kind.closes() {
            depth = depth.saturating_sub(1);
        }
        match pieces.last_mut() {
            Some((_, end)) if !begins => *end = token.span.end,
            _ => pieces.push((token.span.start, token.span.end)),
        }
    }
}

fn piece(script: &str, start: usize, end: usize) -> EmbeddedText {
    EmbeddedText { text: script.get(start..end).unwrap_or("").to_owned(), offset: start }
}

fn is_first_of_line(script: &str, at: usize) -> bool {
    let before = script.get(..at).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    before[line..].trim().is_empty()
}
