//! Relations that order, bound, unfold or look at neighbouring rows.

use std::sync::Arc;

use calypso_columns::Column as PlanTableColumn;
use calypso_semantics::bound::{
    Column, Expansion, Expr as BoundExpr, KeyValues, Parse, Relation, RelationKind, SortKey, WindowCall,
};
use calypso_types::ScalarType;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, SortExpr, lit, when};

use super::{Planner, plan_name};
use crate::{
    QueryError,
    ordered::OrderedNode,
    row_operator::{RowOperator, RowOperatorNode},
    row_operators::{MvExpand, ParseColumns, ParseKeyValues, SAMPLE_ROWS_MAX, SampleRows, Window},
};

impl Planner<'_> {
    pub(super) fn take(&self, input: &Relation, count: &BoundExpr) -> Result<LogicalPlan, QueryError> {
        let count = self.row_count(count)?;
        // `sort … | take n` is `top n`: no need to order what is not wanted.
        if let RelationKind::Sort { input, keys, limit: None } = &input.kind {
            return self.sort_limited(input, keys, Some(count));
        }
        let plan = self.relation(input)?;
        Ok(LogicalPlanBuilder::from(plan).limit(0, Some(count))?.build()?)
    }

    pub(super) fn sort(
        &self,
        input: &Relation,
        keys: &[SortKey],
        limit: Option<&BoundExpr>,
    ) -> Result<LogicalPlan, QueryError> {
        let limit = limit.map(|l| self.row_count(l)).transpose()?;
        self.sort_limited(input, keys, limit)
    }

    fn sort_limited(
        &self,
        input: &Relation,
        keys: &[SortKey],
        limit: Option<usize>,
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        // Sort by columns, so that the order node above refers to the same.
        let mut sorts: Vec<SortExpr> = Vec::with_capacity(keys.len());
        let mut outputs: Vec<Expr> = input.columns.iter().map(|c| super::column(c.id)).collect();
        for (index, key) in keys.iter().enumerate() {
            let expr = self.expr(&key.expr)?;
            if key.expr.ty == ScalarType::Real {
                // NaN stands between null and the numbers, whatever their direction.
                let (name, nulls_first) = (format!("n{index}"), key.nulls_first);
                let is_nan = BoundExpr::call("isnan", vec![key.expr.clone()], ScalarType::Bool);
                let class = when(expr.clone().is_null(), lit(0_i64))
                    .when(self.expr(&is_nan)?, lit(1_i64))
                    .otherwise(lit(2_i64))?;
                sorts.push(SortExpr { expr: by_name(&name), asc: nulls_first, nulls_first });
                outputs.push(class.alias(name));
            }
            let (asc, nulls_first) = (!key.descending, key.nulls_first);
            if matches!(expr, Expr::Column(_)) {
                sorts.push(SortExpr { expr, asc, nulls_first });
            } else {
                let name = format!("k{index}");
                sorts.push(SortExpr { expr: by_name(&name), asc, nulls_first });
                outputs.push(expr.alias(name));
            }
        }
        let computed = outputs.len() > input.columns.len();
        let mut builder = LogicalPlanBuilder::from(plan);
        if computed {
            builder = builder.project(outputs)?;
        }
        // The engine's sort cannot keep no rows at all.
        builder = match limit {
            Some(0) => builder.limit(0, Some(0))?,
            _ => builder.sort_with_limit(sorts.clone(), limit)?,
        };
        let sorted = builder.build()?;
        let ordered = LogicalPlan::Extension(Extension { node: Arc::new(OrderedNode { input: sorted, keys: sorts }) });
        if computed {
            let columns = input.columns.iter().map(|c| super::column(c.id));
            return Ok(LogicalPlanBuilder::from(ordered).project(columns)?.build()?);
        }
        Ok(ordered)
    }

    pub(super) fn serialize(&self, input: &Relation) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(OrderedNode { input: plan, keys: Vec::new() }) }))
    }

    pub(super) fn window(
        &self,
        input: &Relation,
        calls: &[WindowCall],
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let mut exprs = Vec::new();
        for call in calls {
            for argument in &call.arguments {
                exprs.push(self.expr(argument)?);
            }
        }
        let added = added(columns, calls.len());
        operator(plan, exprs, Window::new(calls, added))
    }

    pub(super) fn mv_expand(
        &self,
        input: &Relation,
        expansions: &[Expansion],
        item_index: bool,
        bag_as_array: bool,
        limit: Option<&BoundExpr>,
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let exprs = expansions.iter().map(|e| self.expr(&e.expr)).collect::<Result<Vec<_>, _>>()?;
        let limit = limit.map(|l| self.row_count(l)).transpose()?;
        let types = expansions.iter().map(|e| e.ty).collect();
        let added = added(columns, expansions.len() + usize::from(item_index));
        operator(plan, exprs, MvExpand::new(types, item_index, bag_as_array, limit, added))
    }

    pub(super) fn parse(
        &self,
        input: &Relation,
        text: &BoundExpr,
        pattern: &Parse,
        filter: bool,
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let exprs = vec![self.expr(text)?];
        let added = added(columns, columns.len() - input.columns.len());
        operator(plan, exprs, ParseColumns::try_new(pattern, filter, added)?)
    }

    pub(super) fn parse_kv(
        &self,
        input: &Relation,
        text: &BoundExpr,
        keys: &KeyValues,
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let exprs = vec![self.expr(text)?];
        let added = added(columns, keys.names.len());
        operator(plan, exprs, ParseKeyValues::try_new(keys, added)?)
    }

    pub(super) fn sample(&self, input: &Relation, count: &BoundExpr) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        let count = self.row_count(count)?;
        if count > SAMPLE_ROWS_MAX {
            return Err(QueryError::limit(format!("'sample' operator: more than {SAMPLE_ROWS_MAX} rows")));
        }
        operator(plan, Vec::new(), SampleRows::new(count, Arc::clone(&self.context.random)))
    }
}

fn by_name(name: &str) -> Expr {
    Expr::Column(datafusion::common::Column::new_unqualified(name))
}

/// Returns the last `count` columns under their plan names.
pub(super) fn added(columns: &[Column], count: usize) -> Vec<PlanTableColumn> {
    columns[columns.len() - count..].iter().map(|c| PlanTableColumn::new(plan_name(c.id), c.ty)).collect()
}

pub(super) fn operator(
    plan: LogicalPlan,
    exprs: Vec<Expr>,
    operator: impl RowOperator + 'static,
) -> Result<LogicalPlan, QueryError> {
    let node = RowOperatorNode::try_new(plan, exprs, Arc::new(operator))?;
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
}

/// The types of a window call's arguments, in order.
pub(crate) fn argument_types(call: &WindowCall) -> Vec<ScalarType> {
    call.arguments.iter().map(|a| a.ty).collect()
}
