//! Statements: `let`, `set`, `declare query_parameters`, and the tabular statements that give results.

use std::rc::Rc;

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr, ExprKind, LetValue, Name, OperatorKind, OperatorParameter, Script, Statement},
};
use calypso_types::Scalar;

use crate::bound::{BoundResult, BoundScript, SetOption, Visualization};

use super::{Binder, Bound, RowContext, ScopeRef, Symbol, scope::Scope};

/// `render`'s properties in the spelling of the `@ExtendedProperties` table.
const RENDER_PROPERTIES: [&str; 17] = [
    "Title",
    "XColumn",
    "Series",
    "YColumns",
    "AnomalyColumns",
    "XTitle",
    "YTitle",
    "XAxis",
    "YAxis",
    "Legend",
    "YSplit",
    "Accumulate",
    "Kind",
    "Ymin",
    "Ymax",
    "Xmin",
    "Xmax",
];

/// Result tables of one request.
const RESULTS_MAX: usize = 256;

impl Binder<'_> {
    pub(super) fn script(&mut self, script: &Script) -> BoundScript {
        let mut bound = BoundScript::default();
        let mut scope: ScopeRef = Rc::new(Scope::default());
        for statement in &script.statements {
            match statement {
                Statement::Expression(expr) if bound.results.len() >= RESULTS_MAX => {
                    let message = format!("the request has more than {RESULTS_MAX} tabular statements");
                    let _: Bound<()> = self.error(DiagnosticCode::Semantic, expr.span, message);
                    break;
                }
                Statement::Expression(expr) => {
                    if let Ok(mut results) = self.results(expr, &scope) {
                        bound.results.append(&mut results);
                    }
                }
                Statement::Set { name, value, .. } => {
                    if let Ok(value) = self.set_value(value.as_ref(), &scope) {
                        self.options.push(SetOption { name: name.text.clone(), value });
                    }
                }
                other => scope = self.declaration(other, &scope),
            }
        }
        bound.options.clone_from(&self.options);
        if bound.results.is_empty() && self.diagnostics.is_empty() && self.probe.is_none() {
            let span = calypso_syntax::Span::default();
            let _: Bound<()> = self.error(
                DiagnosticCode::Semantic,
                span,
                "the query has no tabular expression statement, so there is no result",
            );
        }
        bound
    }

    /// Binds a statement that only declares and returns the scope after it.
    pub(super) fn declaration(&mut self, statement: &Statement, scope: &ScopeRef) -> ScopeRef {
        match statement {
            Statement::Let { name, value, .. } => {
                let symbol = self.let_symbol(value, scope);
                scope.with(&name.text, symbol)
            }
            Statement::QueryParameters { parameters, .. } => {
                let names = parameters.iter().map(|p| (p.name.text.clone(), self.query_parameter(p))).collect();
                scope.with_all(names)
            }
            Statement::Pattern { pattern, .. } => {
                let symbol = Symbol::Pattern { pattern: Rc::new(pattern.clone()), scope: ScopeRef::clone(scope) };
                scope.with(&pattern.name.text, symbol)
            }
            Statement::Unsupported { name, span } => {
                let _: Bound<()> = self.unsupported(*span, &format!("statement '{}'", name.text));
                ScopeRef::clone(scope)
            }
            Statement::Set { .. } | Statement::Expression(_) => ScopeRef::clone(scope),
        }
    }

    fn let_symbol(&mut self, value: &LetValue, scope: &ScopeRef) -> Symbol {
        match value {
            LetValue::Function(body) => Symbol::Function { body: Rc::new(body.clone()), scope: ScopeRef::clone(scope) },
            LetValue::Expression(Expr { kind: ExprKind::Lambda(body), .. }) => {
                Symbol::Function { body: Rc::new((**body).clone()), scope: ScopeRef::clone(scope) }
            }
            LetValue::Expression(expr) if self.is_tabular(expr, scope) => {
                Symbol::Tabular { expr: Rc::new(expr.clone()), scope: ScopeRef::clone(scope) }
            }
            LetValue::Expression(expr) => {
                self.scalar(expr, &mut RowContext::constant(scope)).map_or(Symbol::Failed, Symbol::Scalar)
            }
        }
    }

    fn set_value(&mut self, value: Option<&Expr>, scope: &ScopeRef) -> Bound<Scalar> {
        let Some(value) = value else { return Ok(Scalar::Bool(true)) };
        if let ExprKind::Name(word) = &value.kind
            && scope.find(word).is_none()
        {
            return Ok(Scalar::String(word.clone()));
        }
        let bound = self.scalar(value, &mut RowContext::constant(scope))?;
        match bound.as_constant() {
            Some(constant) => Ok(constant.clone()),
            None => self.error(DiagnosticCode::NotConstant, value.span, "the value of 'set' must be a literal"),
        }
    }

    /// Binds a tabular statement with a trailing `render` and `as`.
    pub(super) fn result(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<BoundResult> {
        let (name, visualization) = match &expr.kind {
            ExprKind::Pipe { operators, .. } => {
                let visualization = match operators.last().map(|o| &o.kind) {
                    Some(OperatorKind::Render { chart, properties }) => {
                        Some(self.visualization(chart, properties, scope)?)
                    }
                    _ => None,
                };
                let name = operators.iter().rev().find(|o| !matches!(o.kind, OperatorKind::Render { .. }));
                let name = match name.map(|o| &o.kind) {
                    Some(OperatorKind::As { name }) => Some(name.text.clone()),
                    _ => None,
                };
                (name, visualization)
            }
            _ => (None, None),
        };
        let relation = self.relation(expr, scope)?;
        Ok(BoundResult { name, relation, visualization })
    }

    fn visualization(
        &mut self,
        chart: &Name,
        properties: &[OperatorParameter],
        scope: &ScopeRef,
    ) -> Bound<Visualization> {
        let mut bound = Visualization { kind: chart.text.clone(), properties: Vec::new() };
        for property in properties {
            let Some(known) = RENDER_PROPERTIES.iter().find(|k| k.eq_ignore_ascii_case(&property.name.text)) else {
                return self.error(
                    DiagnosticCode::Semantic,
                    property.name.span,
                    format!("'render' operator: unknown property '{}'", property.name.text),
                );
            };
            let value = match &property.value.kind {
                ExprKind::List(items) => Scalar::String(items.iter().map(word_of).collect::<Vec<_>>().join(",")),
                _ => self.set_value(Some(&property.value), scope)?,
            };
            bound.properties.push(((*known).to_owned(), value));
        }
        Ok(bound)
    }
}

fn word_of(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Literal(literal) => literal.value.to_text(),
        _ => String::new(),
    }
}
