//! Operators whose body is a list of columns: `extend`, `project` and its kin, `print`, `serialize`, `distinct`.

use super::parameters::Allowed;
use crate::ast::{ColumnPattern, Expr, ExprKind, Name, NamedExpr, OperatorKind, OperatorParameter, ReorderItem};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode};

/// Words that order a column of `project-reorder`; two of them are hyphenated.
const REORDER_WORDS: [&str; 4] = ["asc", "desc", "granny-asc", "granny-desc"];

impl Cursor<'_> {
    /// <https://learn.microsoft.com/kusto/query/extend-operator>
    pub(super) fn extend(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        OperatorKind::Extend { columns: self.comma_list(Self::named_expr) }
    }

    /// <https://learn.microsoft.com/kusto/query/print-operator>
    pub(super) fn print(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        OperatorKind::Print { columns: self.comma_list(Self::named_expr) }
    }

    /// <https://learn.microsoft.com/kusto/query/project-operator>
    pub(super) fn project(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        OperatorKind::Project { columns: self.optional_columns() }
    }

    /// <https://learn.microsoft.com/kusto/query/serialize-operator>
    pub(super) fn serialize(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        OperatorKind::Serialize { columns: self.optional_columns() }
    }

    /// <https://learn.microsoft.com/kusto/query/distinct-operator>
    pub(super) fn distinct(&mut self, parameters: &mut Vec<OperatorParameter>) -> OperatorKind {
        *parameters = self.parameters(Allowed::Only(&[]));
        OperatorKind::Distinct { columns: self.comma_list(Self::distinct_column) }
    }

    fn distinct_column(&mut self) -> Expr {
        if let Some(star) = self.eat(TokenKind::Star) {
            return Expr { kind: ExprKind::Star, span: star.span };
        }
        let NamedExpr { names, expr } = self.named_expr();
        if let Some(name) = names.first() {
            let message = "naming a column of `distinct` is not supported";
            let finding = Diagnostic::error(DiagnosticCode::NotSupported, name.span, message);
            self.report(finding.with_hint("compute the column with `extend` first"));
        }
        expr
    }

    /// <https://learn.microsoft.com/kusto/query/project-away-operator>
    pub(super) fn project_away(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        OperatorKind::ProjectAway { columns: self.patterns() }
    }

    /// <https://learn.microsoft.com/kusto/query/project-keep-operator>
    pub(super) fn project_keep(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        OperatorKind::ProjectKeep { columns: self.patterns() }
    }

    /// <https://learn.microsoft.com/kusto/query/project-rename-operator>
    pub(super) fn project_rename(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        if self.ends_body() {
            return OperatorKind::ProjectRename { columns: Vec::new() };
        }
        let columns = self.comma_list(|cursor| {
            let new = cursor.name("the column's new name");
            cursor.expect(TokenKind::Equal, "`=` and the column's old name");
            (new, cursor.name("the column's old name"))
        });
        OperatorKind::ProjectRename { columns }
    }

    /// <https://learn.microsoft.com/kusto/query/project-reorder-operator>
    pub(super) fn project_reorder(&mut self, _: &mut Vec<OperatorParameter>) -> OperatorKind {
        if self.ends_body() {
            return OperatorKind::ProjectReorder { columns: Vec::new() };
        }
        let columns = self.comma_list(|cursor| ReorderItem { pattern: cursor.pattern(), order: cursor.reorder_word() });
        OperatorKind::ProjectReorder { columns }
    }

    fn reorder_word(&mut self) -> Option<Name> {
        let (count, span) = self.hyphenated()?;
        let word = self.text_of(span);
        if !REORDER_WORDS.contains(&word) {
            return None;
        }
        self.skip(count);
        Some(Name { text: word.to_owned(), span })
    }

    fn patterns(&mut self) -> Vec<ColumnPattern> {
        if self.ends_body() { Vec::new() } else { self.comma_list(Self::pattern) }
    }

    fn pattern(&mut self) -> ColumnPattern {
        self.eat_pattern().unwrap_or_else(|| {
            self.expected("a column's name");
            ColumnPattern { name: self.missing_name(), wildcard: false }
        })
    }

    fn optional_columns(&mut self) -> Vec<NamedExpr> {
        if self.ends_body() { Vec::new() } else { self.comma_list(Self::named_expr) }
    }

    /// Says whether the operator ends here, its body left out.
    pub(super) fn ends_body(&self) -> bool {
        matches!(self.kind(), TokenKind::Bar | TokenKind::Semicolon | TokenKind::End) || self.kind().closes()
    }

    /// Takes `expr`, `name = expr` or `(a, b) = expr`.
    pub(in crate::parser) fn named_expr(&mut self) -> NamedExpr {
        if self.name_length(0).is_some_and(|length| self.nth(length).kind == TokenKind::Equal) {
            let names = self.eat_name().into_iter().collect();
            self.bump();
            return NamedExpr { names, expr: self.expression() };
        }
        if let Some(count) = self.hyphenated_name() {
            return self.needs_brackets(count);
        }
        if !self.at_name_list() {
            return NamedExpr { names: Vec::new(), expr: self.expression() };
        }
        self.bump();
        let names = self.comma_list(|cursor| cursor.name("a name"));
        self.skip(2);
        NamedExpr { names, expr: self.expression() }
    }

    /// Counts the tokens of a hyphenated word before `=`, which would be a name with brackets.
    fn hyphenated_name(&self) -> Option<usize> {
        let (count, _) = self.hyphenated()?;
        (count > 1 && self.nth(count).kind == TokenKind::Equal).then_some(count)
    }

    fn needs_brackets(&mut self, count: usize) -> NamedExpr {
        let start = self.start();
        self.skip(count);
        let span = self.span_from(start);
        let text = self.text_of(span).to_owned();
        let finding = Diagnostic::error(DiagnosticCode::Syntax, span, format!("the name `{text}` needs brackets"));
        self.report(finding.with_hint(format!("write `['{text}']`")));
        self.bump();
        NamedExpr { names: vec![Name { text, span }], expr: self.expression() }
    }

    /// Says whether `(a, b) =` comes next.
    fn at_name_list(&self) -> bool {
        if !self.at(TokenKind::LeftParen) {
            return false;
        }
        let mut ahead = 1;
        while let Some(length) = self.name_length(ahead) {
            ahead += length;
            match self.nth(ahead).kind {
                TokenKind::Comma => ahead += 1,
                TokenKind::RightParen => return self.nth(ahead + 1).kind == TokenKind::Equal,
                _ => return false,
            }
        }
        false
    }
}
