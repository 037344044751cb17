//! `declare pattern`: bodies chosen by literal arguments.
//!
//! <https://learn.microsoft.com/kusto/query/pattern-statement>

use crate::ast::{Expr, Pattern, PatternCase, Statement};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    /// Takes `declare pattern name = (a:string)[path:string] { ("x").["y"] = { … }; }`, or a bare declaration.
    pub(super) fn pattern_statement(&mut self) -> Statement {
        let start = self.start();
        self.skip(2);
        let name = self.name("the pattern's name");
        let mut cases = Vec::new();
        if self.eat(TokenKind::Equal).is_some() {
            self.row_schema();
            if self.at(TokenKind::LeftBracket) {
                self.bump();
                self.typed_name();
                self.close(TokenKind::RightBracket, "`]`");
            }
            if self.expect(TokenKind::LeftBrace, "`{` and the patterns").is_some() {
                cases = self.pattern_cases();
                self.expect(TokenKind::RightBrace, "`}`");
            }
        }
        Statement::Pattern { pattern: Pattern { name, cases }, span: self.span_from(start) }
    }

    fn pattern_cases(&mut self) -> Vec<PatternCase> {
        let mut cases = Vec::new();
        while self.at(TokenKind::LeftParen) {
            let arguments: Vec<Expr> = self.arguments().into_iter().map(|a| a.value).collect();
            let path = self.eat(TokenKind::Dot).map(|_| self.name("a path").text);
            self.expect(TokenKind::Equal, "`=`");
            let body = self.function_body(Vec::new(), false);
            cases.push(PatternCase { arguments, path, body });
            self.eat(TokenKind::Semicolon);
        }
        cases
    }
}
