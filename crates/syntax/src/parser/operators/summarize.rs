//! `summarize`.
//!
//! <https://learn.microsoft.com/kusto/query/summarize-operator>

use super::parameters::Allowed;
use crate::ast::{ByClause, NamedExpr, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn summarize(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let aggregates =
            if self.at_word("by") || self.ends_body() { Vec::new() } else { self.comma_list(Self::named_expr) };
        let by = self.eat_word("by").map(|_| ByClause { keys: self.keys() });
        OperatorKind::Summarize { aggregates, by }
    }

    fn keys(&mut self) -> Vec<NamedExpr> {
        self.comma_list(Self::named_expr)
    }
}
