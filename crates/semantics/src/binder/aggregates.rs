//! Calls of aggregation functions.
//!
//! <https://learn.microsoft.com/kusto/query/aggregation-functions>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{Argument, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name},
};
use calypso_types::{Dynamic, Scalar, ScalarType};

use crate::bound::{AggregateCall, AggregateFunction as F, Expr};

use super::{Binder, Bound, RowContext, names::implied_name, row_context::FoundAggregate};

/// How an aggregate's result type follows from its first argument.
#[derive(Clone, Copy, PartialEq)]
enum ResultType {
    Exact(ScalarType),
    /// int and long give long; real, decimal and timespan stay.
    Sum,
    /// Numbers give real (decimal stays); timespan and datetime stay.
    Mean,
    Same,
}

/// One aggregation function's spelling.
struct Declared {
    name: &'static str,
    function: F,
    result: ResultType,
    /// Number of value arguments.
    values: usize,
    /// Number of optional constant parameters behind them.
    parameters: usize,
    /// The last argument is a predicate.
    conditional: bool,
    /// The prefix of the result's name: `sum_` gives `sum_x`; empty gives the column's own name.
    prefix: &'static str,
}

const fn declared(
    name: &'static str,
    function: F,
    result: ResultType,
    values: usize,
    parameters: usize,
    prefix: &'static str,
) -> Declared {
    Declared { name, function, result, values, parameters, conditional: false, prefix }
}

const fn conditional(mut inner: Declared) -> Declared {
    inner.conditional = true;
    inner
}

const LONG: ResultType = ResultType::Exact(ScalarType::Long);
const REAL: ResultType = ResultType::Exact(ScalarType::Real);
const DYNAMIC: ResultType = ResultType::Exact(ScalarType::Dynamic);

