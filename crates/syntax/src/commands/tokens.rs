//! The tokens of the command proper: up to `<|`, or to the first `|` or `;` outside brackets.

use crate::Span;
use crate::lexer::{Lexer, Token, TokenKind, word_end};

/// Words behind which a name stands, even one that looks like a typed literal: `.create table date(a:int)`.
const BEFORE_NAMES: [&str; 4] = ["table", "tables", "function", "ifnotexists"];

/// Reads tokens from `offset`. The last but `End` is the `<|`, `|` or `;` that ends the command proper, if there is
/// one; text behind it is not read, so that inline data costs nothing.
pub(super) fn command_tokens(text: &str, offset: usize) -> Vec<Token> {
    let mut lexer = Lexer::new(text, offset);
    let mut tokens: Vec<Token> = Vec::new();
    let mut depth = 0_usize;
    loop {
        let mut token = lexer.next_token();
        if is_name_before_paren(text, tokens.last(), token) {
            let end = word_end(text, token.span.start);
            token = Token { kind: TokenKind::Identifier, span: Span::new(token.span.start, end) };
            lexer = Lexer::new(text, end);
        }
        tokens.push(token);
        if token.kind.opens() {
            depth += 1;
        } else if token.kind.closes() {
            depth = depth.saturating_sub(1);
        }
        let ends = match token.kind {
            TokenKind::End => return tokens,
            TokenKind::LessBar => true,
            TokenKind::Bar | TokenKind::Semicolon => depth == 0,
            _ => false,
        };
        if ends {
            let at = Span::new(token.span.end, token.span.end);
            tokens.push(Token { kind: TokenKind::End, span: at });
            return tokens;
        }
    }
}

fn is_name_before_paren(text: &str, before: Option<&Token>, token: Token) -> bool {
    matches!(token.kind, TokenKind::Typed(_) | TokenKind::BadTyped)
        && before.is_some_and(|before| {
            let word = before.span.text(text);
            BEFORE_NAMES.iter().any(|known| known.eq_ignore_ascii_case(word))
        })
}
