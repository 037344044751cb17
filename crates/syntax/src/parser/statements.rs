//! Statements: `let`, `set`, `declare query_parameters`, expressions, and those that are only recognised.
//!
//! <https://learn.microsoft.com/kusto/query/statements>

use super::operators::is_operator;
use crate::Span;
use crate::ast::{Expr, ExprKind, LetValue, Name, QueryParameter, Statement};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Where statements stand, and so what ends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Query,
    /// Between the braces of a function.
    Function,
}

impl Cursor<'_> {
    /// Takes every statement to the end of the text.
    pub(crate) fn statements(&mut self) -> Vec<Statement> {
        while self.at(TokenKind::Directive) {
            self.bump();
        }
        self.block(Block::Query)
    }

    /// As `statements`, with the operators that come first applied to the table `source`.
    pub(crate) fn statements_of_tail(&mut self, source: &str) -> Vec<Statement> {
        let span = Span::new(self.start(), self.start());
        let source = Box::new(Expr { kind: ExprKind::Name(source.to_owned()), span });
        let operators = self.piped_operators();
        let kind = ExprKind::Pipe { source, operators };
        let mut statements = vec![Statement::Expression(Expr { kind, span: self.span_from(span.start) })];
        self.end_statement(Block::Query);
        statements.extend(self.block(Block::Query));
        statements
    }

    pub(super) fn block(&mut self, block: Block) -> Vec<Statement> {
        let mut statements = Vec::new();
        while !self.ends(block) {
            if self.eat(TokenKind::Semicolon).is_some() {
                continue;
            }
            statements.push(self.statement());
            self.end_statement(block);
        }
        statements
    }

    fn ends(&self, block: Block) -> bool {
        self.at_end() || (block == Block::Function && self.at(TokenKind::RightBrace))
    }

    /// Takes the `;`. What stands there instead is reported; operators behind it are still read, for their findings.
    fn end_statement(&mut self, block: Block) {
        while !self.ends(block) && self.eat(TokenKind::Semicolon).is_none() {
            if self.at_statement() {
                self.expected_with_hint("`;`", "statements are separated by `;`");
                return;
            }
            let word = self.hyphenated().map(|(_, span)| self.text_of(span));
            match word {
                Some(word) if is_operator(word) => {
                    self.expected_with_hint("`|` or `;`", format!("put `|` before `{word}`"))
                }
                _ => self.expected("`|`, `;` or the end of the query"),
            }
            self.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon));
            if self.at(TokenKind::Bar) {
                self.piped_operators();
            } else if self.kind().closes() && !self.ends(block) {
                self.bump();
            }
        }
    }

    fn at_statement(&self) -> bool {
        match self.word() {
            "let" => self.name_length(1).is_some(),
            "set" => self.nth(1).kind == TokenKind::Identifier,
            "declare" => self.nth_is_word(1, "query_parameters") || self.nth_is_word(1, "pattern"),
            "alias" => self.nth_is_word(1, "database"),
            "restrict" => self.nth_is_word(1, "access"),
            _ => false,
        }
    }

    fn statement(&mut self) -> Statement {
        if !self.at(TokenKind::Identifier) || !self.at_statement() {
            return Statement::Expression(self.pipe_expression());
        }
        match self.word() {
            "let" => self.let_statement(),
            "set" => self.set_statement(),
            "declare" if self.nth_is_word(1, "query_parameters") => self.query_parameters(),
            "declare" => self.pattern_statement(),
            "alias" => self.unsupported_statement("alias database"),
            _ => self.unsupported_statement("restrict access"),
        }
    }

    fn let_statement(&mut self) -> Statement {
        let start = self.bump().span.start;
        let name = self.name("a name");
        self.expect(TokenKind::Equal, "`=`");
        if self.at_word("entity_group") && self.nth(1).kind == TokenKind::LeftBracket {
            self.skip_until(|kind| kind == TokenKind::Semicolon);
            let span = self.span_from(start);
            return Statement::Unsupported { name: Name { text: "entity_group".to_owned(), span }, span };
        }
        let value = if self.at_function() {
            LetValue::Function(self.function())
        } else {
            LetValue::Expression(self.let_expression())
        };
        Statement::Let { name, value, span: self.span_from(start) }
    }

    fn let_expression(&mut self) -> Expr {
        if matches!(self.kind(), TokenKind::Semicolon | TokenKind::End) {
            self.expected("a value");
            return self.error_expr();
        }
        self.pipe_expression()
    }

    fn set_statement(&mut self) -> Statement {
        let start = self.bump().span.start;
        let name = self.name("an option's name");
        let value = self.eat(TokenKind::Equal).map(|_| self.expression());
        Statement::Set { name, value, span: self.span_from(start) }
    }

    fn query_parameters(&mut self) -> Statement {
        let start = self.start();
        self.skip(2);
        let mut parameters = Vec::new();
        if self.expect(TokenKind::LeftParen, "`(` and the parameters").is_some() {
            parameters = self.comma_list(|cursor| {
                let (name, type_name) = cursor.typed_parameter();
                QueryParameter { name, type_name, default: cursor.default_value() }
            });
            self.close(TokenKind::RightParen, "`,` or `)`");
        }
        Statement::QueryParameters { parameters, span: self.span_from(start) }
    }

    fn unsupported_statement(&mut self, text: &str) -> Statement {
        let start = self.start();
        self.skip(2);
        let name = Name { text: text.to_owned(), span: self.span_from(start) };
        self.skip_until(|kind| kind == TokenKind::Semicolon);
        Statement::Unsupported { name, span: self.span_from(start) }
    }

    /// Wraps an operator that stands first, or the error in its place.
    pub(super) fn source_expr(&self, kind: ExprKind, start: usize) -> Expr {
        Expr { kind, span: self.span_from(start) }
    }
}
