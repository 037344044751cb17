//! Names: declared, referred to, bracketed and with wildcards.
//!
//! <https://learn.microsoft.com/kusto/query/schema-entities/entity-names>

use crate::Span;
use crate::ast::{ColumnPattern, Name};
use crate::cursor::Cursor;
use crate::lexer::{TokenKind, string};

/// Words that are operators inside an expression. As a column they must be written `['and']`.
const OPERATOR_WORDS: &[&str] = &[
    "and",
    "or",
    "by",
    "in",
    "in~",
    "between",
    "matches",
    "has",
    "has_cs",
    "has_any",
    "has_all",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "containscs",
    "notcontains",
    "notcontainscs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
    "like",
    "likecs",
    "notlike",
    "notlikecs",
    "asc",
    "desc",
    "of",
    "to",
    "where",
    "project",
];

/// Says whether `word` cannot stand for itself as a name inside an expression.
pub(super) fn is_operator_word(word: &str) -> bool {
    OPERATOR_WORDS.contains(&word)
}

impl Cursor<'_> {
    /// Counts the tokens of the name `ahead`: 1 for a word, 3 for `['a b']`, `None` if there is no name.
    pub(super) fn name_length(&self, ahead: usize) -> Option<usize> {
        match self.nth(ahead).kind {
            TokenKind::Identifier if !self.nth_word(ahead).ends_with('~') => Some(1),
            TokenKind::LeftBracket => (self.nth(ahead + 1).kind == TokenKind::String
                && self.nth(ahead + 2).kind == TokenKind::RightBracket)
                .then_some(3),
            _ => None,
        }
    }

    /// Takes the name that comes next, if one does. Any word goes: where a name is declared, nothing else can stand.
    pub(crate) fn eat_name(&mut self) -> Option<Name> {
        let length = self.name_length(0)?;
        let start = self.start();
        let text = match length {
            1 => self.word().to_owned(),
            _ => string::value(self.nth_word(1)),
        };
        self.skip(length);
        Some(Name { text, span: self.span_from(start) })
    }

    /// Takes a name or reports that `what` was expected; then the name is empty.
    pub(crate) fn name(&mut self, what: &str) -> Name {
        self.eat_name().unwrap_or_else(|| {
            self.expected(what);
            self.missing_name()
        })
    }

    pub(super) fn missing_name(&self) -> Name {
        Name { text: String::new(), span: Span::new(self.start(), self.start()) }
    }

    /// Takes a name that may hold `*`: `Name*`, `*_id`, `*`. Its pieces touch one another.
    pub(super) fn eat_pattern(&mut self) -> Option<ColumnPattern> {
        let length = self.wildcard_length();
        if length == 0 {
            return self.eat_name().map(|name| ColumnPattern { name, wildcard: false });
        }
        let start = self.start();
        self.skip(length);
        let span = self.span_from(start);
        Some(ColumnPattern { name: Name { text: self.text_of(span).to_owned(), span }, wildcard: true })
    }

    /// Counts the tokens of the wildcard name that comes next; 0 when it has no `*`.
    pub(super) fn wildcard_length(&self) -> usize {
        let mut length = 0;
        let mut star = false;
        loop {
            let kind = self.nth(length).kind;
            let fits = match kind {
                TokenKind::Star => true,
                TokenKind::Identifier => length == 0 || self.nth(length - 1).kind == TokenKind::Star,
                TokenKind::Long => length > 0 && self.nth(length - 1).kind == TokenKind::Star,
                _ => false,
            };
            if !fits || (length > 0 && !self.touches(length)) {
                break;
            }
            star |= kind == TokenKind::Star;
            length += 1;
        }
        if star { length } else { 0 }
    }
}
