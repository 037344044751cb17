//! Tables written into the query: `datatable` and `externaldata`.

use crate::Span;
use crate::ast::{DataTable, Expr, ExprKind, Name, Operator, OperatorKind};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// `datatable (a:int, b:string) [1, "x", …]`.
    /// <https://learn.microsoft.com/kusto/query/datatable-operator>
    pub(super) fn data_table(&mut self) -> ExprKind {
        self.bump();
        let columns = self.row_schema();
        let mut values = Vec::new();
        if self.expect(TokenKind::LeftBracket, "`[` and the values").is_some() {
            values = self.nested(Self::data_table_values).unwrap_or_default();
            self.close(TokenKind::RightBracket, "`,` or `]`");
        }
        ExprKind::DataTable(Box::new(DataTable { columns, values }))
    }

    fn data_table_values(&mut self) -> Vec<Expr> {
        let mut values = Vec::new();
        while !self.at(TokenKind::RightBracket) && !self.at_end() {
            values.push(self.expression());
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        values
    }

    /// `externaldata (a:int) [@"https://…"] with (format="csv")` has no tree yet; its parts are skipped.
    pub(super) fn external_data(&mut self) -> ExprKind {
        let start = self.start();
        let name = Name { text: self.word().to_owned(), span: self.peek().span };
        self.bump();
        self.row_schema();
        if self.expect(TokenKind::LeftBracket, "`[` and the addresses").is_some() {
            self.skip_until(|_| false);
            self.expect(TokenKind::RightBracket, "`]`");
        }
        if self.at_word("with") && self.nth(1).kind == TokenKind::LeftParen {
            self.skip(2);
            self.skip_until(|_| false);
            self.expect(TokenKind::RightParen, "`)`");
        }
        self.unsupported_source(name, start)
    }

    /// An operator that stands first and has no tree yet.
    pub(super) fn unsupported_source(&self, name: Name, start: usize) -> ExprKind {
        let span = Span::new(start, self.previous_end());
        ExprKind::Source(Box::new(Operator { kind: OperatorKind::Unsupported { name }, span, parameters: Vec::new() }))
    }
}