const AGGREGATES: &[Declared] = &[
    declared("count", F::Count, LONG, 0, 0, "count_"),
    conditional(declared("countif", F::Count, LONG, 0, 0, "countif_")),
    declared("sum", F::Sum, ResultType::Sum, 1, 0, "sum_"),
    conditional(declared("sumif", F::Sum, ResultType::Sum, 1, 0, "sumif_")),
    declared("avg", F::Avg, ResultType::Mean, 1, 0, "avg_"),
    conditional(declared("avgif", F::Avg, ResultType::Mean, 1, 0, "avgif_")),
    declared("min", F::Min, ResultType::Same, 1, 0, "min_"),
    conditional(declared("minif", F::Min, ResultType::Same, 1, 0, "minif_")),
    declared("max", F::Max, ResultType::Same, 1, 0, "max_"),
    conditional(declared("maxif", F::Max, ResultType::Same, 1, 0, "maxif_")),
    declared("dcount", F::DCount, LONG, 1, 1, "dcount_"),
    conditional(declared("dcountif", F::DCount, LONG, 1, 0, "dcountif_")),
    declared("count_distinct", F::CountDistinct, LONG, 1, 0, "count_distinct_"),
    conditional(declared("count_distinctif", F::CountDistinct, LONG, 1, 0, "count_distinctif_")),
    declared("percentile", F::Percentile, ResultType::Same, 1, 1, "percentile_"),
    declared("percentilew", F::PercentileWeighted, ResultType::Same, 2, 1, "percentile_"),
    declared("percentiles_array", F::PercentilesArray, DYNAMIC, 1, 64, "percentiles_"),
    declared("percentilesw_array", F::PercentilesWeightedArray, DYNAMIC, 2, 64, "percentile_"),
    declared("make_list", F::MakeList, DYNAMIC, 1, 1, "list_"),
    declared("makelist", F::MakeList, DYNAMIC, 1, 1, "list_"),
    conditional(declared("make_list_if", F::MakeList, DYNAMIC, 1, 1, "list_")),
    declared("make_list_with_nulls", F::MakeListWithNulls, DYNAMIC, 1, 0, "list_"),
    declared("make_set", F::MakeSet, DYNAMIC, 1, 1, "set_"),
    declared("makeset", F::MakeSet, DYNAMIC, 1, 1, "set_"),
    conditional(declared("make_set_if", F::MakeSet, DYNAMIC, 1, 1, "set_")),
    declared("make_bag", F::MakeBag, DYNAMIC, 1, 1, "bag_"),
    declared("make_dictionary", F::MakeBag, DYNAMIC, 1, 1, "dictionary_"),
    conditional(declared("make_bag_if", F::MakeBag, DYNAMIC, 1, 1, "bag_")),
    declared("stdev", F::Stdev, REAL, 1, 0, "stdev_"),
    conditional(declared("stdevif", F::Stdev, REAL, 1, 0, "stdevif_")),
    declared("stdevp", F::StdevPopulation, REAL, 1, 0, "stdevp_"),
    declared("variance", F::Variance, REAL, 1, 0, "variance_"),
    conditional(declared("varianceif", F::Variance, REAL, 1, 0, "varianceif_")),
    declared("variancep", F::VariancePopulation, REAL, 1, 0, "variancep_"),
    conditional(declared("variancepif", F::VariancePopulation, REAL, 1, 0, "variancepif_")),
    declared("covariance", F::Covariance, REAL, 2, 0, "covariance_"),
    conditional(declared("covarianceif", F::Covariance, REAL, 2, 0, "covarianceif_")),
    declared("covariancep", F::CovariancePopulation, REAL, 2, 0, "covariancep_"),
    conditional(declared("covariancepif", F::CovariancePopulation, REAL, 2, 0, "covariancepif_")),
    conditional(declared("stdevpif", F::StdevPopulation, REAL, 1, 0, "stdevpif_")),
    declared("buildschema", F::BuildSchema, DYNAMIC, 1, 0, "schema_"),
    declared("take_any", F::TakeAny, ResultType::Same, 1, 0, ""),
    declared("any", F::TakeAny, ResultType::Same, 1, 0, "any_"),
    conditional(declared("take_anyif", F::TakeAny, ResultType::Same, 1, 0, "")),
    conditional(declared("anyif", F::TakeAny, ResultType::Same, 1, 0, "any_")),
    declared("binary_all_and", F::BinaryAllAnd, LONG, 1, 0, ""),
    declared("binary_all_or", F::BinaryAllOr, LONG, 1, 0, ""),
    declared("binary_all_xor", F::BinaryAllXor, LONG, 1, 0, ""),
];

/// Aggregates of several result columns, which only `summarize` itself understands.
const MULTIPLE: &[&str] = &["arg_max", "arg_min", "argmax", "argmin", "percentiles", "percentilesw"];

fn find(name: &str) -> Option<&'static Declared> {
    AGGREGATES.iter().find(|a| a.name == name)
}

/// Says whether `name` is an aggregation function.
pub(super) fn is_aggregate(name: &str) -> bool {
    find(name).is_some() || MULTIPLE.contains(&name)
}

/// Returns every aggregation function's name.
pub fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|a| a.name).chain(MULTIPLE.iter().copied())
}

/// Returns the name of an unnamed aggregate's column, as `sum_x` for `sum(x)`.
pub(super) fn aggregate_column_name(name: &str, arguments: &[Argument]) -> Option<String> {
    let declared = find(name)?;
    let mut column = declared.prefix.to_owned();
    if (declared.values > 0 || name == "count")
        && let Some(first) = arguments.first()
        && let Some(of) = implied_name(&first.value)
    {
        column.push_str(&of);
    }
    if matches!(declared.function, F::Covariance | F::CovariancePopulation)
        && let Some(of) = arguments.get(1).and_then(|second| implied_name(&second.value))
    {
        column.push('_');
        column.push_str(&of);
    }
    if matches!(declared.function, F::Percentile | F::PercentileWeighted)
        && let Some(SyntaxKind::Literal(literal)) = arguments.last().map(|a| &a.value.kind)
    {
        column.push('_');
        column.push_str(&literal.value.to_text().replace('.', "_"));
    }
    (!column.is_empty()).then_some(column)
}

