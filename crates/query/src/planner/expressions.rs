//! Scalar expressions.
//!
//! Kusto's null rules differ from SQL's in `==` and `!=`: a null equals no value, but the answer is false (true for
//! `!=`) rather than null. Inside a filter null and false are the same, so there the engine's own operators serve, which
//! readers can prune by; elsewhere the kernels do.

use std::sync::Arc;

use calypso_columns::arrow_type;
use calypso_semantics::bound::{Comparison, Expr as BoundExpr, ExprKind, Relation};
use calypso_types::{Dynamic, Scalar, ScalarType};
use datafusion::logical_expr::{BinaryExpr, Cast, Expr, Operator, expr::InList};

use super::{Planner, Resolved, column};
use crate::{QueryError, kernel_function::KernelFunction, literal::literal};

impl Planner<'_> {
    /// Plans an expression whose exact value counts.
    pub(crate) fn expr(&self, expr: &BoundExpr) -> Result<Expr, QueryError> {
        stacker::maybe_grow(super::STACK_RED_ZONE, super::STACK_GROWTH, || match &expr.kind {
            ExprKind::Compare { comparison, left, right } => self.compare_exactly(*comparison, left, right),
            ExprKind::In { operand, list } => self.in_list(operand, list, true),
            ExprKind::InQuery { operand, query, case_insensitive } => {
                self.in_query(operand, query, *case_insensitive, true)
            }
            _ => self.other(expr, false),
        })
    }

    /// Plans a condition of which only "true or not" counts.
    pub(crate) fn predicate(&self, expr: &BoundExpr) -> Result<Expr, QueryError> {
        stacker::maybe_grow(super::STACK_RED_ZONE, super::STACK_GROWTH, || match &expr.kind {
            ExprKind::Compare { comparison, left, right } => self.compare_in_filter(*comparison, left, right),
            ExprKind::In { operand, list } => self.in_list(operand, list, false),
            ExprKind::InQuery { operand, query, case_insensitive } => {
                self.in_query(operand, query, *case_insensitive, false)
            }
            _ => self.other(expr, true),
        })
    }

    fn other(&self, expr: &BoundExpr, filter: bool) -> Result<Expr, QueryError> {
        let inner = |e: &BoundExpr| if filter { self.predicate(e) } else { self.expr(e) };
        match &expr.kind {
            ExprKind::Constant(value) => literal(value),
            ExprKind::Column(id) => Ok(column(*id)),
            ExprKind::Call { function, arguments, volatile } => self.call(function, arguments, expr.ty, *volatile),
            ExprKind::Cast(operand) => self.cast(operand, expr.ty),
            ExprKind::And(a, b) => Ok(binary(inner(a)?, Operator::And, inner(b)?)),
            ExprKind::Or(a, b) => Ok(binary(inner(a)?, Operator::Or, inner(b)?)),
            // Under `not`, null and false part ways again.
            ExprKind::Not(operand) => Ok(Expr::Not(Box::new(self.expr(operand)?))),
            ExprKind::ToScalar(relation) => match self.resolved(relation)? {
                Resolved::Scalar(value) => literal(value),
                _ => Err(QueryError::internal("toscalar() was resolved to something else")),
            },
            ExprKind::ToArray(relation) => match self.resolved(relation)? {
                Resolved::Values(values) => {
                    literal(&Scalar::Dynamic(Dynamic::Array(values.iter().map(Dynamic::from_scalar).collect())))
                }
                _ => Err(QueryError::internal("a list was resolved to something else")),
            },
            ExprKind::Compare { .. } | ExprKind::In { .. } | ExprKind::InQuery { .. } => {
                Err(QueryError::internal("a comparison reached the wrong place"))
            }
        }
    }

    pub(super) fn resolved(&self, relation: &Arc<Relation>) -> Result<&Resolved, QueryError> {
        self.resolved
            .get(&(Arc::as_ptr(relation) as usize))
            .ok_or_else(|| QueryError::internal("a subquery has not been run"))
    }

    /// Plans a kernel call.
    pub(super) fn call(
        &self,
        function: &'static str,
        arguments: &[BoundExpr],
        ty: ScalarType,
        volatile: bool,
    ) -> Result<Expr, QueryError> {
        let planned = arguments.iter().map(|a| self.expr(a)).collect::<Result<Vec<_>, _>>()?;
        let types = arguments.iter().map(|a| a.ty).collect();
        KernelFunction::call(function, planned, types, ty, volatile, self.context)
    }

    fn cast(&self, operand: &BoundExpr, to: ScalarType) -> Result<Expr, QueryError> {
        use ScalarType as T;
        if operand.as_constant().is_some_and(Scalar::is_null) {
            return literal(&Scalar::null(to));
        }
        // Widening loses nothing and the engine can see through it.
        if matches!((operand.ty, to), (T::Int, T::Long | T::Real)) {
            return Ok(Expr::Cast(Cast::new(Box::new(self.expr(operand)?), arrow_type(to))));
        }
        self.call("cast", std::slice::from_ref(operand), to, false)
    }

    fn compare_exactly(&self, comparison: Comparison, left: &BoundExpr, right: &BoundExpr) -> Result<Expr, QueryError> {
        // A string is never null, so the engine's operators already answer exactly.
        if left.ty == ScalarType::String {
            return Ok(binary(self.expr(left)?, engine_operator(comparison), self.expr(right)?));
        }
        self.compare_by_kernel(comparison, left, right)
    }

    fn compare_by_kernel(
        &self,
        comparison: Comparison,
        left: &BoundExpr,
        right: &BoundExpr,
    ) -> Result<Expr, QueryError> {
        let kernel = match comparison {
            Comparison::Equal => "op_equal",
            Comparison::NotEqual => "op_not_equal",
            Comparison::Less => "op_less",
            Comparison::LessOrEqual => "op_less_or_equal",
            Comparison::Greater => "op_greater",
            Comparison::GreaterOrEqual => "op_greater_or_equal",
        };
        self.call(kernel, &[left.clone(), right.clone()], ScalarType::Bool, false)
    }

    fn compare_in_filter(
        &self,
        comparison: Comparison,
        left: &BoundExpr,
        right: &BoundExpr,
    ) -> Result<Expr, QueryError> {
        // NaN compares false with everything in Kusto but sorts last in Arrow; a dynamic compares by value, not by text.
        if matches!(left.ty, ScalarType::Real | ScalarType::Dynamic) {
            return self.compare_by_kernel(comparison, left, right);
        }
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        let operator = match comparison {
            Comparison::NotEqual => Operator::IsDistinctFrom,
            other => engine_operator(other),
        };
        Ok(binary(left, operator, right))
    }

    fn in_list(&self, operand: &BoundExpr, list: &[BoundExpr], exact: bool) -> Result<Expr, QueryError> {
        if list.is_empty() {
            return literal(&Scalar::Bool(false));
        }
        let by_kernel =
            matches!(operand.ty, ScalarType::Real | ScalarType::Dynamic) || exact && operand.ty != ScalarType::String;
        if by_kernel {
            let mut arguments = vec![operand.clone()];
            arguments.extend(list.iter().cloned());
            return self.call("op_in", &arguments, ScalarType::Bool, false);
        }
        let list = list.iter().map(|i| self.expr(i)).collect::<Result<Vec<_>, _>>()?;
        Ok(Expr::InList(InList::new(Box::new(self.expr(operand)?), list, false)))
    }

    fn in_query(
        &self,
        operand: &BoundExpr,
        query: &Arc<Relation>,
        case_insensitive: bool,
        exact: bool,
    ) -> Result<Expr, QueryError> {
        let Resolved::Values(values) = self.resolved(query)? else {
            return Err(QueryError::internal("a list was resolved to a scalar"));
        };
        if case_insensitive {
            let array = Dynamic::Array(values.iter().map(Dynamic::from_scalar).collect());
            let array = BoundExpr::constant(Scalar::Dynamic(array));
            return self.call("op_in_tilde", &[operand.clone(), array], ScalarType::Bool, false);
        }
        let list: Vec<BoundExpr> = values.iter().cloned().map(BoundExpr::constant).collect();
        self.in_list(operand, &list, exact)
    }
}

pub(super) fn binary(left: Expr, operator: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}

const fn engine_operator(comparison: Comparison) -> Operator {
    match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::LessOrEqual => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::GreaterOrEqual => Operator::GtEq,
    }
}
