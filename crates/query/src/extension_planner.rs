//! Turns our logical nodes into our physical operators.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    catalog::Session,
    error::{DataFusionError, Result},
    execution::context::QueryPlanner,
    logical_expr::{LogicalPlan, UserDefinedLogicalNode, physical_planning_context::PhysicalPlanningContext},
    physical_expr::{LexOrdering, create_physical_exprs, create_physical_sort_exprs},
    physical_plan::ExecutionPlan,
    physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner},
};

use crate::{
    apply::{ApplyExec, ApplyNode},
    ordered::{OrderedExec, OrderedNode},
    row_operator::{RowOperatorExec, RowOperatorNode},
};

/// The planner of the session: DataFusion's, with our nodes.
#[derive(Debug)]
pub(crate) struct CalypsoPlanner;

#[async_trait]
impl QueryPlanner for CalypsoPlanner {
    async fn create_physical_plan(&self, plan: &LogicalPlan, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(OperatorPlanner)])
            .create_physical_plan(plan, session)
            .await
    }
}

struct OperatorPlanner;

#[async_trait]
impl ExtensionPlanner for OperatorPlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        planning: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        plan_node(node, logical_inputs, physical_inputs, session, planning)
    }
}

fn plan_node(
    node: &dyn UserDefinedLogicalNode,
    logical_inputs: &[&LogicalPlan],
    physical_inputs: &[Arc<dyn ExecutionPlan>],
    session: &dyn Session,
    planning: &PhysicalPlanningContext,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let ([logical], [physical]) = (logical_inputs, physical_inputs) else {
        return Err(DataFusionError::Internal("our nodes have one input".to_owned()));
    };
    if let Some(apply) = node.as_any().downcast_ref::<ApplyNode>() {
        let exprs = create_physical_exprs(apply.exprs(), logical.schema(), session.execution_props(), planning)?;
        return Ok(Some(Arc::new(ApplyExec::new(Arc::clone(physical), exprs, Arc::clone(&apply.body)))));
    }
    if let Some(ordered) = node.as_any().downcast_ref::<OrderedNode>() {
        let keys = create_physical_sort_exprs(&ordered.keys, logical.schema(), session.execution_props(), planning)?;
        return Ok(Some(Arc::new(OrderedExec::new(Arc::clone(physical), LexOrdering::new(keys)))));
    }
    if let Some(operator) = node.as_any().downcast_ref::<RowOperatorNode>() {
        let exprs = create_physical_exprs(operator.exprs(), logical.schema(), session.execution_props(), planning)?;
        return Ok(Some(Arc::new(RowOperatorExec::new(Arc::clone(physical), exprs, Arc::clone(&operator.operator)))));
    }
    Ok(None)
}
