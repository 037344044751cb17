//! Tells tabular expressions from scalar ones without binding them.

use std::rc::Rc;

use calypso_syntax::ast::{Expr, ExprKind, FunctionBody, LetValue, Statement};

use super::{Binder, ScopeRef, Symbol, scope::Scope};

/// Names are followed at most this far.
const FOLLOW_MAX: usize = 64;

impl Binder<'_> {
    /// Says whether `expr` gives a table.
    pub(super) fn is_tabular(&self, expr: &Expr, scope: &ScopeRef) -> bool {
        self.is_tabular_within(expr, scope, FOLLOW_MAX)
    }

    fn is_tabular_within(&self, expr: &Expr, scope: &ScopeRef, left: usize) -> bool {
        if left == 0 {
            return false;
        }
        match &expr.kind {
            ExprKind::Pipe { .. } | ExprKind::Source(_) | ExprKind::DataTable(_) => true,
            ExprKind::Name(name) => match scope.find(name) {
                Some(Symbol::Tabular { .. } | Symbol::Relation(_)) => true,
                Some(Symbol::Scalar(_) | Symbol::Failed | Symbol::Pattern { .. } | Symbol::State(_)) => false,
                Some(Symbol::Function { body, scope }) => self.body_is_tabular(body, scope, left - 1),
                None => {
                    self.globals.memory_table(name).is_some()
                        || self.globals.table(None, name).is_some()
                        || self.globals.source_table(name).is_some()
                        || self.stored_function_is_tabular(name, left - 1)
                }
            },
            ExprKind::Path { target, .. } => is_entity_prefix(target) || self.is_pattern(target, scope),
            ExprKind::MethodCall { target, .. } => is_entity_prefix(target),
            ExprKind::Call { name, .. } => match scope.find(&name.text) {
                Some(Symbol::Function { body, scope }) => self.body_is_tabular(body, scope, left - 1),
                Some(Symbol::Pattern { .. }) => true,
                Some(_) => false,
                None => {
                    matches!(name.text.as_str(), "table" | "materialize" | "materialized_view" | "external_table")
                        || self.stored_function_is_tabular(&name.text, left - 1)
                }
            },
            ExprKind::List(items) if items.len() == 1 => self.is_tabular_within(&items[0], scope, left - 1),
            _ => false,
        }
    }

    /// Says whether `expr` calls a pattern.
    pub(super) fn is_pattern(&self, expr: &Expr, scope: &ScopeRef) -> bool {
        match &expr.kind {
            ExprKind::Call { name, .. } => matches!(scope.find(&name.text), Some(Symbol::Pattern { .. })),
            _ => false,
        }
    }

    fn stored_function_is_tabular(&self, name: &str, left: usize) -> bool {
        self.globals.function(None, name).is_some_and(|function| {
            Self::parse_stored(function)
                .is_some_and(|body| self.body_is_tabular(&body, &Rc::new(Scope::default()), left))
        })
    }

    fn body_is_tabular(&self, body: &FunctionBody, scope: &ScopeRef, left: usize) -> bool {
        let mut scope = ScopeRef::clone(scope);
        for parameter in &body.parameters {
            let symbol = match &parameter.parameter_type {
                calypso_syntax::ast::ParameterType::Tabular { .. } => Symbol::Tabular {
                    expr: Rc::new(Expr { kind: ExprKind::Error, span: parameter.name.span }),
                    scope: ScopeRef::clone(&scope),
                },
                calypso_syntax::ast::ParameterType::Scalar(_) => Symbol::Failed,
            };
            scope = scope.with(&parameter.name.text, symbol);
        }
        for statement in &body.body {
            match statement {
                Statement::Let { name, value, .. } => {
                    let symbol = match value {
                        LetValue::Function(function) => {
                            Symbol::Function { body: Rc::new(function.clone()), scope: ScopeRef::clone(&scope) }
                        }
                        LetValue::Expression(value) if self.is_tabular_within(value, &scope, left - left / 8 - 1) => {
                            Symbol::Tabular { expr: Rc::new(value.clone()), scope: ScopeRef::clone(&scope) }
                        }
                        LetValue::Expression(_) => Symbol::Failed,
                    };
                    scope = scope.with(&name.text, symbol);
                }
                Statement::Expression(expr) => return self.is_tabular_within(expr, &scope, left),
                _ => {}
            }
        }
        false
    }
}

/// Says whether `expr` is `database(…)`, `cluster(…)` or a path that starts with one.
pub(super) fn is_entity_prefix(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { name, .. } => matches!(name.text.as_str(), "database" | "cluster"),
        ExprKind::MethodCall { target, .. } | ExprKind::Path { target, .. } => is_entity_prefix(target),
        _ => false,
    }
}
