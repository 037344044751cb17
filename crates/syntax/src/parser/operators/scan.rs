//! `scan`: a sequence of steps over ordered rows.
//!
//! <https://learn.microsoft.com/kusto/query/scan-operator>

use super::parameters::Allowed;
use crate::ast::{Expr, Name, OperatorKind, OperatorParameter, Scan, ScanStep, TypedName};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn scan(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Any);
        let mut scan = Scan { partition_by: Vec::new(), order_by: Vec::new(), declared: Vec::new(), steps: Vec::new() };
        loop {
            if self.at_word("partition") && self.nth_is_word(1, "by") {
                self.skip(2);
                scan.partition_by = self.comma_list(Self::named_expr);
            } else if self.at_word("order") && self.nth_is_word(1, "by") {
                self.skip(2);
                scan.order_by = self.comma_list(Self::sort_item);
            } else if self.eat_word("declare").is_some() {
                scan.declared = self.scan_declarations();
            } else {
                break;
            }
        }
        self.expect_word("with");
        if self.expect(TokenKind::LeftParen, "`(` and the steps").is_some() {
            scan.steps = self.nested(Self::scan_steps).unwrap_or_default();
            self.close(TokenKind::RightParen, "`step` or `)`");
        }
        OperatorKind::Scan(Box::new(scan))
    }

    fn scan_declarations(&mut self) -> Vec<(TypedName, Option<Expr>)> {
        let mut declared = Vec::new();
        if self.expect(TokenKind::LeftParen, "`(` and the columns").is_none() {
            return declared;
        }
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            let column = self.typed_name();
            let default = self.eat(TokenKind::Equal).map(|_| self.expression());
            declared.push((column, default));
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
        declared
    }

    fn scan_steps(&mut self) -> Vec<ScanStep> {
        let mut steps = Vec::new();
        while self.eat_word("step").is_some() {
            steps.push(self.scan_step());
            if self.eat(TokenKind::Semicolon).is_none() {
                break;
            }
        }
        if steps.is_empty() {
            self.expected("`step`");
        }
        steps
    }

    fn scan_step(&mut self) -> ScanStep {
        let name = self.name("the step's name");
        let optional = self.eat_word("optional").is_some();
        let output = (self.at_word("output") && self.nth(1).kind == TokenKind::Equal).then(|| {
            self.skip(2);
            self.name("`all`, `last` or `none`")
        });
        self.expect(TokenKind::Colon, "`:` and a condition");
        let condition = self.expression();
        let assigns = self.eat(TokenKind::FatArrow).is_some();
        let assignments = if assigns { self.comma_list(Self::scan_assignment) } else { Vec::new() };
        ScanStep { name, optional, output, condition, assignments }
    }

    fn scan_assignment(&mut self) -> (Name, Expr) {
        let name = self.name("a declared column");
        self.expect(TokenKind::Equal, "`=` and a value");
        (name, self.expression())
    }
}
