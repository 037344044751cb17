//! `join` and `lookup`.
//!
//! <https://learn.microsoft.com/kusto/query/join-operator>, <https://learn.microsoft.com/kusto/query/lookup-operator>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{BinaryOperator, Expr as SyntaxExpr, ExprKind as SyntaxKind, JoinKind},
};
use calypso_types::ScalarType;

use crate::bound::{Column, Expr, ExprKind, Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef, expressions::comparable, names::UniqueNames};

impl Binder<'_> {
    pub(super) fn join(
        &mut self,
        left: Relation,
        kind: JoinKind,
        right: &SyntaxExpr,
        on: &[SyntaxExpr],
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let right = self.relation(right, scope)?;
        let on = self.join_conditions(&left, &right, on, span, scope)?;
        Ok(self.joined(left, right, kind, on, &[]))
    }

    pub(super) fn lookup(
        &mut self,
        left: Relation,
        kind: JoinKind,
        right: &SyntaxExpr,
        on: &[SyntaxExpr],
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let right = self.relation(right, scope)?;
        let on = self.join_conditions(&left, &right, on, span, scope)?;
        // The right side's keys would repeat the left's.
        let hidden: Vec<Column> =
            right.columns.iter().filter(|c| on.iter().any(|(_, r)| is_column(r, c))).cloned().collect();
        Ok(self.joined(left, right, kind, on, &hidden))
    }

    fn join_conditions(
        &mut self,
        left: &Relation,
        right: &Relation,
        on: &[SyntaxExpr],
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Vec<(Expr, Expr)>> {
        if on.is_empty() {
            return self.error(DiagnosticCode::Semantic, span, "a join needs at least one condition after 'on'");
        }
        let mut conditions = Vec::with_capacity(on.len());
        for condition in on {
            self.join_condition(left, right, condition, scope, &mut conditions)?;
        }
        Ok(conditions)
    }

    fn join_condition(
        &mut self,
        left: &Relation,
        right: &Relation,
        condition: &SyntaxExpr,
        scope: &ScopeRef,
        conditions: &mut Vec<(Expr, Expr)>,
    ) -> Bound<()> {
        match &condition.kind {
            SyntaxKind::Name(name) => {
                let named = calypso_syntax::ast::Name { text: name.clone(), span: condition.span };
                let (l, r) = (self.find_column(left, &named)?, self.find_column(right, &named)?);
                let pair = (Expr::column(l.id, l.ty), Expr::column(r.id, r.ty));
                self.push_condition(pair, condition.span, conditions)
            }
            SyntaxKind::Binary { operator: BinaryOperator::And, left: a, right: b, .. } => {
                self.join_condition(left, right, a, scope, conditions)?;
                self.join_condition(left, right, b, scope, conditions)
            }
            SyntaxKind::Binary { operator: BinaryOperator::Equal, left: a, right: b, .. } => {
                let mut context = RowContext::over(&left.columns, scope);
                context.right = Some(right.columns.clone());
                let (a, b) = (self.scalar(a, &mut context)?, self.scalar(b, &mut context)?);
                let pair = if sides(&a, left) && sides(&b, right) { (a, b) } else { (b, a) };
                if !sides(&pair.0, left) || !sides(&pair.1, right) {
                    let message = "a join condition compares a column of $left with one of $right";
                    return self.error(DiagnosticCode::Semantic, condition.span, message);
                }
                self.push_condition(pair, condition.span, conditions)
            }
            SyntaxKind::List(items) => {
                items.iter().try_for_each(|item| self.join_condition(left, right, item, scope, conditions))
            }
            _ => self.error(
                DiagnosticCode::Semantic,
                condition.span,
                "only equality is allowed in a join condition: a column name, or $left.a == $right.b",
            ),
        }
    }

    fn push_condition(&mut self, pair: (Expr, Expr), span: Span, conditions: &mut Vec<(Expr, Expr)>) -> Bound<()> {
        let types = (pair.0.ty, pair.1.ty);
        match comparable(pair.0, pair.1) {
            Some(pair) if pair.0.ty == ScalarType::Dynamic => {
                let message = "a join key cannot be dynamic: cast it to a simple type first";
                self.error(DiagnosticCode::TypeMismatch, span, message)
            }
            Some(pair) => {
                conditions.push(pair);
                Ok(())
            }
            None => {
                let message = format!("the join keys are of different types, {} and {}", types.0, types.1);
                self.error(DiagnosticCode::TypeMismatch, span, message)
            }
        }
    }

    fn joined(
        &mut self,
        left: Relation,
        right: Relation,
        kind: JoinKind,
        on: Vec<(Expr, Expr)>,
        hidden: &[Column],
    ) -> Relation {
        let mut names = UniqueNames::default();
        let mut columns: Vec<Column> = Vec::new();
        let mut outputs: Vec<(Column, Expr)> = Vec::new();
        let (wants_left, wants_right) = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => (true, false),
            JoinKind::RightSemi | JoinKind::RightAnti => (false, true),
            _ => (true, true),
        };
        let left_columns = left.columns.iter().filter(|_| wants_left);
        let right_columns = right.columns.iter().filter(|_| wants_right);
        for column in left_columns.chain(right_columns) {
            columns.push(column.clone());
            if !hidden.contains(column) {
                let output = self.new_column(names.claim(&column.name), column.ty);
                outputs.push((output, Expr::column(column.id, column.ty)));
            }
        }
        let join = RelationKind::Join { left: Box::new(left), right: Box::new(right), kind, on }.with_columns(columns);
        super::columns::projected(join, outputs, false)
    }
}

fn is_column(expr: &Expr, column: &Column) -> bool {
    match &expr.kind {
        ExprKind::Column(id) => *id == column.id,
        ExprKind::Cast(inner) => is_column(inner, column),
        _ => false,
    }
}

/// Says whether every column in `expr` is one of the relation's.
fn sides(expr: &Expr, relation: &Relation) -> bool {
    match &expr.kind {
        ExprKind::Column(id) => relation.columns.iter().any(|c| c.id == *id),
        ExprKind::Call { arguments, .. } => arguments.iter().all(|a| sides(a, relation)),
        ExprKind::Cast(inner) | ExprKind::Not(inner) => sides(inner, relation),
        ExprKind::Constant(_) => true,
        _ => false,
    }
}
