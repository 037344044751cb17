//! `scan`.

use std::sync::Arc;

use arrow::datatypes::Schema;
use calypso_columns::Column as PlanTableColumn;
use calypso_semantics::bound::{Column, Expr as BoundExpr, Relation, Steps};
use datafusion::{common::DFSchema, logical_expr::LogicalPlan, physical_expr::PhysicalExpr};

use super::{
    Planner, column, plan_name,
    rows::{added, operator},
};
use crate::{
    QueryError,
    row_operators::{ScanSteps, StepPlan},
};

impl Planner<'_> {
    pub(super) fn steps(&self, input: &Relation, steps: &Steps, columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let plan = self.relation(input)?;
        // The conditions see the row, then the state of every step.
        let seen = input.columns.iter().chain(steps.steps.iter().flat_map(|s| &s.state));
        let fields: Vec<_> = seen.map(|c| PlanTableColumn::new(plan_name(c.id), c.ty).field()).collect();
        let schema = Arc::new(Schema::new(fields));
        let compiled_schema = DFSchema::try_from(schema.as_ref().clone())?;
        let compile = |expr: &BoundExpr| -> Result<Arc<dyn PhysicalExpr>, QueryError> {
            Ok(self.session.create_physical_expr(self.expr(expr)?, &compiled_schema)?)
        };
        let mut plans = Vec::with_capacity(steps.steps.len());
        for step in &steps.steps {
            let assignments = step
                .assignments
                .iter()
                .map(|(at, value)| Ok((*at, compile(value)?)))
                .collect::<Result<Vec<_>, QueryError>>()?;
            plans.push(StepPlan { output: step.output, condition: compile(&step.condition)?, assignments });
        }
        let defaults = steps.defaults.iter().map(|d| self.constant(d)).collect::<Result<Vec<_>, _>>()?;
        let mut exprs: Vec<_> = input.columns.iter().map(|c| column(c.id)).collect();
        for key in &steps.partition {
            exprs.push(self.expr(key)?);
        }
        let types = input.columns.iter().map(|c| c.ty).collect();
        let count = steps.defaults.len() + usize::from(steps.match_id);
        let scan = ScanSteps {
            schema,
            plans,
            defaults,
            types,
            partition_types: steps.partition.iter().map(|p| p.ty).collect(),
            match_id: steps.match_id,
            added: added(columns, count),
        };
        operator(plan, exprs, scan)
    }
}
