//! `evaluate`, `parse-kv` and `project-by-names`.

use super::parameters::Allowed;
use crate::ast::{OperatorKind, OperatorParameter, PluginSchema};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// <https://learn.microsoft.com/kusto/query/evaluate-operator>
    pub(super) fn evaluate(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        let plugin = self.name("a plugin's name");
        let arguments = if self.at(TokenKind::LeftParen) {
            self.arguments()
        } else {
            self.expected("`(` and the plugin's arguments");
            Vec::new()
        };
        let schema = self.eat(TokenKind::Colon).map(|_| self.plugin_schema());
        OperatorKind::Evaluate { plugin, arguments, schema }
    }

    /// Takes `(*, a:long, b:string)`.
    fn plugin_schema(&mut self) -> PluginSchema {
        let mut schema = PluginSchema { with_input: false, columns: Vec::new() };
        if self.expect(TokenKind::LeftParen, "`(` and the columns' names and types").is_none() {
            return schema;
        }
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            if self.eat(TokenKind::Star).is_some() {
                schema.with_input = true;
            } else {
                schema.columns.push(self.typed_name());
            }
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
        schema
    }

    /// <https://learn.microsoft.com/kusto/query/parse-kv-operator>
    pub(super) fn parse_kv(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let input = self.expression();
        self.expect_word("as");
        let columns = self.row_schema();
        let mut properties = Vec::new();
        if self.eat_word("with").is_some() && self.expect(TokenKind::LeftParen, "`(` and properties").is_some() {
            properties = self.parameters_in_parentheses();
        }
        OperatorKind::ParseKv { input, columns, properties }
    }

    fn parameters_in_parentheses(&mut self) -> Vec<OperatorParameter> {
        let mut properties = Vec::new();
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            let name = self.name("a property's name");
            self.expect(TokenKind::Equal, "`=`");
            properties.push(OperatorParameter { name, value: self.parameter_value() });
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
        properties
    }

    /// <https://learn.microsoft.com/kusto/query/project-by-names-operator>
    pub(super) fn project_by_names(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        let columns = if self.ends_body() { Vec::new() } else { self.comma_list(Self::expression) };
        OperatorKind::ProjectByNames { columns }
    }
}
