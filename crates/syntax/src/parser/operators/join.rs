//! `join` and `lookup`.
//!
//! <https://learn.microsoft.com/kusto/query/join-operator>, <https://learn.microsoft.com/kusto/query/lookup-operator>

use super::parameters::{Allowed, text_value};
use crate::ast::{Expr, JoinKind, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

impl Cursor<'_> {
    pub(super) fn join(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        let kind = self.join_kind(parameters, join_kind).unwrap_or(JoinKind::InnerUnique);
        let right = Box::new(self.expression());
        OperatorKind::Join { kind, right, on: self.join_keys() }
    }

    pub(super) fn lookup(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        let kind = self.join_kind(parameters, lookup_kind).unwrap_or(JoinKind::LeftOuter);
        let right = Box::new(self.expression());
        OperatorKind::Lookup { kind, right, on: self.join_keys() }
    }

    /// Takes the parameters and picks `kind` out of them.
    fn join_kind(
        &mut self,
        parameters: &mut Vec<OperatorParameter>,
        of: fn(&str) -> Option<JoinKind>,
    ) -> Option<JoinKind> {
        let mut kind = None;
        for parameter in self.parameters(Allowed::Any) {
            if parameter.name.text != "kind" {
                parameters.push(parameter);
                continue;
            }
            kind = text_value(&parameter).and_then(of);
            if kind.is_none() {
                let finding = Diagnostic::error(DiagnosticCode::Syntax, parameter.value.span, "unknown kind of join");
                self.report(finding.with_hint("`lookup` knows leftouter and inner; `join` knows also innerunique, rightouter, fullouter, leftsemi, rightsemi, leftanti, rightanti"));
            }
        }
        kind
    }

    fn join_keys(&mut self) -> Vec<Expr> {
        if self.eat_word("on").is_some() {
            return if self.ends_body() { Vec::new() } else { self.comma_list(Self::expression) };
        }
        if self.at_word("where") {
            let finding =
                Diagnostic::error(DiagnosticCode::NotSupported, self.peek().span, "`join … where` is not supported");
            self.report(finding.with_hint("join with `on`, and filter with `| where` behind the join"));
            self.bump();
            self.expression();
            return Vec::new();
        }
        if self.at(TokenKind::Bar) {
            self.expected_with_hint(
                "`on` and the columns to join by",
                "put parentheses around the right side of the join",
            );
        } else {
            self.expected("`on` and the columns to join by");
        }
        Vec::new()
    }
}

fn join_kind(word: &str) -> Option<JoinKind> {
    Some(match word {
        "innerunique" => JoinKind::InnerUnique,
        "inner" => JoinKind::Inner,
        "leftouter" => JoinKind::LeftOuter,
        "rightouter" => JoinKind::RightOuter,
        "fullouter" => JoinKind::FullOuter,
        "leftsemi" => JoinKind::LeftSemi,
        "rightsemi" => JoinKind::RightSemi,
        "leftanti" | "leftantisemi" | "anti" => JoinKind::LeftAnti,
        "rightanti" | "rightantisemi" => JoinKind::RightAnti,
        _ => return None,
    })
}

fn lookup_kind(word: &str) -> Option<JoinKind> {
    join_kind(word).filter(|kind| matches!(kind, JoinKind::LeftOuter | JoinKind::Inner))
}
