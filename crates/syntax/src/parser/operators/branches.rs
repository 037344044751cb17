//! Operators with a subquery in parentheses: `mv-apply`, `partition`, `fork`, `facet`.

use super::parameters::Allowed;
use crate::ast::{Expr, ExprKind, ForkBranch, Name, Operator, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// <https://learn.microsoft.com/kusto/query/mv-apply-operator>
    pub(super) fn mv_apply(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&["kind", "bagexpansion", "with_itemindex"]));
        let items = self.comma_list(Self::expand_item);
        let limit = self.eat_word("limit").map(|_| self.expression());
        if self.at_word("id") {
            let message = "`mv-apply … id` is not supported";
            let span = self.peek().span;
            self.report(crate::Diagnostic::error(crate::DiagnosticCode::NotSupported, span, message));
            self.bump();
            self.expression();
        }
        self.expect_word("on");
        OperatorKind::MvApply { items, limit, body: self.subquery() }
    }

    /// <https://learn.microsoft.com/kusto/query/partition-operator>
    pub(super) fn partition(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        self.expect_word("by");
        // A name before the subquery's parenthesis is a column, not a call.
        let by = match self.name_length(0).filter(|length| self.nth(*length).kind == TokenKind::LeftParen) {
            Some(_) => {
                let name = self.name("a column's name");
                Expr { kind: ExprKind::Name(name.text), span: name.span }
            }
            None => self.postfix(),
        };
        if self.at(TokenKind::LeftBrace) {
            return self.partition_with_source(by);
        }
        OperatorKind::Partition { by, body: self.subquery() }
    }

    fn partition_with_source(&mut self, by: Expr) -> OperatorKind {
        let span = by.span;
        let key = match by.kind {
            ExprKind::Name(text) => Name { text, span },
            _ => {
                let message = "`partition` with braces goes by a column";
                self.report(crate::Diagnostic::error(crate::DiagnosticCode::Semantic, span, message));
                Name { text: String::new(), span }
            }
        };
        self.bump();
        let query = self.nested(Self::pipe_expression).unwrap_or_else(|| self.error_expr());
        self.close(TokenKind::RightBrace, "`|` or `}`");
        OperatorKind::PartitionWithSource { key, query: Box::new(query) }
    }

    /// <https://learn.microsoft.com/kusto/query/fork-operator>
    pub(super) fn fork(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let mut branches = Vec::new();
        loop {
            let named = self.name_length(0).is_some_and(|length| self.nth(length).kind == TokenKind::Equal);
            let name = if named { self.eat_name() } else { None };
            if named {
                self.bump();
            }
            if !self.at(TokenKind::LeftParen) {
                break;
            }
            branches.push(ForkBranch { name, operators: self.subquery() });
        }
        if branches.is_empty() {
            self.expected("`(` and a subquery");
        }
        OperatorKind::Fork { branches }
    }

    /// <https://learn.microsoft.com/kusto/query/facet-operator>
    pub(super) fn facet(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        self.expect_word("by");
        let by = self.comma_list(|cursor| cursor.name("a column's name"));
        let with = if self.eat_word("with").is_some() { self.subquery() } else { Vec::new() };
        OperatorKind::Facet { by, with }
    }

    /// Takes `(operator | operator …)`, whose input is that of the operator around it.
    pub(super) fn subquery(&mut self) -> Vec<Operator> {
        if self.expect(TokenKind::LeftParen, "`(` and a subquery").is_none() {
            return Vec::new();
        }
        let operators = self.nested(Self::subquery_operators).unwrap_or_default();
        self.close(TokenKind::RightParen, "`|` or `)`");
        operators
    }

    fn subquery_operators(&mut self) -> Vec<Operator> {
        let mut operators = Vec::new();
        if !self.at(TokenKind::Bar) && !self.at(TokenKind::RightParen) {
            operators.extend(self.operator());
        }
        operators.extend(self.piped_operators());
        operators
    }
}
