//! `summarize` and `distinct`.
//!
//! The engine's own aggregates serve where they mean the same; the rest are ours (`crate::aggregates`). Results over
//! no rows are Kusto's: <https://learn.microsoft.com/kusto/query/summarize-operator#aggregates-default-values>.

use calypso_columns::arrow_type;
use calypso_semantics::bound::{AggregateCall, AggregateFunction as F, Column, Expr as BoundExpr, Relation};
use calypso_types::{Scalar, ScalarType};
use datafusion::{
    functions::core::expr_fn::coalesce,
    functions_aggregate::expr_fn::{
        approx_distinct, avg, bit_and, bit_or, bit_xor, count, count_distinct, covar_pop, covar_samp, first_value, max,
        min, stddev, stddev_pop, sum, var_pop, var_sample,
    },
    logical_expr::{Cast, Expr, ExprFunctionExt as _, LogicalPlan, LogicalPlanBuilder, SortExpr},
};

use super::{Planner, column, plan_name};
use crate::{QueryError, aggregates::KustoAggregate, literal::literal};

impl Planner<'_> {
    pub(super) fn aggregate(
        &self,
        input: &Relation,
        keys: &[BoundExpr],
        aggregates: &[AggregateCall],
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let mut group = Vec::with_capacity(keys.len());
        for (key, column) in keys.iter().zip(columns) {
            group.push(self.expr(key)?.alias(plan_name(column.id)));
        }
        let results = &columns[keys.len()..];
        let mut calls = Vec::with_capacity(aggregates.len());
        let mut outputs: Vec<Expr> = columns[..keys.len()].iter().map(|c| column(c.id)).collect();
        for (call, result) in aggregates.iter().zip(results) {
            let name = format!("a{}", result.id.0);
            calls.push(self.aggregate_call(call)?.alias(&name));
            let raw = Expr::Column(datafusion::common::Column::new_unqualified(&name));
            outputs.push(finished(call, raw)?.alias(plan_name(result.id)));
        }
        let plan = LogicalPlanBuilder::from(plan).aggregate(group, calls)?;
        if aggregates.is_empty() {
            return Ok(plan.build()?);
        }
        Ok(plan.project(outputs)?.build()?)
    }

    fn aggregate_call(&self, call: &AggregateCall) -> Result<Expr, QueryError> {
        let arguments = call.arguments.iter().map(|a| self.expr(a)).collect::<Result<Vec<_>, _>>()?;
        let first =
            || arguments.first().cloned().ok_or_else(|| QueryError::internal("an aggregate lacks its argument"));
        let second =
            || arguments.get(1).cloned().ok_or_else(|| QueryError::internal("an aggregate lacks its second argument"));
        let ty = call.arguments.first().map_or(ScalarType::Long, |a| a.ty);
        let filter = call.filter.as_ref().map(|f| self.predicate(f)).transpose()?;
        let expr = match call.function {
            F::Count => count(literal(&Scalar::Long(1))?),
            F::Sum => sum(first()?),
            F::Avg if matches!(ty, ScalarType::TimeSpan | ScalarType::DateTime) => self.own(call, arguments)?,
            F::Avg => avg(first()?),
            F::Min => min(first()?),
            F::Max => max(first()?),
            F::DCount => approx_distinct(self.countable(&call.arguments[0])?),
            F::CountDistinct => count_distinct(first()?),
            F::Stdev => stddev(first()?),
            F::StdevPopulation => stddev_pop(first()?),
            F::Variance => var_sample(first()?),
            F::VariancePopulation => var_pop(first()?),
            F::Covariance => covar_samp(first()?, second()?),
            F::CovariancePopulation => covar_pop(first()?, second()?),
            F::BinaryAllAnd => bit_and(first()?),
            F::BinaryAllOr => bit_or(first()?),
            F::BinaryAllXor => bit_xor(first()?),
            F::TakeAny => first_value(first()?, Vec::new()),
            F::ArgMax | F::ArgMin if call.arguments[0] == call.arguments[1] => {
                if call.function == F::ArgMax {
                    max(first()?)
                } else {
                    min(first()?)
                }
            }
            F::ArgMax | F::ArgMin => {
                // A row without a key is only taken where no row has one.
                let best = SortExpr { expr: first()?, asc: call.function == F::ArgMin, nulls_first: false };
                return Ok(first_value(arguments[1].clone(), Vec::new()).order_by(vec![best]).build()?);
            }
            F::Percentile
            | F::PercentilesArray
            | F::PercentileWeighted
            | F::PercentilesWeightedArray
            | F::MakeList
            | F::MakeListWithNulls
            | F::MakeSet
            | F::MakeBag
            | F::Series
            | F::BuildSchema => self.own(call, arguments)?,
        };
        match filter {
            Some(filter) => Ok(expr.filter(filter).build()?),
            None => Ok(expr),
        }
    }

    /// A value's form that the engine's distinct counter takes.
    fn countable(&self, value: &BoundExpr) -> Result<Expr, QueryError> {
        match value.ty {
            ScalarType::String | ScalarType::Long | ScalarType::Int | ScalarType::DateTime | ScalarType::TimeSpan => {
                self.expr(value)
            }
            // A null must stay uncounted, so the text of a null is a null dynamic.
            _ => self.call("cast", &[value.clone().cast(ScalarType::Dynamic)], ScalarType::Dynamic, false),
        }
    }

    fn own(&self, call: &AggregateCall, arguments: Vec<Expr>) -> Result<Expr, QueryError> {
        let parameters = call.parameters.iter().map(|p| self.constant(p)).collect::<Result<Vec<_>, _>>()?;
        let types: Vec<ScalarType> = call.arguments.iter().map(|a| a.ty).collect();
        Ok(KustoAggregate::try_new(call.function, types, &parameters, call.ty)?.call(arguments))
    }
}

/// Gives the result its Kusto type and its value over no rows.
fn finished(call: &AggregateCall, raw: Expr) -> Result<Expr, QueryError> {
    let typed = match (call.function, call.ty) {
        (F::Count, _) => raw,
        // The engine counts unsigned and widens decimals.
        (F::DCount | F::CountDistinct, _) | (_, ScalarType::Decimal) => {
            Expr::Cast(Cast::new(Box::new(raw), arrow_type(call.ty)))
        }
        _ => raw,
    };
    let zero = match (call.function, call.ty) {
        (F::Sum, ScalarType::Real) | (F::Stdev | F::StdevPopulation | F::Variance | F::VariancePopulation, _) => {
            Some(Scalar::Real(0.0))
        }
        // A mean of no values divides zero by zero.
        (F::Avg, ScalarType::Real) => Some(Scalar::Real(f64::NAN)),
        (F::Sum, ScalarType::TimeSpan) => Some(Scalar::TimeSpan(calypso_types::TimeSpan(0))),
        (F::Sum, ScalarType::Decimal) => Some(Scalar::Decimal(calypso_types::Decimal(0))),
        (F::Sum, _) => Some(Scalar::Long(0)),
        (F::ArgMax | F::ArgMin | F::TakeAny | F::Min | F::Max, ScalarType::String) => {
            Some(Scalar::String(String::new()))
        }
        _ => None,
    };
    match zero {
        Some(zero) => Ok(coalesce(vec![typed, literal(&zero)?])),
        None => Ok(typed),
    }
}
