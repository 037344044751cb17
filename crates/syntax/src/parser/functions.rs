//! User-defined functions: parameters and bodies.
//!
//! <https://learn.microsoft.com/kusto/query/functions/user-defined-functions>

use super::statements::Block;
use crate::ast::{FunctionBody, FunctionParameter, Literal, Name, ParameterType};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// Says whether a function comes next: `(a:int) {`, `() {`, `view (…) {`.
    pub(super) fn at_function(&self) -> bool {
        let open = usize::from(self.at_word("view"));
        if self.nth(open).kind != TokenKind::LeftParen {
            return false;
        }
        if self.nth(open + 1).kind == TokenKind::RightParen {
            return true;
        }
        let length = self.name_length(open + 1);
        length.is_some_and(|length| self.nth(open + 1 + length).kind == TokenKind::Colon)
    }

    /// Takes a function; `at_function` has said that one comes next.
    pub(crate) fn function(&mut self) -> FunctionBody {
        let view = self.eat_word("view").is_some();
        let parameters = self.function_parameters();
        self.function_body(parameters, view)
    }

    /// Takes `{ statements }`.
    pub(super) fn function_body(&mut self, parameters: Vec<FunctionParameter>, view: bool) -> FunctionBody {
        let start = self.start();
        let mut body = Vec::new();
        if self.expect(TokenKind::LeftBrace, "`{` and the function's body").is_some() {
            body = self.nested(|cursor| cursor.block(Block::Function)).unwrap_or_default();
            self.expect(TokenKind::RightBrace, "`}`");
        }
        FunctionBody { parameters, view, body, body_span: self.span_from(start) }
    }

    /// Takes `(a:int, b:string="x", T:(*))`.
    pub(crate) fn function_parameters(&mut self) -> Vec<FunctionParameter> {
        let mut parameters = Vec::new();
        if self.expect(TokenKind::LeftParen, "`(` and the parameters").is_none() {
            return parameters;
        }
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            parameters.push(self.function_parameter());
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
        parameters
    }

    fn function_parameter(&mut self) -> FunctionParameter {
        let name = self.name("a parameter's name");
        self.expect(TokenKind::Colon, "`:` and a type");
        let parameter_type = if self.at(TokenKind::LeftParen) {
            self.tabular_type()
        } else {
            ParameterType::Scalar(self.name("a type"))
        };
        FunctionParameter { name, parameter_type, default: self.default_value() }
    }

    fn tabular_type(&mut self) -> ParameterType {
        if self.nth(1).kind == TokenKind::Star {
            self.skip(2);
            self.close(TokenKind::RightParen, "`)`");
            return ParameterType::Tabular { columns: Vec::new(), any: true };
        }
        ParameterType::Tabular { columns: self.row_schema(), any: false }
    }

    /// Takes `= literal` if it comes next.
    pub(super) fn default_value(&mut self) -> Option<Literal> {
        self.eat(TokenKind::Equal)?;
        let literal = self.literal();
        if literal.is_none() {
            self.expected_with_hint("a literal", "a default value is a constant without calls");
        }
        literal
    }

    /// Takes `name:type`, as a query parameter has it.
    pub(super) fn typed_parameter(&mut self) -> (Name, Name) {
        let name = self.name("a parameter's name");
        self.expect(TokenKind::Colon, "`:` and a type");
        (name, self.name("a type"))
    }
}
