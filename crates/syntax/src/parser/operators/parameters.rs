//! `name=value` between an operator's keyword and its body: hints, kinds, switches.

use calypso_types::Scalar;

use crate::Span;
use crate::ast::{Expr, ExprKind, Literal, Name, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Which names may stand before `=`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Allowed {
    /// Only `hint.…` and the listed ones: the body itself may begin with `name=`.
    Only(&'static [&'static str]),
    /// Any: the body never begins with `name=`.
    Any,
}

impl Cursor<'_> {
    /// Takes every parameter that comes next.
    pub(super) fn parameters(&mut self, allowed: Allowed) -> Vec<OperatorParameter> {
        let mut parameters = Vec::new();
        while let Some(count) = self.parameter_name(allowed) {
            let start = self.start();
            self.skip(count);
            let span = self.span_from(start);
            let name = Name { text: self.text_of(span).to_owned(), span };
            self.bump();
            parameters.push(OperatorParameter { name, value: self.parameter_value() });
        }
        parameters
    }

    /// Counts the tokens of a parameter's name that stands before `=`.
    fn parameter_name(&self, allowed: Allowed) -> Option<usize> {
        if !self.at(TokenKind::Identifier) {
            return None;
        }
        let hint = self.at_word("hint") && self.nth(1).kind == TokenKind::Dot;
        let count = if hint { 3 } else { 1 };
        let fits = match allowed {
            Allowed::Any => true,
            Allowed::Only(names) => hint || names.contains(&self.word()),
        };
        (fits && self.nth(count).kind == TokenKind::Equal).then_some(count)
    }

    /// Takes a literal, or a bare word, which is a string.
    pub(super) fn parameter_value(&mut self) -> Expr {
        let start = self.start();
        if let Some(literal) = self.literal() {
            return Expr { kind: ExprKind::Literal(literal), span: self.span_from(start) };
        }
        match self.eat_name() {
            Some(name) => string_expr(name.text, name.span),
            None => {
                self.expected("a value");
                self.error_expr()
            }
        }
    }
}

/// A string literal that stands for a bare word.
pub(super) fn string_expr(text: String, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Literal { value: Scalar::String(text) }), span }
}

/// A literal that stands for a word of the language.
pub(super) fn bool_expr(value: bool, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Literal { value: Scalar::Bool(value) }), span }
}

/// Returns the text of a parameter's value, if it is a string.
pub(super) fn text_value(parameter: &OperatorParameter) -> Option<&str> {
    match &parameter.value.kind {
        ExprKind::Literal(Literal { value: Scalar::String(text) }) => Some(text),
        _ => None,
    }
}
