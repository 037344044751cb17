//! Scalar expressions.

use std::sync::Arc;

use calypso_syntax::{
    Diagnostic, DiagnosticCode, Span,
    ast::{BinaryOperator, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name, UnaryOperator},
};
use calypso_types::{Dynamic, Scalar, ScalarType};

use crate::bound::{Comparison, Expr, ExprKind, Relation};

use super::{Binder, Bound, Reported, RowContext, STACK_GROWTH, STACK_RED_ZONE, Symbol, names::nearest};

impl Binder<'_> {
    /// Binds a scalar expression over the row of `context`.
    pub(super) fn scalar(&mut self, expr: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        stacker::maybe_grow(STACK_RED_ZONE, STACK_GROWTH, || self.scalar_inner(expr, context))
    }

    fn scalar_inner(&mut self, expr: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        match &expr.kind {
            SyntaxKind::Literal(literal) => Ok(Expr::constant(literal.value.clone())),
            SyntaxKind::Name(name) => self.scalar_name(name, expr.span, context),
            SyntaxKind::Path { target, member } => self.path(target, member, context),
            SyntaxKind::Index { target, index } => self.index(target, index, context),
            SyntaxKind::Call { name, arguments } => self.call(name, arguments, context),
            SyntaxKind::Unary { operator, operand } => self.unary(*operator, operand, context),
            SyntaxKind::Binary { operator, left, right, operator_span } => {
                self.binary(*operator, left, right, *operator_span, context)
            }
            SyntaxKind::Between { operand, low, high, negated } => self.between(operand, low, high, *negated, context),
            SyntaxKind::In { operand, list, case_insensitive, negated } => {
                let bound = self.in_list(operand, list, *case_insensitive, context)?;
                Ok(if *negated { bound.negated() } else { bound })
            }
            SyntaxKind::HasList { operand, list, all } => self.has_list(operand, list, *all, context),
            SyntaxKind::List(items) if items.len() == 1 => self.scalar(&items[0], context),
            SyntaxKind::Error => Err(Reported),
            SyntaxKind::MethodCall { name, .. } => {
                self.unsupported(expr.span, &format!("calling '{}' on a value", name.text))
            }
            SyntaxKind::Star => self.error(DiagnosticCode::Semantic, expr.span, "'*' cannot stand here"),
            _ => self.error(DiagnosticCode::TypeMismatch, expr.span, "a scalar expression is expected here"),
        }
    }

    fn scalar_name(&mut self, name: &str, span: Span, context: &RowContext) -> Bound<Expr> {
        if let Some(column) = context.column(name) {
            return Ok(column);
        }
        match context.scope.find(name).cloned() {
            Some(Symbol::Scalar(expr)) => return self.copied(expr, span),
            Some(Symbol::Failed) => return Err(Reported),
            Some(Symbol::Tabular { .. } | Symbol::Relation(_)) => {
                let message = format!("'{name}' is a table, but a scalar is expected here");
                let hint = "use toscalar() to take the first value of a table";
                return self.report(Diagnostic::error(DiagnosticCode::TypeMismatch, span, message).with_hint(hint));
            }
            Some(Symbol::Function { .. } | Symbol::Pattern { .. } | Symbol::State(_)) | None => {}
        }
        let mut diagnostic = Diagnostic::error(
            DiagnosticCode::UnknownColumn,
            span,
            format!("Failed to resolve scalar expression named '{name}'"),
        );
        let scope_names = context.scope.all_names();
        let known = context.columns.iter().map(|c| c.name.as_str()).chain(scope_names.iter().map(String::as_str));
        if let Some(near) = nearest(name, known) {
            diagnostic = diagnostic.with_hint(format!("did you mean '{near}'?"));
        }
        self.report(diagnostic)
    }

    fn path(&mut self, target: &SyntaxExpr, member: &Name, context: &mut RowContext) -> Bound<Expr> {
        if let SyntaxKind::Name(side) = &target.kind
            && (side == "$left" || side == "$right")
        {
            return self.side_column(side, member, context);
        }
        if let SyntaxKind::Name(step) = &target.kind
            && context.column(step).is_none()
            && let Some(Symbol::State(state)) = context.scope.find(step).cloned()
        {
            return match state.iter().find(|c| c.name == member.text) {
                Some(column) => Ok(Expr::column(column.id, column.ty)),
                None => {
                    let message = format!("Failed to resolve scalar expression named '{step}.{}'", member.text);
                    self.error(DiagnosticCode::UnknownColumn, member.span, message)
                }
            };
        }
        let target_span = target.span;
        let target = self.scalar(target, context)?;
        if target.ty != ScalarType::Dynamic {
            let message =
                format!("'.{}' needs a dynamic value, but the expression is of type {}", member.text, target.ty);
            return self.error(DiagnosticCode::TypeMismatch, target_span.to(member.span), message);
        }
        let key = Expr::constant(Scalar::String(member.text.clone()));
        Ok(Expr::call("op_member", vec![target, key], ScalarType::Dynamic))
    }

    fn side_column(&mut self, side: &str, member: &Name, context: &RowContext) -> Bound<Expr> {
        let columns = match (side, &context.right) {
            ("$left", Some(_)) => &context.columns,
            (_, Some(right)) => right,
            (_, None) => {
                let message = format!("'{side}' can only stand in the condition of a join or lookup");
                return self.error(DiagnosticCode::Semantic, member.span, message);
            }
        };
        match columns.iter().find(|c| c.name == member.text) {
            Some(column) => Ok(Expr::column(column.id, column.ty)),
            None => {
                let message = format!("Failed to resolve scalar expression named '{side}.{}'", member.text);
                self.error(DiagnosticCode::UnknownColumn, member.span, message)
            }
        }
    }

    fn index(&mut self, target: &SyntaxExpr, index: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let target_span = target.span;
        let target = self.scalar(target, context)?;
        let index_span = index.span;
        let index = self.scalar(index, context)?;
        if target.ty != ScalarType::Dynamic {
            let message = format!("'[…]' needs a dynamic value, but the expression is of type {}", target.ty);
            return self.error(DiagnosticCode::TypeMismatch, target_span, message);
        }
        match index.ty {
            ScalarType::String => Ok(Expr::call("op_member", vec![target, index], ScalarType::Dynamic)),
            ScalarType::Int | ScalarType::Long => {
                Ok(Expr::call("op_index", vec![target, index.cast(ScalarType::Long)], ScalarType::Dynamic))
            }
            ScalarType::Dynamic => {
                Ok(Expr::call("op_index", vec![target, index.cast(ScalarType::String)], ScalarType::Dynamic))
            }
            other => {
                let message = format!("an index must be a whole number or a string, not {other}");
                self.error(DiagnosticCode::TypeMismatch, index_span, message)
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let span = operand.span;
        let operand = self.scalar(operand, context)?;
        if !operand.ty.is_numeric() && operand.ty != ScalarType::TimeSpan {
            let message = format!("operator '-' cannot be applied to type {}", operand.ty);
            return self.error(DiagnosticCode::TypeMismatch, span, message);
        }
        if operator == UnaryOperator::Plus {
            return Ok(operand);
        }
        if let Some(value) = operand.as_constant().and_then(negate) {
            return Ok(Expr::constant(value));
        }
        let ty = operand.ty;
        Ok(Expr::call("op_negate", vec![operand], ty))
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &SyntaxExpr,
        right: &SyntaxExpr,
        operator_span: Span,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        use BinaryOperator as B;
        match operator {
            B::And | B::Or => {
                let (l, r) = (self.condition(left, context), self.condition(right, context));
                let (l, r) = (Box::new(l?), Box::new(r?));
                let kind = if operator == B::And { ExprKind::And(l, r) } else { ExprKind::Or(l, r) };
                Ok(Expr { kind, ty: ScalarType::Bool })
            }
            B::Equal => self.comparison(Comparison::Equal, left, right, operator_span, context),
            B::NotEqual => self.comparison(Comparison::NotEqual, left, right, operator_span, context),
            B::Less => self.comparison(Comparison::Less, left, right, operator_span, context),
            B::LessOrEqual => self.comparison(Comparison::LessOrEqual, left, right, operator_span, context),
            B::Greater => self.comparison(Comparison::Greater, left, right, operator_span, context),
            B::GreaterOrEqual => self.comparison(Comparison::GreaterOrEqual, left, right, operator_span, context),
            B::Add | B::Subtract | B::Multiply | B::Divide | B::Modulo => {
                let (l, r) = (self.scalar(left, context), self.scalar(right, context));
                self.arithmetic(operator, l?, r?, operator_span)
            }
            _ => self.string_operator(operator, left, right, context),
        }
    }

    /// Binds a condition; a dynamic is read as a bool.
    pub(super) fn condition(&mut self, expr: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let bound = self.scalar(expr, context)?;
        match bound.ty {
            ScalarType::Bool => Ok(bound),
            ScalarType::Dynamic | ScalarType::Int | ScalarType::Long => Ok(bound.cast(ScalarType::Bool)),
            other => {
                let message = format!("a condition must be of type bool, not {other}");
                self.error(DiagnosticCode::TypeMismatch, expr.span, message)
            }
        }
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        left: &SyntaxExpr,
        right: &SyntaxExpr,
        operator_span: Span,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let (l, r) = (self.scalar(left, context), self.scalar(right, context));
        self.compare(comparison, l?, r?, operator_span)
    }

    /// Brings both sides to one type and compares them.
    pub(super) fn compare(&mut self, comparison: Comparison, left: Expr, right: Expr, span: Span) -> Bound<Expr> {
        let Some((left, right)) = comparable(left.clone(), right.clone()) else {
            let message = format!("cannot compare values of types {} and {}", left.ty, right.ty);
            let hint = format!("try adding explicit casts, such as to{}()", left.ty);
            return self.report(Diagnostic::error(DiagnosticCode::TypeMismatch, span, message).with_hint(hint));
        };
        let (left, right) = (Box::new(left), Box::new(right));
        Ok(Expr { kind: ExprKind::Compare { comparison, left, right }, ty: ScalarType::Bool })
    }

    fn between(
        &mut self,
        operand: &SyntaxExpr,
        low: &SyntaxExpr,
        high: &SyntaxExpr,
        negated: bool,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let span = operand.span;
        let operand = self.scalar(operand, context)?;
        let (low_bound, high_bound) = (self.scalar(low, context), self.scalar(high, context));
        let (low_bound, mut high_bound) = (low_bound?, high_bound?);
        if operand.ty == ScalarType::DateTime && high_bound.ty == ScalarType::TimeSpan {
            high_bound = self.arithmetic(BinaryOperator::Add, low_bound.clone(), high_bound, high.span)?;
        }
        let above = self.compare(Comparison::GreaterOrEqual, operand.clone(), low_bound, span)?;
        let below = self.compare(Comparison::LessOrEqual, operand, high_bound, span)?;
        let both = Expr { kind: ExprKind::And(Box::new(above), Box::new(below)), ty: ScalarType::Bool };
        Ok(if negated { both.negated() } else { both })
    }

    fn in_list(
        &mut self,
        operand: &SyntaxExpr,
        list: &[SyntaxExpr],
        case_insensitive: bool,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let span = operand.span;
        let operand = self.scalar(operand, context)?;
        if let [single] = list
            && self.is_tabular(single, &context.scope)
        {
            let scope = context.scope.clone();
            let query = self.relation(single, &scope)?;
            return self.in_query(operand, query, case_insensitive, single.span);
        }
        let mut items = Vec::with_capacity(list.len());
        for item in list {
            let bound = self.scalar(item, context)?;
            match bound.as_constant() {
                Some(Scalar::Dynamic(Dynamic::Array(values))) => {
                    items.extend(values.iter().map(|v| Expr::constant(v.to_scalar(operand.ty))));
                }
                _ => items.push(bound),
            }
        }
        if case_insensitive {
            let array = self.dynamic_array(items);
            return Ok(Expr::call("op_in_tilde", vec![operand.cast(ScalarType::String), array], ScalarType::Bool));
        }
        self.in_items(operand, items, span)
    }

    fn in_items(&mut self, operand: Expr, items: Vec<Expr>, span: Span) -> Bound<Expr> {
        if let [array] = items.as_slice()
            && array.ty == ScalarType::Dynamic
            && operand.ty != ScalarType::Dynamic
        {
            let operand = operand.cast(ScalarType::Dynamic);
            return Ok(Expr::call("set_has_element", vec![array.clone(), operand], ScalarType::Bool));
        }
        // The widest type among operand and items decides, as for `==`.
        let mut operand = operand;
        for item in &items {
            let ty = operand.ty;
            match comparable(operand, item.clone()) {
                Some((widened, _)) => operand = widened,
                None => {
                    let message = format!("cannot compare values of types {ty} and {}", item.ty);
                    return self.error(DiagnosticCode::TypeMismatch, span, message);
                }
            }
        }
        let list = items.into_iter().map(|item| item.cast(operand.ty)).collect();
        Ok(Expr { kind: ExprKind::In { operand: Box::new(operand), list }, ty: ScalarType::Bool })
    }

    fn in_query(&mut self, operand: Expr, query: Relation, case_insensitive: bool, span: Span) -> Bound<Expr> {
        let Some(first) = query.columns.first().cloned() else {
            return self.error(DiagnosticCode::Semantic, span, "the table on the right of 'in' has no columns");
        };
        let ty = if case_insensitive { ScalarType::String } else { operand.ty };
        let query = self.single_column(query, Expr::column(first.id, first.ty).cast(ty));
        let kind = ExprKind::InQuery { operand: Box::new(operand.cast(ty)), query: Arc::new(query), case_insensitive };
        Ok(Expr { kind, ty: ScalarType::Bool })
    }
}

/// Brings two expressions to the type in which they compare; `None` if there is none.
pub(super) fn comparable(left: Expr, right: Expr) -> Option<(Expr, Expr)> {
    use ScalarType as T;
    let ty = match (left.ty, right.ty) {
        (a, b) if a == b => a,
        (T::Dynamic, _) | (_, T::Dynamic) => T::Dynamic,
        (a, b) if a.is_numeric() && b.is_numeric() => wider(a, b),
        (T::Bool, b) if b.is_integer() => b,
        (a, T::Bool) if a.is_integer() => a,
        // A literal string is read as the other side's type; Kusto does so for datetime, timespan and guid.
        (T::DateTime | T::TimeSpan | T::Guid, T::String) if right.as_constant().is_some() => left.ty,
        (T::String, T::DateTime | T::TimeSpan | T::Guid) if left.as_constant().is_some() => right.ty,
        _ => return None,
    };
    Some((left.cast(ty), right.cast(ty)))
}

/// Returns the wider of two numeric types.
pub(super) const fn wider(a: ScalarType, b: ScalarType) -> ScalarType {
    use ScalarType as T;
    match (a, b) {
        (T::Decimal, _) | (_, T::Decimal) => T::Decimal,
        (T::Real, _) | (_, T::Real) => T::Real,
        (T::Long, _) | (_, T::Long) => T::Long,
        _ => T::Int,
    }
}

fn negate(value: &Scalar) -> Option<Scalar> {
    Some(match value {
        Scalar::Int(v) => Scalar::Int(v.checked_neg()?),
        Scalar::Long(v) => Scalar::Long(v.wrapping_neg()),
        Scalar::Real(v) => Scalar::Real(-v),
        Scalar::TimeSpan(v) => Scalar::TimeSpan(calypso_types::TimeSpan(v.0.checked_neg()?)),
        Scalar::Decimal(v) => Scalar::Decimal(calypso_types::Decimal(-v.0)),
        _ => return None,
    })
}
