//! `make-series`.
//!
//! <https://learn.microsoft.com/kusto/query/make-series-operator>

use super::parameters::Allowed;
use crate::ast::{ByClause, Expr, ExprKind, MakeSeries, NamedExpr, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn make_series(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&["kind"]));
        let aggregates = self.comma_list(Self::series_aggregate);
        self.expect_word("on");
        let axis = self.axis();
        let (mut from, mut to, mut to_inclusive) = (None, None, false);
        let step = if self.at_word("in") {
            self.bump();
            let range = self.postfix();
            to_inclusive = true;
            match range.kind {
                ExprKind::Call { name, arguments } if name.text == "range" && arguments.len() == 3 => {
                    let mut bounds = arguments.into_iter().map(|a| a.value);
                    from = bounds.next();
                    to = bounds.next();
                    bounds.next().unwrap_or_else(|| self.error_expr())
                }
                _ => {
                    self.error_over(range.span, "expected `range(start, stop, step)`");
                    self.error_expr()
                }
            }
        } else {
            from = self.eat_word("from").map(|_| self.expression());
            to = self.eat_word("to").map(|_| self.expression());
            self.expect_word("step");
            self.expression()
        };
        let by = self.eat_word("by").map(|_| ByClause { keys: self.comma_list(Self::named_expr) });
        OperatorKind::MakeSeries(Box::new(MakeSeries { aggregates, axis, from, to, step, to_inclusive, by }))
    }

    /// An operand, not a comparison: `in` comes behind it in the older form.
    fn axis(&mut self) -> NamedExpr {
        if self.name_length(0).is_some_and(|length| self.nth(length).kind == TokenKind::Equal) {
            let names = self.eat_name().into_iter().collect();
            self.bump();
            return NamedExpr { names, expr: self.signed() };
        }
        NamedExpr { names: Vec::new(), expr: self.signed() }
    }

    fn series_aggregate(&mut self) -> (NamedExpr, Option<Expr>) {
        let aggregate = self.named_expr();
        let has_default = self.at_word("default") && self.nth(1).kind == TokenKind::Equal;
        let default = has_default.then(|| {
            self.skip(2);
            self.expression()
        });
        (aggregate, default)
    }
}
