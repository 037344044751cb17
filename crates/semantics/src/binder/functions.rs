//! User-defined functions, from `let` and stored: calls are expanded in place.

use std::{collections::HashMap, rc::Rc};

use calypso_model::StoredFunction;
use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{
        Argument, Expr as SyntaxExpr, ExprKind as SyntaxKind, FunctionBody, FunctionParameter, LetValue, Name,
        ParameterType, Statement,
    },
};
use calypso_types::ScalarType;

use crate::bound::{Expr, Relation};

use super::{Binder, Bound, CALL_DEPTH_MAX, RowContext, ScopeRef, Symbol, scope::Scope};

/// A function found by name, with the scope its body sees.
pub(super) struct FoundFunction {
    body: Rc<FunctionBody>,
    scope: ScopeRef,
    /// Set for stored functions: their text is not the query's.
    stored: bool,
}

impl Binder<'_> {
    /// Reads the text of a stored function; `None` if it no longer parses.
    pub(super) fn parse_stored(function: &StoredFunction) -> Option<FunctionBody> {
        let text = format!("let f = {} {};", function.parameters, function.body);
        let parsed = calypso_syntax::parse(&text);
        let statement = parsed.script.statements.into_iter().next()?;
        match statement {
            Statement::Let { value: LetValue::Function(body), .. } => Some(body),
            Statement::Let {
                value: LetValue::Expression(SyntaxExpr { kind: SyntaxKind::Lambda(body), .. }), ..
            } => Some(*body),
            _ => None,
        }
    }

    /// Finds a user-defined function: the query's own first, then the database's.
    pub(super) fn find_function(
        &mut self,
        name: &str,
        database: Option<&str>,
        scope: &ScopeRef,
    ) -> Option<FoundFunction> {
        if database.is_none()
            && let Some(Symbol::Function { body, scope }) = scope.find(name)
        {
            return Some(FoundFunction { body: Rc::clone(body), scope: ScopeRef::clone(scope), stored: false });
        }
        let function = self.globals.function(database, name)?;
        let body = Rc::new(Self::parse_stored(function)?);
        Some(FoundFunction { body, scope: Rc::new(Scope::default()), stored: true })
    }

    /// Expands a call that gives a table.
    pub(super) fn call_tabular(
        &mut self,
        function: &FoundFunction,
        name: &Name,
        arguments: &[Argument],
        caller: &mut RowContext,
    ) -> Bound<Relation> {
        self.enter(function, name, arguments, caller, |binder, last, scope| binder.relation(last, scope))
    }

    /// Expands a call that gives a scalar.
    pub(super) fn call_scalar(
        &mut self,
        function: &FoundFunction,
        name: &Name,
        arguments: &[Argument],
        caller: &mut RowContext,
    ) -> Bound<Expr> {
        self.enter(function, name, arguments, caller, |binder, last, scope| {
            binder.scalar(last, &mut RowContext::constant(scope))
        })
    }

    fn enter<T>(
        &mut self,
        function: &FoundFunction,
        name: &Name,
        arguments: &[Argument],
        caller: &mut RowContext,
        last: impl FnOnce(&mut Self, &SyntaxExpr, &ScopeRef) -> Bound<T>,
    ) -> Bound<T> {
        if self.call_depth >= CALL_DEPTH_MAX {
            let message = format!("function '{}' is nested deeper than {CALL_DEPTH_MAX} calls", name.text);
            return self.error(DiagnosticCode::Semantic, name.span, message);
        }
        let names = self.bind_arguments(&function.body, name, arguments, caller)?;
        let mut scope = function.scope.with_all(names);
        let outer = self.foreign_text.clone();
        if function.stored && outer.is_none() {
            self.foreign_text = Some((name.span, name.text.clone()));
        }
        self.call_depth += 1;
        let mut result = None;
        for statement in &function.body.body {
            match statement {
                Statement::Expression(expr) => result = Some(expr),
                other => scope = self.declaration(other, &scope),
            }
        }
        let bound = match result {
            Some(expr) => last(self, expr, &scope),
            None => self.error(
                DiagnosticCode::Semantic,
                name.span,
                format!("the body of function '{}' ends without an expression", name.text),
            ),
        };
        self.call_depth -= 1;
        self.foreign_text = outer;
        bound
    }

    fn bind_arguments(
        &mut self,
        body: &FunctionBody,
        name: &Name,
        arguments: &[Argument],
        caller: &mut RowContext,
    ) -> Bound<HashMap<String, Symbol>> {
        if arguments.len() > body.parameters.len() {
            let message = format!(
                "function '{}' expects at most {} argument(s) but {} were given",
                name.text,
                body.parameters.len(),
                arguments.len()
            );
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        }
        let mut names = HashMap::new();
        for (index, parameter) in body.parameters.iter().enumerate() {
            let given = arguments
                .iter()
                .find(|a| a.name.as_ref().is_some_and(|n| n.text == parameter.name.text))
                .or_else(|| arguments.get(index).filter(|a| a.name.is_none()));
            let symbol = self.argument_symbol(parameter, given, name.span, caller)?;
            names.insert(parameter.name.text.clone(), symbol);
        }
        Ok(names)
    }

    fn argument_symbol(
        &mut self,
        parameter: &FunctionParameter,
        given: Option<&Argument>,
        call: Span,
        caller: &mut RowContext,
    ) -> Bound<Symbol> {
        match (&parameter.parameter_type, given) {
            (ParameterType::Tabular { .. }, Some(argument)) => {
                Ok(Symbol::Tabular { expr: Rc::new(argument.value.clone()), scope: ScopeRef::clone(&caller.scope) })
            }
            (ParameterType::Scalar(type_name), Some(argument)) => {
                let Some(ty) = ScalarType::from_name(&type_name.text) else {
                    let message = format!("'{}' is not a scalar type", type_name.text);
                    return self.error(DiagnosticCode::TypeMismatch, type_name.span, message);
                };
                let value = self.scalar(&argument.value, caller)?;
                Ok(Symbol::Scalar(value.cast(ty)))
            }
            (ParameterType::Scalar(type_name), None) if parameter.default.is_some() => {
                let ty = ScalarType::from_name(&type_name.text);
                let value = parameter.default.as_ref().map(|d| ty.map_or(d.value.clone(), |ty| d.value.cast(ty)));
                Ok(value.map_or(Symbol::Failed, |v| Symbol::Scalar(Expr::constant(v))))
            }
            _ => self.error(
                DiagnosticCode::ArgumentCount,
                call,
                format!("argument '{}' is missing and has no default", parameter.name.text),
            ),
        }
    }
}
