//! `union`.
//!
//! <https://learn.microsoft.com/kusto/query/union-operator>

use super::parameters::Allowed;
use crate::ast::{Expr, ExprKind, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn union(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        OperatorKind::Union { tables: self.comma_list(Self::union_table) }
    }

    /// A table, a pattern of names (`T*`), a call, or a pipeline in parentheses.
    pub(super) fn union_table(&mut self) -> Expr {
        if self.wildcard_length() > 0
            && let Some(pattern) = self.eat_pattern()
        {
            return Expr { kind: ExprKind::Name(pattern.name.text), span: pattern.name.span };
        }
        if self.at(TokenKind::LeftParen) { self.parenthesized() } else { self.postfix() }
    }
}
