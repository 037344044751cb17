//! `search` and `find`: predicates over the columns of several tables.
//!
//! <https://learn.microsoft.com/kusto/query/search-operator>, <https://learn.microsoft.com/kusto/query/find-operator>

use super::parameters::Allowed;
use crate::ast::{BinaryOperator, Expr, ExprKind, FindColumn, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

impl Cursor<'_> {
    pub(super) fn search(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&["kind"]));
        let tables = self.searched_tables();
        OperatorKind::Search { tables, predicate: self.search_predicate() }
    }

    pub(super) fn find(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&["withsource", "datascope"]));
        let tables = self.searched_tables();
        self.eat_word("where");
        let predicate = self.search_predicate();
        let mut columns = Vec::new();
        let mut pack = false;
        if self.hyphenated().is_some_and(|(_, span)| self.text_of(span) == "project-smart") {
            self.skip(3);
        } else if self.eat_word("project").is_some() {
            loop {
                if (self.at_word("pack") || self.at_word("pack_all")) && self.nth(1).kind == TokenKind::LeftParen {
                    self.skip(2);
                    self.eat(TokenKind::Star);
                    self.close(TokenKind::RightParen, "`)`");
                    pack = true;
                } else {
                    columns.push(self.find_column());
                }
                if self.eat(TokenKind::Comma).is_none() {
                    break;
                }
            }
        }
        OperatorKind::Find { tables, predicate, columns, pack }
    }

    fn find_column(&mut self) -> FindColumn {
        let name = self.name("a column's name");
        let type_name = self.eat(TokenKind::Colon).map(|_| self.name("a type"));
        FindColumn { name, type_name }
    }

    fn searched_tables(&mut self) -> Vec<Expr> {
        if !(self.at_word("in") && self.nth(1).kind == TokenKind::LeftParen) {
            return Vec::new();
        }
        self.skip(2);
        let tables = self.nested(|cursor| cursor.comma_list(Self::union_table)).unwrap_or_default();
        self.close(TokenKind::RightParen, "`,` or `)`");
        tables
    }

    /// `or` of `and` of terms; a bare string is looked for in every column.
    fn search_predicate(&mut self) -> Expr {
        self.search_chain("or", BinaryOperator::Or, |cursor| {
            cursor.search_chain("and", BinaryOperator::And, Self::search_term)
        })
    }

    fn search_chain(&mut self, word: &str, operator: BinaryOperator, part: impl Fn(&mut Self) -> Expr) -> Expr {
        let mut left = part(self);
        while let Some(token) = self.eat_word(word) {
            if !self.lengthen() {
                break;
            }
            let right = part(self);
            let span = left.span.to(right.span);
            let kind =
                ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right), operator_span: token.span };
            left = Expr { kind, span };
        }
        left
    }

    fn search_term(&mut self) -> Expr {
        let start = self.start();
        if self.at(TokenKind::LeftParen) {
            let mark = self.mark();
            self.bump();
            let inner = self.nested(Self::search_predicate).unwrap_or_else(|| self.error_expr());
            if self.at(TokenKind::RightParen) && !self.search_operand_follows(1) {
                self.bump();
                return inner;
            }
            self.rewind(mark);
        }
        if self.at(TokenKind::Star) && !self.search_operand_follows(1) {
            self.bump();
            return super::parameters::bool_expr(true, self.span_from(start));
        }
        if self.at(TokenKind::String) && !self.search_operand_follows(1) {
            let text = self.string_literal();
            return self.text_search(Expr { kind: ExprKind::Star, span: self.span_from(start) }, text, start);
        }
        let length = if self.at(TokenKind::Star) { Some(1) } else { self.name_length(0) };
        if let Some(length) = length
            && self.nth(length).kind == TokenKind::Colon
            && self.nth(length + 1).kind == TokenKind::String
        {
            let column = self.postfix();
            self.bump();
            let text = self.string_literal();
            return self.text_search(column, text, start);
        }
        self.equality()
    }

    /// Says whether an operand goes on at token `ahead`.
    fn search_operand_follows(&self, ahead: usize) -> bool {
        let next = self.nth(ahead);
        match next.kind {
            TokenKind::Identifier => !matches!(self.nth_word(ahead), "and" | "or" | "project"),
            kind => {
                !matches!(kind, TokenKind::Bar | TokenKind::Semicolon | TokenKind::End | TokenKind::Comma)
                    && !kind.closes()
            }
        }
    }

    /// `"text"` is `has`; a star at an end widens it to a prefix, a suffix or any part.
    fn text_search(&mut self, column: Expr, text: String, start: usize) -> Expr {
        let span = self.span_from(start);
        let (open, close) = (text.starts_with('*'), text.len() > 1 && text.ends_with('*'));
        let inner = text.trim_matches('*').to_owned();
        let (operator, inner) = match (open, close) {
            _ if inner.contains('*') => (BinaryOperator::MatchesRegex, wildcard_regex(&inner)),
            (true, true) => (BinaryOperator::Contains, inner),
            (true, false) => (BinaryOperator::HasSuffix, inner),
            (false, true) => (BinaryOperator::HasPrefix, inner),
            (false, false) => (BinaryOperator::Has, inner),
        };
        let right = super::parameters::string_expr(inner, span);
        let kind = ExprKind::Binary { operator, left: Box::new(column), right: Box::new(right), operator_span: span };
        Expr { kind, span }
    }
}

/// `a*b` as a regular expression that ignores case.
fn wildcard_regex(text: &str) -> String {
    let mut regex = String::from("(?i)");
    for c in text.chars() {
        match c {
            '*' => regex.push_str(".*?"),
            c if c.is_alphanumeric() => regex.push(c),
            c => {
                regex.push('\\');
                regex.push(c);
            }
        }
    }
    regex
}
