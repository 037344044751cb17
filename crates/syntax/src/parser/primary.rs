//! Operands: literals, names, calls, parentheses, and the words that begin a form of their own.

use calypso_types::ScalarType;

use super::literals::datetime_of_today;
use super::names::is_operator_word;
use crate::ast::{Expr, ExprKind, Literal, Name, TypedName};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

impl Cursor<'_> {
    /// Takes one operand. A missing one is reported; nothing is taken then.
    pub(super) fn primary(&mut self) -> Expr {
        let start = self.start();
        let kind = match self.kind() {
            TokenKind::Identifier => self.word_operand(),
            TokenKind::LeftParen => return self.parenthesized(),
            TokenKind::LeftBracket => self.bracketed_name(),
            TokenKind::Star => {
                self.bump();
                ExprKind::Star
            }
            _ => self.literal_operand(),
        };
        Expr { kind, span: self.span_from(start) }
    }

    fn literal_operand(&mut self) -> ExprKind {
        if self.at(TokenKind::Typed(ScalarType::DateTime))
            && let Some(kind) = datetime_of_today(self.word(), self.peek().span)
        {
            self.bump();
            return kind;
        }
        if let Some(value) = self.unsigned_literal(false) {
            return ExprKind::Literal(Literal { value });
        }
        if self.at(TokenKind::Equal) {
            self.expected_with_hint("an expression", "to compare, write `==`");
        } else {
            self.expected("an expression");
        }
        ExprKind::Error
    }

    fn word_operand(&mut self) -> ExprKind {
        let next = self.nth(1).kind;
        let calls = next == TokenKind::LeftParen;
        match self.word() {
            "datatable" if calls => return self.data_table(),
            "externaldata" | "external_data" if calls => return self.external_data(),
            "typeof" if calls => return self.type_of(),
            "toscalar" | "totable" if next == TokenKind::Identifier => return self.scalar_call_with_kind(),
            word if is_operator_word(word) => return self.operator_word(),
            _ => {}
        }
        if let Some(value) = self.unsigned_literal(false) {
            return ExprKind::Literal(Literal { value });
        }
        let Some(name) = self.eat_name() else { return ExprKind::Error };
        if calls {
            return ExprKind::Call { name, arguments: self.arguments() };
        }
        if self.at_word("datascope") && self.nth(1).kind == TokenKind::Equal {
            self.data_scope();
        }
        ExprKind::Name(name.text)
    }

    /// `T datascope=all` is what `T` is anyway; less than everything cannot be asked for.
    fn data_scope(&mut self) {
        let start = self.start();
        self.skip(2);
        let scope = self.name("`all`");
        if scope.text != "all" {
            let span = self.span_from(start);
            self.report(Diagnostic::error(DiagnosticCode::NotSupported, span, "a narrower datascope is not supported"));
        }
    }

    /// `toscalar kind=nooptimization (…)`: the parameter only tells the optimizer to stay away.
    fn scalar_call_with_kind(&mut self) -> ExprKind {
        let Some(name) = self.eat_name() else { return ExprKind::Error };
        if self.at_word("kind") && self.nth(1).kind == TokenKind::Equal {
            self.skip(3);
        }
        if self.at(TokenKind::LeftParen) {
            ExprKind::Call { name, arguments: self.arguments() }
        } else {
            ExprKind::Name(name.text)
        }
    }

    /// A word that is an operator stands where an operand belongs: either the operand is missing, or a column has
    /// that name.
    fn operator_word(&mut self) -> ExprKind {
        let word = self.word();
        let as_name = matches!(
            self.nth(1).kind,
            TokenKind::EqualEqual | TokenKind::BangEqual | TokenKind::Comma | TokenKind::Bar | TokenKind::RightParen
        );
        if as_name {
            let message = format!("the name `{word}` needs brackets");
            let finding = Diagnostic::error(DiagnosticCode::Syntax, self.peek().span, message);
            self.report(finding.with_hint(format!("write `['{word}']`")));
            self.bump();
        } else {
            self.expected("an expression");
        }
        ExprKind::Error
    }

    fn bracketed_name(&mut self) -> ExprKind {
        if let Some(name) = self.eat_name() {
            return if self.at(TokenKind::LeftParen) {
                ExprKind::Call { name, arguments: self.arguments() }
            } else {
                ExprKind::Name(name.text)
            };
        }
        self.expected_with_hint("an expression", "an array literal is written `dynamic([…])`");
        ExprKind::Error
    }

    /// `(expression)`, `(T | where …)`, or a list `(a, b)`.
    pub(super) fn parenthesized(&mut self) -> Expr {
        let start = self.bump().span.start;
        let items = self.nested(|cursor| cursor.comma_list(Self::pipe_expression));
        self.close(TokenKind::RightParen, "`)`");
        match items {
            Some(mut items) if items.len() == 1 => items.pop().unwrap_or_else(|| self.error_expr()),
            Some(items) => Expr { kind: ExprKind::List(items), span: self.span_from(start) },
            None => self.error_expr(),
        }
    }

    /// `typeof(long)`, `typeof(a:long, b:string)`, `typeof(*, a:long)`. A bare type has an empty name; `*` is both
    /// name and type.
    fn type_of(&mut self) -> ExprKind {
        self.skip(2);
        let types = self.comma_list(|cursor| {
            if let Some(star) = cursor.eat(TokenKind::Star) {
                let name = Name { text: "*".to_owned(), span: star.span };
                return TypedName { name: name.clone(), type_name: name };
            }
            let name = cursor.name("a type");
            if cursor.eat(TokenKind::Colon).is_some() {
                return TypedName { name, type_name: cursor.name("a type") };
            }
            TypedName { name: Name { text: String::new(), span: name.span }, type_name: name }
        });
        self.close(TokenKind::RightParen, "`)`");
        ExprKind::TypeOf(types)
    }
}