impl Binder<'_> {
    /// Binds an aggregate and returns the expression that refers to its column.
    pub(super) fn aggregate_call(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
    ) -> Bound<Expr> {
        if context.aggregates.is_none() {
            let message = format!("'{}' is an aggregation function and can only stand in 'summarize'", name.text);
            return self.error(DiagnosticCode::AggregateMisplaced, name.span, message);
        }
        let Some(declared) = find(&name.text) else {
            let message = format!("'{}' gives several columns and cannot stand inside an expression", name.text);
            return self.error(DiagnosticCode::AggregateMisplaced, name.span, message);
        };
        let call = self.single_aggregate(declared, name, arguments, context)?;
        let result = call.ty;
        Ok(self.found(call, context).cast(result))
    }

    /// Adds an aggregate to those found and returns the reference to its column.
    pub(super) fn found(&mut self, call: AggregateCall, context: &mut RowContext) -> Expr {
        if let Some(known) = context.aggregates.as_ref().and_then(|all| all.iter().find(|a| a.call == call)) {
            return Expr::column(known.column.id, known.column.ty);
        }
        let column = self.new_column("aggregate", call.ty);
        let expr = Expr::column(column.id, column.ty);
        if let Some(aggregates) = &mut context.aggregates {
            aggregates.push(FoundAggregate { column, call });
        }
        expr
    }

    fn single_aggregate(
        &mut self,
        declared: &Declared,
        name: &Name,
        arguments: &[Argument],
        context: &RowContext,
    ) -> Bound<AggregateCall> {
        let mut inner = RowContext::over(&context.columns, &context.scope);
        let most = declared.values + declared.parameters + usize::from(declared.conditional);
        let least = declared.values + usize::from(declared.conditional);
        let stars = declared.function == F::Count && arguments.iter().all(|a| matches!(a.value.kind, SyntaxKind::Star));
        let counts_rows = declared.function == F::Count && !declared.conditional && arguments.len() == 1;
        if counts_rows && !stars {
            // `count(x)` counts rows, whatever x is; x must still mean something.
            self.scalar(&arguments[0].value, &mut inner)?;
        }
        let arguments = if counts_rows { &[] } else { arguments };
        if arguments.len() < least || arguments.len() > most {
            let expected = if least == most { format!("{least}") } else { format!("{least} to {most}") };
            let message = format!("{}(): function expects {expected} argument(s).", name.text);
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let is_predicate = declared.conditional && index == declared.values;
            bound.push(if is_predicate {
                self.condition(&argument.value, &mut inner)?
            } else {
                self.scalar(&argument.value, &mut inner)?
            });
        }
        let mut rest = bound.split_off(declared.values);
        let filter = declared.conditional.then(|| rest.remove(0));
        let span = arguments.first().map_or(name.span, |a| a.value.span);
        let arguments = self.value_arguments(declared, name, bound, span)?;
        let ty = result_type(declared.result, arguments.first());
        let parameters = flatten_parameters(rest);
        Ok(AggregateCall { function: declared.function, arguments, parameters, filter, ty })
    }

    /// Checks and converts the values an aggregate works on.
    fn value_arguments(
        &mut self,
        declared: &Declared,
        name: &Name,
        mut values: Vec<Expr>,
        span: Span,
    ) -> Bound<Vec<Expr>> {
        let Some(first) = values.first().cloned() else { return Ok(values) };
        let number = first.ty.is_numeric();
        let time = matches!(first.ty, ScalarType::TimeSpan | ScalarType::DateTime);
        let accepted = match declared.function {
            F::Sum => number || matches!(first.ty, ScalarType::TimeSpan | ScalarType::Dynamic),
            F::Avg | F::Percentile | F::PercentilesArray | F::PercentileWeighted | F::PercentilesWeightedArray => {
                number || time || first.ty == ScalarType::Dynamic
            }
            F::Stdev | F::StdevPopulation | F::Variance | F::VariancePopulation => {
                number || first.ty == ScalarType::Dynamic
            }
            F::BinaryAllAnd | F::BinaryAllOr | F::BinaryAllXor => first.ty.is_integer(),
            F::Covariance | F::CovariancePopulation => number || first.ty == ScalarType::Dynamic,
            F::MakeBag | F::BuildSchema => first.ty == ScalarType::Dynamic,
            _ => true,
        };
        if !accepted {
            let message = format!("{}(): argument 1 is of type {}, which it does not accept", name.text, first.ty);
            return self.error(DiagnosticCode::TypeMismatch, span, message);
        }
        values[0] = match (declared.function, first.ty) {
            (F::Sum | F::BinaryAllAnd | F::BinaryAllOr | F::BinaryAllXor, ScalarType::Int) => {
                first.cast(ScalarType::Long)
            }
            (F::Sum | F::Avg | F::Percentile | F::PercentilesArray, ScalarType::Dynamic) => {
                first.cast(ScalarType::Real)
            }
            (F::Avg, ScalarType::Int | ScalarType::Long) => first.cast(ScalarType::Real),
            (
                F::Stdev
                | F::StdevPopulation
                | F::Variance
                | F::VariancePopulation
                | F::Covariance
                | F::CovariancePopulation,
                _,
            ) => first.cast(ScalarType::Real),
            _ => first,
        };
        if let Some(weight) = values.get_mut(1) {
            let is_pair = matches!(declared.function, F::Covariance | F::CovariancePopulation);
            *weight = weight.clone().cast(if is_pair { ScalarType::Real } else { ScalarType::Long });
        }
        Ok(values)
    }

    /// Binds `percentiles(x, 5, 50, 95)`: one aggregate per percentile, with its column's name.
    pub(super) fn percentiles(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
    ) -> Bound<Vec<(String, Expr)>> {
        let single = find(if name.text == "percentilesw" { "percentilew" } else { "percentile" });
        let values = if name.text == "percentilesw" { 2 } else { 1 };
        let Some(single) = single.filter(|_| arguments.len() > values) else {
            let message = format!("{}(): function expects at least {} arguments.", name.text, values + 1);
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        };
        let of = implied_name(&arguments[0].value).unwrap_or_default();
        let mut columns = Vec::new();
        for percentile in &arguments[values..] {
            let mut one = arguments[..values].to_vec();
            one.push(percentile.clone());
            let call = self.single_aggregate(single, name, &one, context)?;
            let ty = call.ty;
            let label = call.parameters.first().and_then(Expr::as_constant).map(Scalar::to_text).unwrap_or_default();
            let expr = self.found(call, context).cast(ty);
            columns.push((format!("percentile_{of}_{}", label.replace('.', "_")), expr));
        }
        Ok(columns)
    }

    /// Binds `arg_max(key, a, b)` or `arg_max(key, *)`: the key's column, then the others of the same row.
    pub(super) fn arg_extreme(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
        group_keys: &[String],
    ) -> Bound<Vec<(String, Expr)>> {
        let function = if matches!(name.text.as_str(), "arg_max" | "argmax") { F::ArgMax } else { F::ArgMin };
        let Some((key, values)) = arguments.split_first() else {
            let message = format!("{}(): function expects at least 1 argument(s).", name.text);
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        };
        let mut inner = RowContext::over(&context.columns, &context.scope);
        let key_expr = self.scalar(&key.value, &mut inner)?;
        let key_name = implied_name(&key.value)
            .unwrap_or_else(|| if function == F::ArgMax { "max_".to_owned() } else { "min_".to_owned() });
        let mut wanted: Vec<(String, Expr)> = Vec::new();
        for value in values {
            if matches!(value.value.kind, SyntaxKind::Star) {
                let columns = context.columns.iter().filter(|c| c.name != key_name && !group_keys.contains(&c.name));
                wanted.extend(columns.map(|c| (c.name.clone(), Expr::column(c.id, c.ty))));
            } else {
                let expr = self.scalar(&value.value, &mut inner)?;
                wanted.push((implied_name(&value.value).unwrap_or_default(), expr));
            }
        }
        let mut columns = Vec::with_capacity(wanted.len() + 1);
        wanted.insert(0, (key_name, key_expr.clone()));
        for (column, value) in wanted {
            let ty = value.ty;
            let call = AggregateCall {
                function,
                arguments: vec![key_expr.clone(), value],
                parameters: Vec::new(),
                filter: None,
                ty,
            };
            columns.push((column, self.found(call, context)));
        }
        Ok(columns)
    }

    /// Binds `take_any(a, b)` or `take_any(*)`: columns of one row.
    pub(super) fn take_any(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
        group_keys: &[String],
    ) -> Bound<Vec<(String, Expr)>> {
        let prefix = if name.text == "any" { "any_" } else { "" };
        // One column alone gives a value where there is one; several come from one row.
        let alone = matches!(arguments, [only] if !matches!(only.value.kind, SyntaxKind::Star));
        let mut columns = Vec::new();
        for argument in arguments {
            let mut inner = RowContext::over(&context.columns, &context.scope);
            let wanted: Vec<(String, Expr)> = if matches!(argument.value.kind, SyntaxKind::Star) {
                let all = context.columns.iter().filter(|c| !group_keys.contains(&c.name));
                all.map(|c| (c.name.clone(), Expr::column(c.id, c.ty))).collect()
            } else {
                let expr = self.scalar(&argument.value, &mut inner)?;
                vec![(implied_name(&argument.value).unwrap_or_default(), expr)]
            };
            for (column, value) in wanted {
                let ty = value.ty;
                let filter = alone.then(|| Expr::call("isnotempty", vec![value.clone()], ScalarType::Bool));
                let call =
                    AggregateCall { function: F::TakeAny, arguments: vec![value], parameters: Vec::new(), filter, ty };
                columns.push((format!("{prefix}{column}"), self.found(call, context)));
            }
        }
        Ok(columns)
    }
}

