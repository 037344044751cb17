//! Operators that relational algebra lacks, all alike to the planner: batches in, batches out, columns added at the end.
//!
//! A [`RowOperator`] describes itself; each run of it is a [`RowProcess`] with its own state. The node evaluates the
//! operator's expressions over every input batch and hands the values along.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, RecordBatch},
    datatypes::{Schema, SchemaRef},
};
use calypso_columns::Column;
use datafusion::{
    common::{DFSchema, DFSchemaRef, tree_node::TreeNodeRecursion},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore},
    physical_expr::{Distribution, EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, InputDistributionRequirements,
        Partitioning, PlanProperties, stream::RecordBatchStreamAdapter,
    },
};
use futures::{StreamExt as _, stream};

use crate::QueryError;

/// What an operator does, without state.
pub(crate) trait RowOperator: fmt::Debug + Send + Sync {
    fn name(&self) -> &'static str;

    /// The columns it adds behind the input's.
    fn added(&self) -> &[Column];

    /// Says whether it must see all rows, in order, in one place.
    fn needs_single_partition(&self) -> bool;

    /// Starts one run.
    fn start(&self) -> Box<dyn RowProcess>;
}

/// One run of an operator.
pub(crate) trait RowProcess: Send {
    /// Takes a batch and the values of the operator's expressions over it; gives the rows that are ready.
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError>;

    /// Gives the remaining rows when the input has ended.
    fn finish(&mut self) -> Result<Option<Processed>, QueryError> {
        Ok(None)
    }
}

/// The input's columns of the rows that come out, and the added columns.
pub(crate) struct Processed {
    pub(crate) input: RecordBatch,
    pub(crate) added: Vec<ArrayRef>,
}

/// The logical node.
#[derive(Debug, Clone)]
pub(crate) struct RowOperatorNode {
    input: LogicalPlan,
    exprs: Vec<Expr>,
    pub(crate) operator: Arc<dyn RowOperator>,
    schema: DFSchemaRef,
}

impl RowOperatorNode {
    pub(crate) fn try_new(input: LogicalPlan, exprs: Vec<Expr>, operator: Arc<dyn RowOperator>) -> Result<Self> {
        let mut fields: Vec<_> =
            input.schema().iter().map(|(qualifier, field)| (qualifier.cloned(), Arc::clone(field))).collect();
        fields.extend(operator.added().iter().map(|c| (None, Arc::new(c.field()))));
        let schema = Arc::new(DFSchema::new_with_metadata(fields, std::collections::HashMap::default())?);
        Ok(Self { input, exprs, operator, schema })
    }
}

impl RowOperatorNode {
    /// The operator's expressions over the input.
    pub(crate) fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
}

impl PartialEq for RowOperatorNode {
    fn eq(&self, other: &Self) -> bool {
        self.input == other.input && self.exprs == other.exprs && Arc::ptr_eq(&self.operator, &other.operator)
    }
}

impl Eq for RowOperatorNode {}

impl Hash for RowOperatorNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
        self.exprs.hash(state);
    }
}

impl PartialOrd for RowOperatorNode {
    fn partial_cmp(&self, _other: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for RowOperatorNode {
    fn name(&self) -> &str {
        self.operator.name()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.exprs.clone()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.name())
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let input = inputs.pop().ok_or_else(|| DataFusionError::Internal("an operator needs an input".to_owned()))?;
        Self::try_new(input, exprs, Arc::clone(&self.operator))
    }
}

/// The physical operator.
#[derive(Debug)]
pub(crate) struct RowOperatorExec {
    input: Arc<dyn ExecutionPlan>,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    operator: Arc<dyn RowOperator>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl RowOperatorExec {
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        exprs: Vec<Arc<dyn PhysicalExpr>>,
        operator: Arc<dyn RowOperator>,
    ) -> Self {
        let mut fields: Vec<_> = input.schema().fields().iter().cloned().collect();
        fields.extend(operator.added().iter().map(|c| Arc::new(c.field())));
        let schema = Arc::new(Schema::new(fields));
        let partitions = input.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        Self { input, exprs, operator, schema, properties: Arc::new(properties) }
    }
}

impl DisplayAs for RowOperatorExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowOperatorExec: {}", self.operator.name())
    }
}

impl ExecutionPlan for RowOperatorExec {
    fn name(&self) -> &'static str {
        "RowOperatorExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let distribution = if self.operator.needs_single_partition() {
            Distribution::SinglePartition
        } else {
            Distribution::UnspecifiedDistribution
        };
        InputDistributionRequirements::new(vec![distribution])
    }

    /// It does, but a plan that says so has the sorts above it pushed below it, where the operator would see another
    /// order of rows than its query gave it.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
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
        for expr in &self.exprs {
            next = f(expr)?;
        }
        Ok(next)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.pop().ok_or_else(|| DataFusionError::Internal("an operator needs an input".to_owned()))?;
        Ok(Arc::new(Self::new(input, self.exprs.clone(), Arc::clone(&self.operator))))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let run = Run {
            input: self.input.execute(partition, context)?,
            exprs: self.exprs.clone(),
            process: self.operator.start(),
            schema: Arc::clone(&self.schema),
            ended: false,
        };
        let stream = stream::try_unfold(run, |mut run| async move { Ok(run.next().await?.map(|batch| (batch, run))) });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}

struct Run {
    input: SendableRecordBatchStream,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    process: Box<dyn RowProcess>,
    schema: SchemaRef,
    ended: bool,
}

impl Run {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while !self.ended {
            let processed = match self.input.next().await {
                Some(batch) => {
                    let batch = batch?;
                    let values = self.evaluate(&batch)?;
                    self.process.process(&batch, &values)?
                }
                None => {
                    self.ended = true;
                    self.process.finish()?
                }
            };
            if let Some(processed) = processed
                && processed.input.num_rows() > 0
            {
                return self.joined(processed).map(Some);
            }
        }
        Ok(None)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        self.exprs.iter().map(|e| e.evaluate(batch)?.into_array(batch.num_rows())).collect()
    }

    fn joined(&self, processed: Processed) -> Result<RecordBatch> {
        let rows = processed.input.num_rows();
        let mut columns = processed.input.columns().to_vec();
        columns.extend(processed.added);
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}
