//! `sort`, `order` and `top`: expressions with an order.
//!
//! <https://learn.microsoft.com/kusto/query/sort-operator>, <https://learn.microsoft.com/kusto/query/top-operator>

use super::parameters::Allowed;
use crate::ast::{NullsOrder, OperatorKind, OperatorParameter, SortItem, SortOrder};
use crate::cursor::Cursor;
use crate::{Diagnostic, DiagnosticCode};

impl Cursor<'_> {
    pub(super) fn sort(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        self.expect_word("by");
        OperatorKind::Sort { by: self.comma_list(Self::sort_item) }
    }

    pub(super) fn top(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let count = self.expression();
        self.expect_word("by");
        OperatorKind::Top { count, by: vec![self.sort_item()] }
    }

    pub(super) fn sort_item(&mut self) -> SortItem {
        let expr = self.named_expr();
        let order = self.sort_order();
        let nulls = self.eat_word("nulls").and_then(|_| self.nulls_order());
        SortItem { expr, order, nulls }
    }

    fn sort_order(&mut self) -> Option<SortOrder> {
        let (count, span) = self.hyphenated()?;
        let order = match self.text_of(span) {
            "asc" => SortOrder::Ascending,
            "desc" => SortOrder::Descending,
            word @ ("granny-asc" | "granny-desc") => {
                let message = format!("the order `{word}` is not supported here");
                self.report(Diagnostic::error(DiagnosticCode::NotSupported, span, message));
                SortOrder::Ascending
            }
            _ => return None,
        };
        self.skip(count);
        Some(order)
    }

    fn nulls_order(&mut self) -> Option<NullsOrder> {
        if self.eat_word("first").is_some() {
            return Some(NullsOrder::First);
        }
        if self.eat_word("last").is_some() {
            return Some(NullsOrder::Last);
        }
        self.expected("`first` or `last`");
        None
    }
}
