//! An order that means something: KQL's `sort` and `serialize` fix the order of rows for everything that follows.
//!
//! SQL's optimizer feels free to drop a sort that no parent asks for, and to read on in parallel behind it. This
//! node asks for the order itself, on one partition, so the sort beneath it stays and the rows above it keep it.

use std::{cmp::Ordering, collections::HashSet, fmt, hash::Hash, sync::Arc};

use datafusion::{
    common::{DFSchemaRef, tree_node::TreeNodeRecursion},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, LogicalPlan, SortExpr, UserDefinedLogicalNodeCore},
    physical_expr::{Distribution, LexOrdering, OrderingRequirements, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, InputDistributionRequirements,
        PlanProperties, execution_plan::CardinalityEffect,
    },
};

/// The logical node.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct OrderedNode {
    pub(crate) input: LogicalPlan,
    /// Empty for `serialize`: whatever order the rows have.
    pub(crate) keys: Vec<SortExpr>,
}

impl PartialOrd for OrderedNode {
    fn partial_cmp(&self, _other: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for OrderedNode {
    fn name(&self) -> &'static str {
        "Ordered"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        self.keys.iter().map(|k| k.expr.clone()).collect()
    }

    /// A filter gives the same rows before and after an order.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ordered: {} key(s)", self.keys.len())
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let keys = self
            .keys
            .iter()
            .zip(exprs)
            .map(|(key, expr)| SortExpr { expr, asc: key.asc, nulls_first: key.nulls_first })
            .collect();
        let input = inputs.pop().ok_or_else(|| DataFusionError::Internal("Ordered needs an input".to_owned()))?;
        Ok(Self { input, keys })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let mut wanted: Vec<usize> = output_columns.to_vec();
        for key in &self.keys {
            for column in key.expr.column_refs() {
                wanted.push(schema.maybe_index_of_column(column)?);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        // Only a pass-through of exactly the wanted columns is simple; otherwise keep all.
        (wanted == output_columns).then(|| vec![wanted])
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }
}

/// The physical operator: passes its input on.
#[derive(Debug)]
pub(crate) struct OrderedExec {
    input: Arc<dyn ExecutionPlan>,
    ordering: Option<LexOrdering>,
}

impl OrderedExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, ordering: Option<LexOrdering>) -> Self {
        Self { input, ordering }
    }
}

impl DisplayAs for OrderedExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ordering {
            Some(ordering) => write!(f, "OrderedExec: {ordering}"),
            None => f.write_str("OrderedExec"),
        }
    }
}

impl ExecutionPlan for OrderedExec {
    fn name(&self) -> &'static str {
        "OrderedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.ordering.clone().map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let mut next = TreeNodeRecursion::Continue;
        for key in self.ordering.iter().flatten() {
            next = f(&key.expr)?;
        }
        Ok(next)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.pop().ok_or_else(|| DataFusionError::Internal("OrderedExec needs an input".to_owned()))?;
        Ok(Arc::new(Self { input, ordering: self.ordering.clone() }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        debug_assert_eq!(self.input.output_partitioning().partition_count(), 1, "an order needs one partition");
        self.input.execute(partition, context)
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}