fn result_type(rule: ResultType, first: Option<&Expr>) -> ScalarType {
    let first = first.map_or(ScalarType::Long, |f| f.ty);
    match rule {
        ResultType::Exact(ty) => ty,
        ResultType::Same => first,
        ResultType::Sum if first.is_integer() => ScalarType::Long,
        ResultType::Mean if first.is_integer() => ScalarType::Real,
        ResultType::Sum | ResultType::Mean => first,
    }
}

/// `percentiles_array(x, dynamic([5, 50]))` is `percentiles_array(x, 5, 50)`.
fn flatten_parameters(parameters: Vec<Expr>) -> Vec<Expr> {
    match parameters.as_slice() {
        [single] => match single.as_constant() {
            Some(Scalar::Dynamic(Dynamic::Array(items))) => {
                items.iter().map(|i| Expr::constant(i.to_scalar(ScalarType::Real))).collect()
            }
            _ => parameters,
        },
        _ => parameters,
    }
}

/// Says whether `expr` is a call of an aggregate that gives several columns.
pub(super) fn multiple_columns(expr: &SyntaxExpr) -> Option<(&Name, &[Argument])> {
    match &expr.kind {
        SyntaxKind::Call { name, arguments }
            if MULTIPLE.contains(&name.text.as_str())
                || matches!(name.text.as_str(), "take_any" | "any")
                    && (arguments.len() > 1 || arguments.iter().any(|a| matches!(a.value.kind, SyntaxKind::Star))) =>
        {
            Some((name, arguments))
        }
        _ => None,
    }
}
