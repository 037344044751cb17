//! Which conditions a table's reader may use to skip: those on one column and constants.

use calypso_columns::{Column, ColumnPredicate, Comparison};
use calypso_types::Scalar;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, expr::InList};

use crate::{kernel_function::KernelFunction, literal::scalar};

/// Shortest term that a reader's index can know; shorter ones are not worth asking for.
const TERM_LENGTH_MIN: usize = 3;

/// Returns what `filter` says about single columns; several predicates all hold. Empty if it says nothing usable.
pub(crate) fn column_predicates(filter: &Expr, columns: &[Column], names: &[String]) -> Vec<ColumnPredicate> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            let mut both = column_predicates(left, columns, names);
            both.extend(column_predicates(right, columns, names));
            both
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            compare(left, *op, right, columns, names).into_iter().collect()
        }
        Expr::InList(InList { expr, list, negated: false }) => any_of(expr, list, columns, names).into_iter().collect(),
        Expr::ScalarFunction(call) => {
            let Some(function) = call.func.inner().as_any_kernel() else { return Vec::new() };
            kernel_predicate(call.name(), function, &call.args, columns, names).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

trait AsKernel {
    fn as_any_kernel(&self) -> Option<&KernelFunction>;
}

impl AsKernel for std::sync::Arc<dyn datafusion::logical_expr::ScalarUDFImpl> {
    fn as_any_kernel(&self) -> Option<&KernelFunction> {
        (self.as_ref() as &dyn std::any::Any).downcast_ref()
    }
}

fn column_of(expr: &Expr, names: &[String]) -> Option<usize> {
    match expr {
        Expr::Column(column) => names.iter().position(|n| *n == column.name),
        _ => None,
    }
}

fn constant_of(expr: &Expr, column: usize, columns: &[Column]) -> Option<Scalar> {
    match expr {
        Expr::Literal(value, _) => scalar(value, columns.get(column)?.ty).ok().filter(|v| !v.is_null()),
        _ => None,
    }
}

fn compare(left: &Expr, op: Operator, right: &Expr, columns: &[Column], names: &[String]) -> Option<ColumnPredicate> {
    let (column, value, flipped) = match (column_of(left, names), column_of(right, names)) {
        (Some(column), None) => (column, constant_of(right, column, columns)?, false),
        (None, Some(column)) => (column, constant_of(left, column, columns)?, true),
        _ => return None,
    };
    let comparison = match (op, flipped) {
        (Operator::Eq, _) => Comparison::Equal,
        (Operator::Lt, false) | (Operator::Gt, true) => Comparison::Less,
        (Operator::LtEq, false) | (Operator::GtEq, true) => Comparison::LessOrEqual,
        (Operator::Gt, false) | (Operator::Lt, true) => Comparison::Greater,
        (Operator::GtEq, false) | (Operator::LtEq, true) => Comparison::GreaterOrEqual,
        _ => return None,
    };
    Some(ColumnPredicate::Compare { column, comparison, value })
}

fn any_of(expr: &Expr, list: &[Expr], columns: &[Column], names: &[String]) -> Option<ColumnPredicate> {
    let column = column_of(expr, names)?;
    let values = list.iter().map(|item| constant_of(item, column, columns)).collect::<Option<Vec<_>>>()?;
    Some(ColumnPredicate::AnyOf { column, values })
}

fn kernel_predicate(
    name: &str,
    function: &KernelFunction,
    arguments: &[Expr],
    columns: &[Column],
    names: &[String],
) -> Option<ColumnPredicate> {
    let [left, right] = arguments else { return None };
    let operator = match name {
        "op_equal" => Operator::Eq,
        "op_less" => Operator::Lt,
        "op_less_or_equal" => Operator::LtEq,
        "op_greater" => Operator::Gt,
        "op_greater_or_equal" => Operator::GtEq,
        "op_has" | "op_has_cs" => return has_terms(left, right, columns, names),
        _ => return None,
    };
    let same_type = column_of(left, names)
        .or_else(|| column_of(right, names))
        .is_some_and(|c| function.argument_types().iter().all(|t| *t == columns[c].ty));
    if same_type { compare(left, operator, right, columns, names) } else { None }
}

fn has_terms(left: &Expr, right: &Expr, columns: &[Column], names: &[String]) -> Option<ColumnPredicate> {
    let column = column_of(left, names)?;
    let Scalar::String(text) = constant_of(right, column, columns)? else { return None };
    let terms: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| t.chars().count() >= TERM_LENGTH_MIN)
        .map(str::to_lowercase)
        .collect();
    (!terms.is_empty()).then_some(ColumnPredicate::HasTerms { column, terms })
}
