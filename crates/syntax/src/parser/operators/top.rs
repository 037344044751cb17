//! `top-nested` and `top-hitters`.
//!
//! <https://learn.microsoft.com/kusto/query/top-nested-operator>,
//! <https://learn.microsoft.com/kusto/query/top-hitters-operator>

use super::parameters::Allowed;
use crate::ast::{OperatorKind, OperatorParameter, SortOrder, TopNestedLevel};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn top_hitters(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let count = self.expression();
        self.expect_word("of");
        let of = self.named_expr();
        let by = self.eat_word("by").map(|_| self.expression());
        OperatorKind::TopHitters { count, of, by }
    }

    pub(super) fn top_nested(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let mut levels = vec![self.top_nested_level()];
        while self.eat(TokenKind::Comma).is_some() {
            if self.hyphenated().is_some_and(|(_, span)| self.text_of(span) == "top-nested") {
                self.skip(3);
            }
            levels.push(self.top_nested_level());
        }
        OperatorKind::TopNested { levels }
    }

    fn top_nested_level(&mut self) -> TopNestedLevel {
        let count = if self.at_word("of") { None } else { Some(self.expression()) };
        self.expect_word("of");
        let of = self.named_expr();
        let others = (self.at_word("with") && self.nth_is_word(1, "others")).then(|| {
            self.skip(2);
            self.expect(TokenKind::Equal, "`=`");
            self.expression()
        });
        self.expect_word("by");
        let by = self.named_expr();
        let order = if self.eat_word("asc").is_some() {
            Some(SortOrder::Ascending)
        } else {
            self.eat_word("desc").map(|_| SortOrder::Descending)
        };
        TopNestedLevel { count, of, others, by, order }
    }
}
