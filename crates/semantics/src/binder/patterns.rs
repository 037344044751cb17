//! Calls of patterns: the body whose literal arguments are those of the call.
//!
//! <https://learn.microsoft.com/kusto/query/pattern-statement>

use std::rc::Rc;

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, ExprKind as SyntaxKind, Pattern, Statement},
};

use crate::bound::Relation;

use super::{Binder, Bound, Reported, ScopeRef, Symbol};

impl Binder<'_> {
    /// Binds `pattern("x")` or `pattern("x").path`.
    pub(super) fn pattern_relation(
        &mut self,
        call: &SyntaxExpr,
        path: Option<&str>,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let SyntaxKind::Call { name, arguments } = &call.kind else { return Err(Reported) };
        let Some(Symbol::Pattern { pattern, scope: declared }) = scope.find(&name.text).cloned() else {
            return Err(Reported);
        };
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(self.constant_text(&argument.value, scope)?);
        }
        self.pattern_case(&pattern, &given, path, call, &declared)
    }

    fn pattern_case(
        &mut self,
        pattern: &Rc<Pattern>,
        given: &[String],
        path: Option<&str>,
        call: &SyntaxExpr,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        for case in &pattern.cases {
            let mut wanted = Vec::with_capacity(case.arguments.len());
            for argument in &case.arguments {
                wanted.push(self.constant_text(argument, scope)?);
            }
            if wanted != given || case.path.as_deref() != path {
                continue;
            }
            let mut scope = ScopeRef::clone(scope);
            let mut last = None;
            for statement in &case.body.body {
                match statement {
                    Statement::Expression(expr) => last = Some(expr),
                    other => scope = self.declaration(other, &scope),
                }
            }
            return match last {
                Some(expr) => self.relation(expr, &scope),
                None => self.error(DiagnosticCode::Semantic, call.span, "the pattern's body has no result"),
            };
        }
        let message = format!("pattern '{}' has no case for these arguments", pattern.name.text);
        self.error(DiagnosticCode::Semantic, call.span, message)
    }
}
