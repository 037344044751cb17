//! Bound tree → logical plan. Every conversion is already explicit, so the engine's own coercion finds nothing to do.
//!
//! A column of the bound tree is the plan's column `c<number>`: numbers are unique, so joins never clash and no name is
//! looked up. The kinds of relations have a file each beneath.

mod aggregates;
mod apply;
mod expressions;
mod joins;
mod rows;
mod sources;
mod steps;

pub(crate) use rows::argument_types;

use std::{cell::Cell, collections::HashMap, sync::Arc};

use arrow::array::RecordBatch;
use calypso_kernels::EvalContext;
use calypso_semantics::bound::{Column, ColumnId, Expr as BoundExpr, Relation, RelationKind};
use calypso_types::{Scalar, ScalarType};
use datafusion::{
    common::{Column as PlanColumn, DFSchema},
    execution::SessionState,
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder},
    physical_plan::ExecutionPlan,
};

use crate::{QueryError, TableSource, apply::Slots, literal::scalar};

/// A subquery's result, by the address of its relation in the bound tree.
#[derive(Debug, Clone)]
pub(crate) enum Resolved {
    Scalar(Scalar),
    /// Distinct values for `in (T | …)`.
    Values(Vec<Scalar>),
    /// The rows of `materialize()`.
    Rows(Vec<RecordBatch>),
    /// The plan of a group's subquery.
    Body(Arc<dyn ExecutionPlan>),
}

/// Subqueries that have been run.
pub(crate) type ResolvedMap = HashMap<usize, Resolved>;

/// Plans one bound tree.
pub(crate) struct Planner<'a> {
    pub(crate) session: &'a SessionState,
    pub(crate) tables: &'a dyn TableSource,
    pub(crate) context: &'a Arc<EvalContext>,
    pub(crate) resolved: &'a ResolvedMap,
    /// How deep the relation being planned lies.
    pub(crate) depth: Cell<usize>,
    pub(crate) slots: &'a Slots,
}

/// Returns the plan's name of a column.
pub(crate) fn plan_name(id: ColumnId) -> String {
    format!("c{}", id.0)
}

/// Returns a reference to a column.
pub(crate) fn column(id: ColumnId) -> Expr {
    Expr::Column(PlanColumn::new_unqualified(plan_name(id)))
}

/// Operators that feed one another at most: the optimizer's time grows faster than their number, and it cannot be
/// interrupted.
const RELATION_DEPTH_MAX: usize = 128;
/// Depth of the plan beyond which the stack grows.
const STACK_RED_ZONE: usize = 256 * 1024;
const STACK_GROWTH: usize = 4 * 1024 * 1024;

impl Planner<'_> {
    /// Plans a relation. The plan has at least its columns.
    pub(crate) fn relation(&self, relation: &Relation) -> Result<LogicalPlan, QueryError> {
        if self.depth.get() >= RELATION_DEPTH_MAX {
            return Err(QueryError::limit(format!("the query chains more than {RELATION_DEPTH_MAX} operators")));
        }
        self.depth.set(self.depth.get() + 1);
        let plan = stacker::maybe_grow(STACK_RED_ZONE, STACK_GROWTH, || self.relation_inner(relation));
        self.depth.set(self.depth.get() - 1);
        plan
    }

    fn relation_inner(&self, relation: &Relation) -> Result<LogicalPlan, QueryError> {
        match &relation.kind {
            RelationKind::Table(table) => self.table(table, &relation.columns),
            RelationKind::Values(rows) => self.values(rows, &relation.columns),
            RelationKind::Range { from, to, step } => self.range(from, to, step, &relation.columns),
            RelationKind::ConstantRows(rows) => self.constant_rows(rows, &relation.columns),
            RelationKind::Materialized(shared) => self.materialized(shared, &relation.columns),
            RelationKind::Slot(slot) => self.slot(*slot, &relation.columns),
            RelationKind::Apply { input, keys, slot, kept, body } => self.apply(input, keys, *slot, kept, body),
            RelationKind::ParseKv { input, text, keys } => self.parse_kv(input, text, keys, &relation.columns),
            RelationKind::Steps { input, steps } => self.steps(input, steps, &relation.columns),
            RelationKind::Filter { input, predicate } => {
                let plan = self.relation(input)?;
                Ok(LogicalPlanBuilder::from(plan).filter(self.predicate(predicate)?)?.build()?)
            }
            RelationKind::Project { input, exprs } => self.project(input, exprs, &relation.columns),
            RelationKind::Take { input, count } => self.take(input, count),
            RelationKind::Sort { input, keys, limit } => self.sort(input, keys, limit.as_ref()),
            RelationKind::Aggregate { input, keys, aggregates } => {
                self.aggregate(input, keys, aggregates, &relation.columns)
            }
            RelationKind::Join { left, right, kind, on } => self.join(left, right, *kind, on, &relation.columns),
            RelationKind::Union { inputs } => self.union(inputs, &relation.columns),
            RelationKind::Window { input, calls } => self.window(input, calls, &relation.columns),
            RelationKind::MvExpand { input, expansions, item_index, bag_as_array, limit } => {
                self.mv_expand(input, expansions, *item_index, *bag_as_array, limit.as_ref(), &relation.columns)
            }
            RelationKind::Parse { input, text, pattern, filter } => {
                self.parse(input, text, pattern, *filter, &relation.columns)
            }
            RelationKind::Serialize { input } => self.serialize(input),
            RelationKind::Sample { input, count } => self.sample(input, count),
        }
    }

    /// Plans the columns of a result, in order.
    pub(crate) fn result(&self, relation: &Relation) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(relation)?;
        let exact = plan.schema().fields().len() == relation.columns.len()
            && plan.schema().fields().iter().zip(&relation.columns).all(|(f, c)| *f.name() == plan_name(c.id));
        if exact {
            return Ok(plan);
        }
        Ok(LogicalPlanBuilder::from(plan).project(relation.columns.iter().map(|c| column(c.id)))?.build()?)
    }

    fn project(&self, input: &Relation, exprs: &[BoundExpr], columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let exprs = exprs
            .iter()
            .zip(columns)
            .map(|(expr, column)| Ok(self.expr(expr)?.alias(plan_name(column.id))))
            .collect::<Result<Vec<_>, QueryError>>()?;
        Ok(LogicalPlanBuilder::from(plan).project(exprs)?.build()?)
    }

    /// Evaluates an expression that depends on no row.
    pub(crate) fn constant(&self, expr: &BoundExpr) -> Result<Scalar, QueryError> {
        if let Some(value) = expr.as_constant() {
            return Ok(value.clone());
        }
        if !expr.is_constant() {
            return Err(QueryError::bad_request("an expression that must be constant depends on the row"));
        }
        let physical = self.session.create_physical_expr(self.expr(expr)?, &DFSchema::empty())?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(1));
        let batch =
            RecordBatch::try_new_with_options(Arc::new(arrow::datatypes::Schema::empty()), Vec::new(), &options)?;
        let array = physical.evaluate(&batch)?.into_array(1)?;
        let value = datafusion::common::ScalarValue::try_from_array(&array, 0)?;
        scalar(&value, expr.ty)
    }

    /// Evaluates a number of rows; negative counts are none, a null is an error.
    fn row_count(&self, expr: &BoundExpr) -> Result<usize, QueryError> {
        match self.constant(expr)?.cast(ScalarType::Long) {
            Scalar::Long(count) => Ok(usize::try_from(count.max(0)).unwrap_or(usize::MAX)),
            _ => Err(QueryError::bad_request("the number of rows is null")),
        }
    }
}
