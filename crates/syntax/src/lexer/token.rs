//! The kinds of tokens.

use calypso_types::ScalarType;

use crate::Span;

/// One token: what it is and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is. Keywords are `Identifier`: most of them are allowed as names, so the parser decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The end of the text; its span is empty.
    End,
    /// A name or keyword, also `in~`, `$left` and names that start with digits.
    Identifier,
    /// `!has`, `!in~`, `!between`: an exclamation mark and the word that follows.
    BangWord,
    /// A whole number, decimal or hexadecimal.
    Long,
    Real,
    /// A number with a unit of time: `1d`, `1.5h`, `10microseconds`.
    TimeSpan,
    /// `74be27de-1e4e-49d9-b579-fe0b331d3642` without quotes.
    RawGuid,
    /// A string in any of its quotations, with its `h` and `@`.
    String,
    /// `datetime(…)`, `long(…)` and kin: the type's word, the parentheses and the raw text between them.
    Typed(ScalarType),
    /// `#directive` to the end of the line; only client tools give it a meaning.
    Directive,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Bar,
    Dot,
    DotDot,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Less,
    LessEqual,
    LessGreater,
    /// `<|`, which parts a management command from its data or query.
    LessBar,
    Greater,
    GreaterEqual,
    Equal,
    EqualEqual,
    EqualTilde,
    /// `=>`
    FatArrow,
    BangEqual,
    BangTilde,
    Colon,
    Semicolon,
    Comma,
    At,
    Question,
    /// A string whose closing quote is missing.
    BadString,
    /// A string with an escape sequence that does not exist.
    BadEscape,
    /// A typed literal whose closing parenthesis is missing.
    BadTyped,
    /// A character that is not of the language.
    BadCharacter,
}

impl TokenKind {
    /// Returns the token of two punctuation characters, if they form one.
    pub(super) const fn of_pair(first: u8, second: u8) -> Option<Self> {
        Some(match (first, second) {
            (b'.', b'.') => Self::DotDot,
            (b'<', b'=') => Self::LessEqual,
            (b'<', b'>') => Self::LessGreater,
            (b'<', b'|') => Self::LessBar,
            (b'>', b'=') => Self::GreaterEqual,
            (b'=', b'=') => Self::EqualEqual,
            (b'=', b'~') => Self::EqualTilde,
            (b'=', b'>') => Self::FatArrow,
            _ => return None,
        })
    }

    /// Returns the token of one punctuation character.
    pub(super) const fn of_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            b'(' => Self::LeftParen,
            b')' => Self::RightParen,
            b'[' => Self::LeftBracket,
            b']' => Self::RightBracket,
            b'{' => Self::LeftBrace,
            b'}' => Self::RightBrace,
            b'|' => Self::Bar,
            b'.' => Self::Dot,
            b'+' => Self::Plus,
            b'-' => Self::Minus,
            b'*' => Self::Star,
            b'/' => Self::Slash,
            b'%' => Self::Percent,
            b'<' => Self::Less,
            b'>' => Self::Greater,
            b'=' => Self::Equal,
            b':' => Self::Colon,
            b';' => Self::Semicolon,
            b',' => Self::Comma,
            b'@' => Self::At,
            b'?' => Self::Question,
            _ => return None,
        })
    }

    /// Says how the token is called in a message, for those whose text says nothing by itself.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::End => "the end of the query",
            Self::Identifier | Self::BangWord => "the word",
            Self::Long | Self::Real => "the number",
            Self::TimeSpan => "the timespan",
            Self::RawGuid => "the guid",
            Self::String | Self::BadString | Self::BadEscape => "the string",
            Self::Typed(_) | Self::BadTyped => "the literal",
            Self::BadCharacter => "the character",
            _ => "the token",
        }
    }

    /// Says whether the token opens a bracket.
    pub(crate) const fn opens(self) -> bool {
        matches!(self, Self::LeftParen | Self::LeftBracket | Self::LeftBrace)
    }

    /// Says whether the token closes a bracket.
    pub(crate) const fn closes(self) -> bool {
        matches!(self, Self::RightParen | Self::RightBracket | Self::RightBrace)
    }

    /// Says whether the text of the token is not of the language.
    pub(crate) const fn is_bad(self) -> bool {
        matches!(self, Self::BadString | Self::BadEscape | Self::BadTyped | Self::BadCharacter)
    }
}
