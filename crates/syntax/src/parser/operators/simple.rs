//! Operators whose body is one expression, one name, or nothing.

use super::parameters::Allowed;
use crate::ast::{ExprKind, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

impl Cursor<'_> {
    /// <https://learn.microsoft.com/kusto/query/as-operator>
    pub(super) fn as_operator(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        OperatorKind::As { name: self.name("a name") }
    }

    /// <https://learn.microsoft.com/kusto/query/consume-operator>
    pub(super) fn consume(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        OperatorKind::Consume
    }

    /// <https://learn.microsoft.com/kusto/query/count-operator>
    pub(super) fn count(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        if let Some(token) = self.eat_word("as") {
            self.name("a name");
            let message = "`count as` is not supported";
            let finding = Diagnostic::error(DiagnosticCode::NotSupported, token.span, message);
            self.report(finding.with_hint("write `summarize Name = count()`"));
        }
        OperatorKind::Count
    }

    /// <https://learn.microsoft.com/kusto/query/getschema-operator>
    pub(super) fn getschema(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        OperatorKind::GetSchema
    }

    /// <https://learn.microsoft.com/kusto/query/invoke-operator>
    pub(super) fn invoke(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let function = self.postfix();
        if matches!(function.kind, ExprKind::Call { .. } | ExprKind::MethodCall { .. } | ExprKind::Error) {
            return OperatorKind::Invoke { function };
        }
        let finding = Diagnostic::error(DiagnosticCode::Syntax, function.span, "expected a call of a function");
        self.report(finding.with_hint("write the function with parentheses: `invoke f()`"));
        OperatorKind::Invoke { function }
    }

    /// <https://learn.microsoft.com/kusto/query/range-operator>
    pub(super) fn range(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let column = self.name("a column's name");
        self.expect_word("from");
        let from = self.expression();
        self.expect_word("to");
        let to = self.expression();
        self.expect_word("step");
        OperatorKind::Range { column, from, to, step: self.expression() }
    }

    /// <https://learn.microsoft.com/kusto/query/sample-operator>
    pub(super) fn sample(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        OperatorKind::Sample { count: self.expression() }
    }

    /// <https://learn.microsoft.com/kusto/query/sample-distinct-operator>
    pub(super) fn sample_distinct(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let count = self.expression();
        self.expect_word("of");
        OperatorKind::SampleDistinct { count, of: self.expression() }
    }

    /// <https://learn.microsoft.com/kusto/query/take-operator>
    pub(super) fn take(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        OperatorKind::Take { count: self.expression() }
    }

    /// <https://learn.microsoft.com/kusto/query/where-operator>
    pub(super) fn where_operator(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let predicate = self.expression();
        if self.at(TokenKind::Equal) {
            self.expected_with_hint("`|`", "to compare, write `==`");
        }
        OperatorKind::Where { predicate }
    }
}
