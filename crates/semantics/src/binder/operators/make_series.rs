//! `make-series`: aggregates along an axis, as arrays.
//!
//! Two aggregations: the first by keys and place on the axis, the second puts the values of a key into arrays.
//! <https://learn.microsoft.com/kusto/query/make-series-operator>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{BinaryOperator, ByClause, Expr as SyntaxExpr, MakeSeries, NamedExpr, Operator},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{AggregateCall, AggregateFunction, Column, Comparison, Expr, ExprKind, Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef, names::implied_name, template::name_syntax};

/// The column that numbers the places on the axis.
const PLACE: &str = "$place";

/// The axis: the value of a row, and the bounds of the series.
struct Axis {
    name: String,
    value: Expr,
    from: Expr,
    step: Expr,
    /// How many places there are.
    count: Expr,
    /// The value of the last place.
    last: Expr,
    /// The rows that lie on it.
    within: Expr,
}

impl Binder<'_> {
    pub(super) fn make_series(
        &mut self,
        input: Relation,
        series: &MakeSeries,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let nonempty = self.parameter_text(&operator.parameters, "kind", scope)?.is_some_and(|k| k == "nonempty");
        let (input, axis) = self.axis(input, series, operator.span, scope)?;
        let keys = series.by.as_ref().map_or(0, |by| by.keys.len());
        let placed = self.placed(input, &axis, operator.span)?;
        let mut by = series.by.clone().unwrap_or(ByClause { keys: Vec::new() });
        by.keys.push(NamedExpr { names: Vec::new(), expr: name_syntax(PLACE, operator.span) });
        let aggregates: Vec<NamedExpr> = series.aggregates.iter().map(|(aggregate, _)| aggregate.clone()).collect();
        let summarized = self.summarize(placed, &aggregates, Some(&by), scope)?;
        let values: Vec<Column> = summarized.columns[keys + 1..].to_vec();
        if values.len() != series.aggregates.len() {
            let message = "'make-series' operator: an aggregate of several columns cannot stand here";
            return self.error(DiagnosticCode::Semantic, operator.span, message);
        }
        let mut calls = Vec::with_capacity(values.len() + 1);
        for ((_, default), value) in series.aggregates.iter().zip(&values) {
            calls.push(self.series_call(default.as_ref(), value, &summarized.columns[keys], &axis, scope)?);
        }
        Ok(self.series_of(summarized, keys, &values, calls, &axis, nonempty))
    }

    fn series_call(
        &mut self,
        default: Option<&SyntaxExpr>,
        value: &Column,
        place: &Column,
        axis: &Axis,
        scope: &ScopeRef,
    ) -> Bound<AggregateCall> {
        let default = match default {
            Some(default) => self.scalar(default, &mut RowContext::constant(scope))?,
            None => Expr::constant(Scalar::Long(0)),
        };
        let default = if value.ty == ScalarType::Dynamic { default } else { default.cast(value.ty) };
        Ok(AggregateCall {
            function: AggregateFunction::Series,
            arguments: vec![Expr::column(place.id, place.ty), Expr::column(value.id, value.ty)],
            parameters: vec![axis.count.clone(), default],
            filter: None,
            ty: ScalarType::Dynamic,
        })
    }

    /// Puts the values of each key into arrays, and the axis behind them.
    fn series_of(
        &mut self,
        summarized: Relation,
        keys: usize,
        values: &[Column],
        mut calls: Vec<AggregateCall>,
        axis: &Axis,
        nonempty: bool,
    ) -> Relation {
        let key_columns = self.renewed(&summarized.columns[..keys]);
        let key_exprs = summarized.columns[..keys].iter().map(|c| Expr::column(c.id, c.ty)).collect();
        let mut columns = key_columns.clone();
        let arrays: Vec<Column> = values.iter().map(|v| self.new_column(v.name.clone(), ScalarType::Dynamic)).collect();
        columns.extend(arrays.iter().cloned());
        let rows = self.new_column("$rows", ScalarType::Long);
        columns.push(rows.clone());
        calls.push(AggregateCall {
            function: AggregateFunction::Count,
            arguments: Vec::new(),
            parameters: Vec::new(),
            filter: None,
            ty: ScalarType::Long,
        });
        let kind = RelationKind::Aggregate { input: Box::new(summarized), keys: key_exprs, aggregates: calls };
        let mut relation = kind.with_columns(columns.clone());
        if keys == 0 && !nonempty {
            let some = Expr {
                kind: ExprKind::Compare {
                    comparison: Comparison::Greater,
                    left: Box::new(Expr::column(rows.id, ScalarType::Long)),
                    right: Box::new(Expr::constant(Scalar::Long(0))),
                },
                ty: ScalarType::Bool,
            };
            relation = RelationKind::Filter { input: Box::new(relation), predicate: some }.with_columns(columns);
        }
        let mut outputs: Vec<(Column, Expr)> =
            key_columns.into_iter().chain(arrays).map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        let times = vec![axis.from.clone(), axis.last.clone(), axis.step.clone()];
        let times = Expr::call("range", times, ScalarType::Dynamic);
        outputs.push((self.new_column(axis.name.clone(), ScalarType::Dynamic), times));
        super::columns::projected(relation, outputs, false)
    }

    /// Keeps the rows on the axis and adds each one's place.
    fn placed(&mut self, input: Relation, axis: &Axis, span: Span) -> Bound<Relation> {
        let columns = input.columns.clone();
        let distance = self.arithmetic(BinaryOperator::Subtract, axis.value.clone(), axis.from.clone(), span)?;
        let place = self.quotient(distance, axis.step.clone(), span)?;
        let place =
            Expr::call("bin", vec![place, Expr::constant(Scalar::Real(1.0))], ScalarType::Real).cast(ScalarType::Long);
        let filtered = RelationKind::Filter { input: Box::new(input), predicate: axis.within.clone() }
            .with_columns(columns.clone());
        let mut outputs: Vec<(Column, Expr)> =
            columns.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        outputs.push((self.new_column(PLACE, ScalarType::Long), place));
        Ok(super::columns::projected(filtered, outputs, false))
    }

    /// Divides to a real, also whole numbers.
    fn quotient(&mut self, distance: Expr, step: Expr, span: Span) -> Bound<Expr> {
        let real = |e: Expr| if e.ty.is_integer() { e.cast(ScalarType::Real) } else { e };
        self.arithmetic(BinaryOperator::Divide, real(distance), real(step), span).map(|q| q.cast(ScalarType::Real))
    }

    fn axis(&mut self, input: Relation, series: &MakeSeries, span: Span, scope: &ScopeRef) -> Bound<(Relation, Axis)> {
        let mut constant = RowContext::constant(scope);
        let step = self.scalar(&series.step, &mut constant)?;
        let shared = series.from.is_none() || series.to.is_none();
        let input = if shared { self.materialized(input) } else { input };
        let value = self.scalar(&series.axis.expr, &mut RowContext::over(&input.columns, scope))?;
        if !(value.ty.is_numeric() || matches!(value.ty, ScalarType::DateTime | ScalarType::TimeSpan)) {
            let message = format!("'make-series' operator: the axis is of type {}", value.ty);
            return self.error(DiagnosticCode::TypeMismatch, series.axis.expr.span, message);
        }
        let value = if value.ty == ScalarType::Int { value.cast(ScalarType::Long) } else { value };
        let step = if value.ty.is_numeric() { step.cast(value.ty) } else { step };
        let from = match &series.from {
            Some(from) => self.scalar(from, &mut constant)?.cast(value.ty),
            None => self.extreme(&input, &series.axis.expr, "min", &step, span, scope)?.cast(value.ty),
        };
        let (to, inclusive) = match &series.to {
            Some(to) => (self.scalar(to, &mut constant)?.cast(value.ty), series.to_inclusive),
            None => (self.extreme(&input, &series.axis.expr, "max", &step, span, scope)?.cast(value.ty), true),
        };
        let distance = self.arithmetic(BinaryOperator::Subtract, to.clone(), from.clone(), span)?;
        let places = self.quotient(distance, step.clone(), span)?;
        let count = if inclusive {
            let whole = Expr::call("bin", vec![places, Expr::constant(Scalar::Real(1.0))], ScalarType::Real);
            let one = Expr::constant(Scalar::Real(1.0));
            self.arithmetic(BinaryOperator::Add, whole, one, span)?.cast(ScalarType::Long)
        } else {
            Expr::call("ceiling", vec![places], ScalarType::Real).cast(ScalarType::Long)
        };
        let less = self.arithmetic(BinaryOperator::Subtract, count.clone(), Expr::constant(Scalar::Long(1)), span)?;
        let length = self.arithmetic(BinaryOperator::Multiply, step.clone(), less, span)?;
        let last = self.arithmetic(BinaryOperator::Add, from.clone(), length, span)?.cast(value.ty);
        let above = self.compare(Comparison::GreaterOrEqual, value.clone(), from.clone(), span)?;
        // The last bin reaches one step beyond an inclusive end.
        let end =
            if inclusive { self.arithmetic(BinaryOperator::Add, to, step.clone(), span)?.cast(value.ty) } else { to };
        let below = self.compare(Comparison::Less, value.clone(), end, span)?;
        let within = Expr { kind: ExprKind::And(Box::new(above), Box::new(below)), ty: ScalarType::Bool };
        let name = series.axis.names.first().map(|n| n.text.clone()).or_else(|| implied_name(&series.axis.expr));
        let name = name.unwrap_or_else(|| "Column1".to_owned());
        Ok((input, Axis { name, value, from, step, count, last, within }))
    }

    /// The first or last bin of the data.
    fn extreme(
        &mut self,
        input: &Relation,
        axis: &SyntaxExpr,
        function: &'static str,
        step: &Expr,
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Expr> {
        let copy = self.renumbered(input);
        let value = self.scalar(axis, &mut RowContext::over(&copy.columns, scope))?;
        let column = self.new_column("x", value.ty);
        let projected = super::columns::projected(copy, vec![(column, value)], false);
        let text = format!("$data | summarize x = {function}(x) | project x = bin(x, $step)");
        let names = vec![
            ("$data", super::super::template::relation(projected)),
            ("$step", super::super::template::scalar(step.clone())),
        ];
        let relation = self.template(&text, names, "'make-series' operator", span, scope)?;
        let ty = relation.columns.first().map_or(ScalarType::Long, |c| c.ty);
        Ok(Expr { kind: ExprKind::ToScalar(std::sync::Arc::new(relation)), ty })
    }
}
