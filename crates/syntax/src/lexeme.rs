//! The text in pieces as an editor sees them: for highlighting, completion, and telling whether a text is whole.
//!
//! Unlike the parser's tokens, pieces include comments and text that is not of the language.

#[cfg(test)]
mod tests;

use crate::Span;
use crate::lexer::{Lexer, TokenKind};

/// What a piece is. White space is no piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LexemeKind {
    /// `// …` to the end of the line.
    Comment,
    /// A name or keyword, also `in~` and `$left`.
    Word,
    /// A negated operator of letters, such as `!has`.
    NegatedWord,
    /// A number, timespan or raw guid.
    Number,
    String,
    /// A typed literal with its parentheses, such as `datetime(2020-01-01)`.
    Typed,
    /// `#…` to the end of the line.
    Directive,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `|`
    Bar,
    /// `<|`
    LessBar,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `=`
    Equal,
    /// Any other operator.
    Operator,
    /// A string or typed literal whose end is missing.
    Unclosed,
    /// Text that is not of the language.
    Bad,
}

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    pub kind: LexemeKind,
    pub span: Span,
}

/// Takes `text` apart. Never fails; the pieces are in order and do not overlap.
#[must_use]
pub fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer::new(text, 0);
    let (mut pieces, mut at) = (Vec::new(), 0);
    loop {
        let token = lexer.next_token();
        comments(text, at, token.span.start, &mut pieces);
        if token.kind == TokenKind::End {
            return pieces;
        }
        at = token.span.end;
        pieces.push(Lexeme { kind: kind(token.kind), span: token.span });
    }
}

/// Appends the comments between two tokens.
fn comments(text: &str, start: usize, end: usize, pieces: &mut Vec<Lexeme>) {
    let mut at = start;
    while let Some(found) = text.get(at..end).and_then(|between| between.find("//")) {
        let begin = at + found;
        let length = text[begin..end].find(['\n', '\r']).unwrap_or(end - begin);
        pieces.push(Lexeme { kind: LexemeKind::Comment, span: Span::new(begin, begin + length) });
        at = begin + length;
    }
}

const fn kind(token: TokenKind) -> LexemeKind {
    match token {
        TokenKind::Identifier => LexemeKind::Word,
        TokenKind::BangWord => LexemeKind::NegatedWord,
        TokenKind::Long | TokenKind::Real | TokenKind::TimeSpan | TokenKind::RawGuid => LexemeKind::Number,
        TokenKind::String => LexemeKind::String,
        TokenKind::Typed(_) => LexemeKind::Typed,
        TokenKind::Directive => LexemeKind::Directive,
        TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => LexemeKind::Open,
        TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => LexemeKind::Close,
        TokenKind::Bar => LexemeKind::Bar,
        TokenKind::LessBar => LexemeKind::LessBar,
        TokenKind::Dot => LexemeKind::Dot,
        TokenKind::Comma => LexemeKind::Comma,
        TokenKind::Semicolon => LexemeKind::Semicolon,
        TokenKind::Equal => LexemeKind::Equal,
        TokenKind::BadString | TokenKind::BadTyped => LexemeKind::Unclosed,
        TokenKind::BadEscape | TokenKind::BadCharacter | TokenKind::End => LexemeKind::Bad,
        _ => LexemeKind::Operator,
    }
}
