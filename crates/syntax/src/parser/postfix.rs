//! What follows an operand: members, elements, and calls on a path.

use crate::ast::{Expr, ExprKind, Name};
use crate::cursor::Cursor;
use crate::lexer::{TokenKind, string};

impl Cursor<'_> {
    /// Takes an operand and its path: `a.b["c"][0]`, `database("d").T`.
    pub(super) fn postfix(&mut self) -> Expr {
        let mut expr = self.primary();
        while !matches!(expr.kind, ExprKind::Error) {
            expr = match self.kind() {
                TokenKind::Dot => self.member(expr),
                TokenKind::LeftBracket => self.element(expr),
                _ => break,
            };
            if !self.lengthen() {
                break;
            }
        }
        expr
    }

    fn member(&mut self, target: Expr) -> Expr {
        let start = target.span.start;
        self.bump();
        if self.at(TokenKind::LeftBracket) {
            return self.element(target);
        }
        let target = Box::new(target);
        let name = self.path_name();
        let kind = if self.at(TokenKind::LeftParen) && !name.text.is_empty() {
            ExprKind::MethodCall { target, name, arguments: self.arguments() }
        } else {
            ExprKind::Path { target, member: name }
        };
        Expr { kind, span: self.span_from(start) }
    }

    /// A member may be a wildcard behind `database(…)`; a lone `*` there is not a product.
    fn path_name(&mut self) -> Name {
        if self.at(TokenKind::Star) || (self.wildcard_length() > 0 && self.nth(1).kind == TokenKind::Star) {
            return self.eat_pattern().map_or_else(|| self.missing_name(), |pattern| pattern.name);
        }
        self.name("a member's name")
    }

    /// `[index]`; a literal string is a member by another spelling.
    fn element(&mut self, target: Expr) -> Expr {
        let start = target.span.start;
        let target = Box::new(target);
        self.bump();
        if self.at(TokenKind::String) && self.nth(1).kind == TokenKind::RightBracket {
            let member = Name { text: string::value(self.word()), span: self.peek().span };
            self.skip(2);
            return Expr { kind: ExprKind::Path { target, member }, span: self.span_from(start) };
        }
        let index = self.nested(Self::expression);
        self.close(TokenKind::RightBracket, "`]`");
        let index = Box::new(index.unwrap_or_else(|| self.error_expr()));
        Expr { kind: ExprKind::Index { target, index }, span: self.span_from(start) }
    }
}
