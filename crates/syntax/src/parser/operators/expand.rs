//! `mv-expand`.
//!
//! <https://learn.microsoft.com/kusto/query/mv-expand-operator>

use super::parameters::Allowed;
use crate::ast::{ExprKind, MvExpandItem, Name, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn mv_expand(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&["kind", "bagexpansion", "with_itemindex"]));
        let items = self.comma_list(Self::expand_item);
        let limit = self.eat_word("limit").map(|_| self.expression());
        OperatorKind::MvExpand { items, limit }
    }

    pub(super) fn expand_item(&mut self) -> MvExpandItem {
        let expr = self.named_expr();
        let to_type = if self.eat_word("to").is_some() { self.expanded_type() } else { None };
        MvExpandItem { expr, to_type }
    }

    fn expanded_type(&mut self) -> Option<Name> {
        let span = self.peek().span;
        if let ExprKind::TypeOf(mut types) = self.postfix().kind
            && types.len() == 1
        {
            return types.pop().map(|item| item.type_name);
        }
        self.error_over(span, "expected `typeof(…)` with one type");
        None
    }
}
