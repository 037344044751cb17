//! Bracketed lists: arguments of calls, `in (…)`, `has_any (…)`, `between (… .. …)`.

use crate::Span;
use crate::ast::{Argument, Expr, ExprKind};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// Takes items separated by commas, at least one.
    pub(super) fn comma_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = vec![item(self)];
        while self.eat(TokenKind::Comma).is_some() {
            items.push(item(self));
        }
        items
    }

    /// Takes `(arguments)`, whose parenthesis comes next.
    pub(super) fn arguments(&mut self) -> Vec<Argument> {
        self.bump();
        let arguments = if self.at(TokenKind::RightParen) {
            Vec::new()
        } else {
            self.nested(|cursor| cursor.comma_list(Self::argument)).unwrap_or_default()
        };
        self.close(TokenKind::RightParen, "`,` or `)`");
        arguments
    }

    /// Takes the closing bracket; if something else stands there, reports it and skips to the bracket.
    pub(super) fn close(&mut self, bracket: TokenKind, what: &str) {
        if self.expect(bracket, what).is_none() {
            self.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon));
            self.eat(bracket);
        }
    }

    fn argument(&mut self) -> Argument {
        if self.at(TokenKind::Star) && matches!(self.nth(1).kind, TokenKind::RightParen | TokenKind::Comma) {
            let span = self.bump().span;
            return Argument { name: None, value: Expr { kind: ExprKind::Star, span } };
        }
        let named = self.name_length(0).is_some_and(|length| self.nth(length).kind == TokenKind::Equal);
        let name = if named { self.eat_name() } else { None };
        if named {
            self.bump();
        }
        Argument { name, value: self.pipe_expression() }
    }

    /// Takes `in (…)` and its kin behind `operand`, if one comes next.
    pub(super) fn equality_list(&mut self, operand: Expr) -> Expr {
        let negated = self.at(TokenKind::BangWord);
        let kind = match (self.kind(), self.word().trim_start_matches('!')) {
            (TokenKind::Identifier | TokenKind::BangWord, "between") => {
                self.bump();
                return self.between(operand, negated);
            }
            (TokenKind::Identifier | TokenKind::BangWord, word @ ("in" | "in~")) => ListKind::In(word == "in~"),
            (TokenKind::Identifier, "has_any") => ListKind::Has { all: false },
            (TokenKind::Identifier, "has_all") => ListKind::Has { all: true },
            _ => return operand,
        };
        self.bump();
        let start = operand.span.start;
        let list = self.list();
        let operand = Box::new(operand);
        let kind = match kind {
            ListKind::In(case_insensitive) => ExprKind::In { operand, list, case_insensitive, negated },
            ListKind::Has { all } => ExprKind::HasList { operand, list, all },
        };
        Expr { kind, span: self.span_from(start) }
    }

    fn list(&mut self) -> Vec<Expr> {
        if !self.at(TokenKind::LeftParen) {
            self.expected_with_hint("`(`", "the list stands in parentheses");
            return Vec::new();
        }
        self.bump();
        let items = self.nested(|cursor| cursor.comma_list(Self::pipe_expression)).unwrap_or_default();
        self.close(TokenKind::RightParen, "`,` or `)`");
        items
    }

    fn between(&mut self, operand: Expr, negated: bool) -> Expr {
        let start = operand.span.start;
        if self.expect(TokenKind::LeftParen, "`(`").is_none() {
            return Expr { kind: ExprKind::Error, span: Span::new(start, self.start()) };
        }
        let bounds = self.nested(|cursor| {
            let low = cursor.expression();
            cursor.expect(TokenKind::DotDot, "`..`");
            (low, cursor.expression())
        });
        self.close(TokenKind::RightParen, "`)`");
        let (low, high) = bounds.unwrap_or_else(|| (self.error_expr(), self.error_expr()));
        let kind = ExprKind::Between { operand: Box::new(operand), low: Box::new(low), high: Box::new(high), negated };
        Expr { kind, span: self.span_from(start) }
    }
}

enum ListKind {
    /// With whether case is ignored.
    In(bool),
    Has {
        all: bool,
    },
}
