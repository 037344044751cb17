//! Operators that are short for other operators: bound from the text of the longer form.
//!
//! The text refers to relations and constants by names that begin with `$`, which a query's own columns do not.

use std::{collections::HashMap, rc::Rc};

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{Expr as SyntaxExpr, ExprKind as SyntaxKind, Statement},
};

use crate::bound::{Expr, Relation};

use super::{Binder, Bound, ScopeRef, Symbol};

impl Binder<'_> {
    /// Binds the query `text`, in which `names` stand for what has been bound. `what` and `span` say where it comes
    /// from should it fail.
    pub(super) fn template(
        &mut self,
        text: &str,
        names: Vec<(&str, Symbol)>,
        what: &str,
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let names: HashMap<String, Symbol> =
            names.into_iter().map(|(name, symbol)| (name.to_owned(), symbol)).collect();
        let parsed = calypso_syntax::parse(text);
        if let Some(finding) = parsed.diagnostics.first() {
            let message = format!("{what}: {}", finding.message);
            return self.error(DiagnosticCode::Semantic, span, message);
        }
        let mut scope = scope.with_all(names);
        let outer = self.foreign_text.clone();
        self.foreign_text.get_or_insert_with(|| (span, what.to_owned()));
        let mut relation = Err(super::Reported);
        for statement in &parsed.script.statements {
            match statement {
                Statement::Expression(expr) => relation = self.relation(expr, &scope),
                other => scope = self.declaration(other, &scope),
            }
        }
        self.foreign_text = outer;
        relation
    }
}

/// Writes a name as `['…']`.
pub(super) fn quoted(name: &str) -> String {
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Writes a string literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r"))
}

/// A name that stands for `relation`.
pub(super) fn relation(relation: Relation) -> Symbol {
    Symbol::Relation(Rc::new(relation))
}

/// A name that stands for `expr`.
pub(super) const fn scalar(expr: Expr) -> Symbol {
    Symbol::Scalar(expr)
}

/// The syntax of a name.
pub(super) fn name_syntax(name: &str, span: Span) -> SyntaxExpr {
    SyntaxExpr { kind: SyntaxKind::Name(name.to_owned()), span }
}
