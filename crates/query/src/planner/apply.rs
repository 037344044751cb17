//! Relations that run once or once per group: `materialize()`, `mv-apply`, `partition`.

use std::sync::Arc;

use calypso_columns::Column as PlanTableColumn;
use calypso_semantics::bound::{Column, ColumnId, Expr as BoundExpr, Relation};
use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder};

use super::{Planner, Resolved, column, plan_name, sources};
use crate::{
    MemorySnapshot, QueryError,
    apply::{ApplyBody, ApplyNode, SlotSnapshot},
    subqueries::reads_slot,
};

impl Planner<'_> {
    pub(super) fn materialized(&self, shared: &Arc<Relation>, columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        if reads_slot(shared) {
            let plan = self.relation(shared)?;
            let outputs = shared.columns.iter().zip(columns).map(|(from, to)| column(from.id).alias(plan_name(to.id)));
            return Ok(LogicalPlanBuilder::from(plan).project(outputs)?.build()?);
        }
        let Resolved::Rows(batches) = self.resolved(shared)? else {
            return Err(QueryError::internal("materialize() was resolved to something else"));
        };
        if columns.is_empty() {
            let rows = batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>();
            return self.values(&vec![Vec::new(); rows.min(1)], columns);
        }
        let snapshot = MemorySnapshot { columns: sources::table_columns(columns), batches: batches.clone() };
        sources::scan(Arc::new(snapshot), columns)
    }

    pub(super) fn slot(&self, slot: u32, columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let Some(slot) = self.slots.get(&slot).cloned() else {
            return Err(QueryError::internal("a group of rows is read outside its subquery"));
        };
        sources::scan(Arc::new(SlotSnapshot { columns: sources::table_columns(columns), slot }), columns)
    }

    pub(super) fn apply(
        &self,
        input: &Relation,
        keys: &[BoundExpr],
        slot: u32,
        kept: &[ColumnId],
        body: &Arc<Relation>,
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let Resolved::Body(body_plan) = self.resolved(body)? else {
            return Err(QueryError::internal("a group's subquery was resolved to something else"));
        };
        let Some(slot) = self.slots.get(&slot).cloned() else {
            return Err(QueryError::internal("a group's subquery has no slot"));
        };
        let mut exprs = keys.iter().map(|key| self.expr(key)).collect::<Result<Vec<_>, _>>()?;
        exprs.extend(input.columns.iter().map(|c| column(c.id)));
        let kept_columns: Vec<&Column> =
            kept.iter().filter_map(|id| input.columns.iter().find(|c| c.id == *id)).collect();
        let columns = kept_columns.iter().copied().chain(&body.columns);
        let columns = columns.map(|c| PlanTableColumn::new(plan_name(c.id), c.ty)).collect();
        let places = kept_columns.iter().filter_map(|k| input.columns.iter().position(|c| c.id == k.id)).collect();
        let body = ApplyBody { plan: Arc::clone(body_plan), slot, keys: keys.len(), kept: places, columns };
        let node = ApplyNode::try_new(plan, exprs, Arc::new(body))?;
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }
}
