//! `parse` and `parse-where`.
//!
//! <https://learn.microsoft.com/kusto/query/parse-operator>, <https://learn.microsoft.com/kusto/query/parse-where-operator>

use super::parameters::{Allowed, string_expr, text_value};
use crate::ast::{OperatorKind, OperatorParameter, ParseKind, ParsePart};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn parse_operator(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        self.parse_body(parameters, false)
    }

    pub(super) fn parse_where(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        self.parse_body(parameters, true)
    }

    fn parse_body(&mut self, parameters: &mut Vec<OperatorParameter>, filter: bool) -> OperatorKind {
        let kind = self.parse_kind(parameters);
        let input = self.expression();
        self.expect_word("with");
        let mut parts = Vec::new();
        while let Some(part) = self.parse_part() {
            parts.push(part);
        }
        if parts.is_empty() {
            self.expected("a pattern of `*`, strings and columns");
        }
        OperatorKind::Parse { kind, input, parts, filter }
    }

    /// Takes the parameters and picks `kind` and `flags` out of them.
    fn parse_kind(&mut self, parameters: &mut Vec<OperatorParameter>) -> ParseKind {
        let mut kind = ParseKind::Simple;
        let mut flags = String::new();
        for parameter in self.parameters(Allowed::Any) {
            let text = text_value(&parameter).unwrap_or_default();
            match (parameter.name.text.as_str(), text) {
                ("kind", "simple") => kind = ParseKind::Simple,
                ("kind", "relaxed") => kind = ParseKind::Relaxed,
                ("kind", "regex") => kind = ParseKind::Regex { flags: String::new() },
                ("kind", _) => self.error_over(parameter.value.span, "the kind of `parse` is simple, relaxed or regex"),
                ("flags", text) => flags = text.to_owned(),
                _ => parameters.push(parameter),
            }
        }
        if let ParseKind::Regex { flags: of_regex } = &mut kind {
            *of_regex = flags;
        }
        kind
    }

    fn parse_part(&mut self) -> Option<ParsePart> {
        match self.kind() {
            TokenKind::Star => {
                self.bump();
                Some(ParsePart::Star)
            }
            TokenKind::String => {
                let start = self.start();
                let text = self.string_literal();
                Some(ParsePart::Text(string_expr(text, self.span_from(start))))
            }
            TokenKind::Identifier | TokenKind::LeftBracket => {
                let name = self.eat_name()?;
                let type_name = self.eat(TokenKind::Colon).map(|_| self.name("a type"));
                Some(ParsePart::Column { name, type_name })
            }
            _ => None,
        }
    }
}
