//! Tabular expressions: a source and the operators that its rows run through.
//!
//! <https://learn.microsoft.com/kusto/query/tabular-expression-statements>

use super::operators::is_operator;
use crate::ast::{Expr, ExprKind, Operator};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

/// Operators that need no input, so that a query may start with them.
const SOURCES: [&str; 5] = ["print", "union", "find", "search", "macro-expand"];

impl Cursor<'_> {
    /// Takes a scalar expression or a pipeline. Where only one of the two may stand, the binder says so.
    pub(crate) fn pipe_expression(&mut self) -> Expr {
        self.measured(|cursor| {
            let source = cursor.source();
            if !cursor.at(TokenKind::Bar) {
                return source;
            }
            let start = source.span.start;
            let operators = cursor.piped_operators();
            if operators.is_empty() {
                return source;
            }
            let kind = ExprKind::Pipe { source: Box::new(source), operators };
            Expr { kind, span: cursor.span_from(start) }
        })
    }

    /// Takes `| operator` as long as one follows.
    pub(super) fn piped_operators(&mut self) -> Vec<Operator> {
        let mut operators = Vec::new();
        while self.eat(TokenKind::Bar).is_some() {
            operators.extend(self.operator());
            if !self.ends_operator() {
                self.unexpected_in_operator();
            }
        }
        operators
    }

    fn ends_operator(&self) -> bool {
        matches!(self.kind(), TokenKind::Bar | TokenKind::Semicolon | TokenKind::Comma | TokenKind::End)
            || self.kind().closes()
    }

    /// Reports what an operator left behind and moves to the next one.
    fn unexpected_in_operator(&mut self) {
        let word = self.hyphenated().map(|(_, span)| self.text_of(span));
        match word {
            Some(word) if is_operator(word) => {
                self.expected_with_hint("`|`", format!("put `|` before `{word}`"));
            }
            Some("let" | "set") => self.expected_with_hint("`|` or `;`", "statements are separated by `;`"),
            _ if self.at(TokenKind::Equal) => {
                self.expected_with_hint("`|`", "to compare, write `==`; a name with dots needs brackets: `['a.b']`")
            }
            _ => self.expected("`|`, `;` or the end of the query"),
        }
        if !matches!(word, Some("let" | "set")) {
            self.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon));
        }
    }

    fn source(&mut self) -> Expr {
        let start = self.start();
        let Some((_, span)) = self.hyphenated() else { return self.expression() };
        let word = self.text_of(span);
        if !self.starts_source(word) {
            return self.expression();
        }
        if !SOURCES.contains(&word) && !matches!(word, "range" | "evaluate" | "inline_external_table") {
            let message = format!("the operator `{word}` needs an input");
            let finding = Diagnostic::error(DiagnosticCode::Semantic, span, message);
            self.report(finding.with_hint(format!("write a table and `|` before `{word}`")));
        }
        match self.operator() {
            Some(operator) => self.source_expr(ExprKind::Source(Box::new(operator)), start),
            None => self.error_expr(),
        }
    }

    /// Says whether the word that comes next is an operator here, not a name, by what follows it.
    fn starts_source(&self, word: &str) -> bool {
        if !is_operator(word) {
            return false;
        }
        let count = self.hyphenated().map_or(1, |(count, _)| count);
        let next = self.nth(count);
        match word {
            "inline_external_table" => next.kind == TokenKind::LeftParen || self.nth_is_word(count, "kind"),
            "evaluate" => next.kind == TokenKind::Identifier,
            "range" => {
                let name = self.name_length(count);
                name.is_some_and(|length| self.nth_is_word(count + length, "from"))
            }
            "print" | "union" | "search" | "find" => !self.names_operand(next.kind, count),
            _ if count > 1 => !matches!(next.kind, TokenKind::Comma | TokenKind::RightParen | TokenKind::Semicolon),
            _ => is_literal(next.kind) || (next.kind == TokenKind::Identifier && !self.infix_word(count)),
        }
    }

    /// Says whether token `ahead` follows a name rather than an operator's keyword.
    fn names_operand(&self, kind: TokenKind, ahead: usize) -> bool {
        let infix = matches!(
            kind,
            TokenKind::Comma
                | TokenKind::RightParen
                | TokenKind::Dot
                | TokenKind::Bar
                | TokenKind::Equal
                | TokenKind::EqualEqual
                | TokenKind::BangEqual
                | TokenKind::Semicolon
        );
        infix || self.infix_word(ahead) && !self.nth_is_word(ahead, "in")
    }

    fn infix_word(&self, ahead: usize) -> bool {
        let kind = self.nth(ahead).kind;
        kind == TokenKind::BangWord
            || (kind == TokenKind::Identifier && super::names::is_operator_word(self.nth_word(ahead)))
                && !matches!(self.nth_word(ahead), "by" | "of")
    }
}

const fn is_literal(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Long | TokenKind::Real | TokenKind::String | TokenKind::Typed(_) | TokenKind::TimeSpan)
}
