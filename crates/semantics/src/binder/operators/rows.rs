//! Operators that choose and order rows: `where`, `take`, `sort`, `top`, `distinct`, `sample`, `serialize`, `count`.

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, ExprKind as SyntaxKind, NamedExpr, NullsOrder, SortItem, SortOrder},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{
    AggregateCall, AggregateFunction, Column, Comparison, Expr, ExprKind, Relation, RelationKind, SortKey,
};

use super::super::{
    Binder, Bound, RowContext, ScopeRef,
    names::{UniqueNames, implied_name},
};

impl Binder<'_> {
    /// `where`.
    pub(super) fn filter(&mut self, input: Relation, predicate: &SyntaxExpr, scope: &ScopeRef) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope).with_windows();
        let predicate = self.condition(predicate, &mut context)?;
        let columns = input.columns.clone();
        let serialized = input.serialized;
        let has_windows = context.windows.as_ref().is_some_and(|w| !w.is_empty());
        let input = self.windowed(input, context)?;
        let inner = input.columns.clone();
        let mut relation = RelationKind::Filter { input: Box::new(input), predicate }.with_columns(inner);
        relation.serialized = serialized;
        if has_windows {
            let outputs = columns.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
            relation = super::columns::projected(relation, outputs, serialized);
        }
        Ok(relation)
    }

    /// `take n`.
    pub(super) fn take(&mut self, input: Relation, count: &SyntaxExpr, scope: &ScopeRef) -> Bound<Relation> {
        let count = self.row_count(count, scope)?;
        let (columns, serialized) = (input.columns.clone(), input.serialized);
        let mut relation = RelationKind::Take { input: Box::new(input), count }.with_columns(columns);
        relation.serialized = serialized;
        Ok(relation)
    }

    fn row_count(&mut self, count: &SyntaxExpr, scope: &ScopeRef) -> Bound<Expr> {
        let bound = self.scalar(count, &mut RowContext::constant(scope))?;
        if !bound.ty.is_numeric() && bound.ty != ScalarType::Dynamic {
            let message = format!("the number of rows must be a whole number, not {}", bound.ty);
            return self.error(DiagnosticCode::TypeMismatch, count.span, message);
        }
        Ok(bound.cast(ScalarType::Long))
    }

    /// `sort by` and `top`.
    pub(super) fn sort(
        &mut self,
        input: Relation,
        by: &[SortItem],
        limit: Option<&SyntaxExpr>,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut keys = Vec::with_capacity(by.len());
        let mut failed = None;
        for item in by {
            match self.sort_key(&input, item, scope) {
                Ok(key) => keys.push(key),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        let limit = limit.map(|l| self.row_count(l, scope)).transpose()?;
        let columns = input.columns.clone();
        let mut relation = RelationKind::Sort { input: Box::new(input), keys, limit }.with_columns(columns);
        relation.serialized = true;
        Ok(relation)
    }

    fn sort_key(&mut self, input: &Relation, item: &SortItem, scope: &ScopeRef) -> Bound<SortKey> {
        let mut context = RowContext::over(&input.columns, scope);
        let expr = self.scalar(&item.expr.expr, &mut context)?;
        if expr.ty == ScalarType::Dynamic {
            let message = "a dynamic value cannot be sorted: cast it to a simple type first";
            return self.error(DiagnosticCode::TypeMismatch, item.expr.expr.span, message);
        }
        let descending = item.order != Some(SortOrder::Ascending);
        let nulls_first = item.nulls.map_or(!descending, |n| n == NullsOrder::First);
        Ok(SortKey { expr, descending, nulls_first })
    }

    /// `distinct a, b` or `distinct *`.
    pub(super) fn distinct(&mut self, input: Relation, columns: &[SyntaxExpr], scope: &ScopeRef) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope);
        let mut keys = Vec::new();
        let mut outputs: Vec<Column> = Vec::new();
        let mut names = UniqueNames::default();
        for column in columns {
            if matches!(column.kind, SyntaxKind::Star) {
                for c in input.columns.clone() {
                    keys.push(Expr::column(c.id, c.ty));
                    outputs.push(self.new_column(names.claim(&c.name), c.ty));
                }
                continue;
            }
            let expr = self.scalar(column, &mut context)?;
            let name = names.claim_implied(implied_name(column));
            outputs.push(self.new_column(name, expr.ty));
            keys.push(expr);
        }
        Ok(RelationKind::Aggregate { input: Box::new(input), keys, aggregates: Vec::new() }.with_columns(outputs))
    }

    /// `count`.
    pub(super) fn count(&mut self, input: Relation) -> Relation {
        let column = self.new_column("Count", ScalarType::Long);
        let call = AggregateCall {
            function: AggregateFunction::Count,
            arguments: Vec::new(),
            parameters: Vec::new(),
            filter: None,
            ty: ScalarType::Long,
        };
        RelationKind::Aggregate { input: Box::new(input), keys: Vec::new(), aggregates: vec![call] }
            .with_columns(vec![column])
    }

    /// `consume`: reads all rows and gives none.
    pub(super) fn consume(&mut self, input: Relation) -> Relation {
        let columns = input.columns.clone();
        let counted = self.count(input);
        let count = counted.columns[0].clone();
        let inner = counted.columns.clone();
        let predicate = Expr {
            kind: ExprKind::Compare {
                comparison: Comparison::Less,
                left: Box::new(Expr::column(count.id, count.ty)),
                right: Box::new(Expr::constant(Scalar::Long(0))),
            },
            ty: ScalarType::Bool,
        };
        let none = RelationKind::Filter { input: Box::new(counted), predicate }.with_columns(inner);
        let outputs =
            columns.into_iter().map(|c| (self.new_column(c.name, c.ty), Expr::constant(Scalar::null(c.ty)))).collect();
        super::columns::projected(none, outputs, false)
    }

    /// `sample n`.
    pub(super) fn sample(&mut self, input: Relation, count: &SyntaxExpr, scope: &ScopeRef) -> Bound<Relation> {
        let count = self.row_count(count, scope)?;
        let columns = input.columns.clone();
        Ok(RelationKind::Sample { input: Box::new(input), count }.with_columns(columns))
    }

    /// `sample-distinct n of x`.
    pub(super) fn sample_distinct(
        &mut self,
        input: Relation,
        count: &SyntaxExpr,
        of: &SyntaxExpr,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let distinct = self.distinct(input, std::slice::from_ref(of), scope)?;
        self.take(distinct, count, scope)
    }

    /// `serialize` with optional columns.
    pub(super) fn serialize(&mut self, input: Relation, columns: &[NamedExpr], scope: &ScopeRef) -> Bound<Relation> {
        let all = input.columns.clone();
        let mut relation = RelationKind::Serialize { input: Box::new(input) }.with_columns(all);
        relation.serialized = true;
        if columns.is_empty() { Ok(relation) } else { self.extend(relation, columns, scope) }
    }
}
