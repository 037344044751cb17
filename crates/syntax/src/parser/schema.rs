//! `(name:type, …)`: the columns of a data table, of a tabular parameter, of a type.

use crate::ast::TypedName;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// Takes `(a:int, b:string)`. A comma may lead or trail.
    pub(crate) fn row_schema(&mut self) -> Vec<TypedName> {
        let mut columns = Vec::new();
        if self.expect(TokenKind::LeftParen, "`(` and the columns' names and types").is_none() {
            return columns;
        }
        self.eat(TokenKind::Comma);
        while !self.at(TokenKind::RightParen) && !self.at_end() {
            columns.push(self.typed_name());
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.close(TokenKind::RightParen, "`,` or `)`");
        columns
    }

    /// Takes `name:type`.
    pub(crate) fn typed_name(&mut self) -> TypedName {
        let name = self.name("a column's name");
        self.expect(TokenKind::Colon, "`:` and a type");
        TypedName { name, type_name: self.name("a type") }
    }
}
