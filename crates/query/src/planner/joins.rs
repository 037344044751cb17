//! `join` and `lookup`.

use std::collections::HashSet;

use calypso_semantics::bound::{Column, ColumnId, Expr as BoundExpr, JoinKind, Relation};
use calypso_types::{Scalar, ScalarType};
use datafusion::{
    common::JoinType,
    functions::core::expr_fn::coalesce,
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder},
};

use super::{Planner, column, plan_name};
use crate::{QueryError, literal::literal};

impl Planner<'_> {
    pub(super) fn join(
        &self,
        left: &Relation,
        right: &Relation,
        kind: JoinKind,
        on: &[(BoundExpr, BoundExpr)],
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let left_keys = on.iter().map(|(l, _)| self.expr(l)).collect::<Result<Vec<_>, _>>()?;
        let right_keys = on.iter().map(|(_, r)| self.expr(r)).collect::<Result<Vec<_>, _>>()?;
        let mut left_plan = self.result(left)?;
        let right_plan = self.result(right)?;
        if kind == JoinKind::InnerUnique {
            // One left row per key, whichever: Kusto does not say which either.
            let all = left.columns.iter().map(|c| column(c.id)).collect();
            left_plan = LogicalPlanBuilder::from(left_plan).distinct_on(left_keys.clone(), all, None)?.build()?;
        }
        let plan = LogicalPlanBuilder::from(left_plan)
            .join_with_expr_keys(right_plan, join_type(kind), (left_keys, right_keys), None)?
            .build()?;
        let outer: HashSet<ColumnId> = match kind {
            JoinKind::LeftOuter => right.columns.iter().map(|c| c.id).collect(),
            JoinKind::RightOuter => left.columns.iter().map(|c| c.id).collect(),
            JoinKind::FullOuter => left.columns.iter().chain(&right.columns).map(|c| c.id).collect(),
            _ => HashSet::new(),
        };
        never_null_strings(plan, columns, &outer)
    }
}

const fn join_type(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightAnti => JoinType::RightAnti,
    }
}

/// An outer join leaves nulls in string columns, but a Kusto string is never null.
fn never_null_strings(
    plan: LogicalPlan,
    columns: &[Column],
    outer: &HashSet<ColumnId>,
) -> Result<LogicalPlan, QueryError> {
    let affected = columns.iter().any(|c| c.ty == ScalarType::String && outer.contains(&c.id));
    if !affected {
        return Ok(plan);
    }
    let empty = literal(&Scalar::String(String::new()))?;
    let outputs: Vec<Expr> = columns
        .iter()
        .map(|c| {
            if c.ty == ScalarType::String && outer.contains(&c.id) {
                coalesce(vec![column(c.id), empty.clone()]).alias(plan_name(c.id))
            } else {
                column(c.id)
            }
        })
        .collect();
    Ok(LogicalPlanBuilder::from(plan).project(outputs)?.build()?)
}
