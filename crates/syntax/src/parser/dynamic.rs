//! `dynamic(…)`: JSON whose scalars may be any KQL literal.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>

use calypso_types::{Dynamic, Scalar};

use super::literals::is_signable;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// Takes `dynamic(…)`, whose word and parenthesis come next.
    pub(super) fn dynamic_literal(&mut self) -> Dynamic {
        self.skip(2);
        let value = self.nested(Self::dynamic_value).unwrap_or(Dynamic::Null);
        self.expect(TokenKind::RightParen, "`)`");
        value
    }

    fn dynamic_value(&mut self) -> Dynamic {
        match self.kind() {
            TokenKind::LeftBrace => self.nested(Self::bag).unwrap_or(Dynamic::Null),
            TokenKind::LeftBracket => self.nested(Self::array).unwrap_or(Dynamic::Null),
            TokenKind::Identifier if self.at_word("null") => {
                self.bump();
                Dynamic::Null
            }
            _ => self.dynamic_scalar(),
        }
    }

    fn dynamic_scalar(&mut self) -> Dynamic {
        let signed = matches!(self.kind(), TokenKind::Minus | TokenKind::Plus) && is_signable(self.nth(1).kind);
        let negative = signed && self.bump().kind == TokenKind::Minus;
        match self.unsigned_literal(negative) {
            Some(value) => of_scalar(value),
            None => {
                self.expected_with_hint("a JSON value", "names and texts inside `dynamic(…)` need quotes");
                Dynamic::Null
            }
        }
    }

    fn array(&mut self) -> Dynamic {
        self.bump();
        let mut items = Vec::new();
        while !self.at(TokenKind::RightBracket) && !self.at_end() {
            items.push(self.dynamic_value());
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.expect(TokenKind::RightBracket, "`,` or `]`");
        Dynamic::Array(items)
    }

    /// A property written twice keeps its first place and its last value.
    fn bag(&mut self) -> Dynamic {
        self.bump();
        let mut members: Vec<(String, Dynamic)> = Vec::new();
        while !self.at(TokenKind::RightBrace) && !self.at_end() {
            let Some(key) = self.key() else { break };
            self.expect(TokenKind::Colon, "`:`");
            let value = self.dynamic_value();
            match members.iter_mut().find(|(known, _)| *known == key) {
                Some((_, earlier)) => *earlier = value,
                None => members.push((key, value)),
            }
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.expect(TokenKind::RightBrace, "`,` or `}`");
        Dynamic::Bag(members)
    }

    fn key(&mut self) -> Option<String> {
        if self.at(TokenKind::String) {
            return Some(self.string_literal());
        }
        self.expected_with_hint("a property name", "property names inside `dynamic(…)` need quotes");
        None
    }
}

fn of_scalar(value: Scalar) -> Dynamic {
    match value {
        Scalar::Null(_) => Dynamic::Null,
        Scalar::Bool(value) => Dynamic::Bool(value),
        Scalar::Int(value) => Dynamic::Int(value),
        Scalar::Long(value) => Dynamic::Long(value),
        Scalar::Real(value) => Dynamic::Real(value),
        Scalar::Decimal(value) => Dynamic::Decimal(value),
        Scalar::String(value) => Dynamic::String(value),
        Scalar::DateTime(value) => Dynamic::DateTime(value),
        Scalar::TimeSpan(value) => Dynamic::TimeSpan(value),
        Scalar::Guid(value) => Dynamic::Guid(value),
        Scalar::Dynamic(value) => value,
    }
}
