//! `render`, with its properties in `with (…)` or in the older form behind the chart.
//!
//! <https://learn.microsoft.com/kusto/query/render-operator>

use super::parameters::string_expr;
use crate::ast::{Expr, Name, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Properties whose value is an expression.
const TEXT_PROPERTIES: [&str; 3] = ["title", "xtitle", "ytitle"];
/// Properties whose value is a list of columns; it comes out as one string, separated by commas.
const LIST_PROPERTIES: [&str; 3] = ["ycolumns", "series", "anomalycolumns"];
/// Properties of the older form.
const OLD_PROPERTIES: [&str; 3] = ["kind", "title", "accumulate"];

impl Cursor<'_> {
    pub(super) fn render(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let chart = self.name("a visualization, such as `timechart`");
        let mut properties = self.old_properties();
        if self.eat_word("with").is_some() {
            self.new_properties(&mut properties);
        }
        OperatorKind::Render { chart, properties }
    }

    /// `title="x" kind=stacked by a, b with "y"`.
    fn old_properties(&mut self) -> Vec<OperatorParameter> {
        let mut properties = Vec::new();
        loop {
            if OLD_PROPERTIES.contains(&self.word()) && self.nth(1).kind == TokenKind::Equal {
                properties.push(self.render_property());
            } else if self.at_word("by") {
                let Some(name) = self.eat_name() else { break };
                properties.push(OperatorParameter { name, value: self.name_list() });
            } else if self.at_word("with") && self.nth(1).kind == TokenKind::String {
                let Some(name) = self.eat_name() else { break };
                properties.push(OperatorParameter { name, value: self.parameter_value() });
            } else {
                break;
            }
        }
        properties
    }

    fn new_properties(&mut self, properties: &mut Vec<OperatorParameter>) {
        if self.expect(TokenKind::LeftParen, "`(` and properties").is_none() {
            return;
        }
        self.eat(TokenKind::Comma);
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            properties.push(self.render_property());
            // The service takes a missing comma between properties.
            if self.eat(TokenKind::Comma).is_none() && self.nth(1).kind != TokenKind::Equal {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
    }

    fn render_property(&mut self) -> OperatorParameter {
        let name = self.name("a property's name");
        self.expect(TokenKind::Equal, "`=`");
        let value = match name.text.as_str() {
            text if TEXT_PROPERTIES.contains(&text) => self.text_property(),
            text if LIST_PROPERTIES.contains(&text) => self.name_list(),
            _ => self.parameter_value(),
        };
        OperatorParameter { name, value }
    }

    /// A string, a bare word, or a call such as `strcat(…)`.
    fn text_property(&mut self) -> Expr {
        if self.at(TokenKind::Identifier) && matches!(self.nth(1).kind, TokenKind::LeftParen | TokenKind::Dot) {
            self.signed()
        } else {
            self.parameter_value()
        }
    }

    /// `a, b, ['c d']`, up to a comma that begins the next property.
    fn name_list(&mut self) -> Expr {
        let start = self.start();
        let mut names: Vec<String> = Vec::new();
        loop {
            let Name { text, .. } = self.name("a column's name");
            names.push(text);
            let next_property = self.name_length(1).is_some_and(|length| self.nth(1 + length).kind == TokenKind::Equal);
            if !self.at(TokenKind::Comma) || next_property {
                break;
            }
            self.bump();
        }
        string_expr(names.join(","), self.span_from(start))
    }
}
