//! A subquery for each group of rows: `mv-apply` and `partition`.
//!
//! The subquery is planned once and reads the group from a slot. For each group the slot is filled and the plan runs
//! anew; groups come in the order of their first rows.

use std::{
    cmp::Ordering,
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array},
    compute::{concat, take},
    datatypes::{Schema, SchemaRef},
    row::{OwnedRow, RowConverter, SortField},
};
use calypso_columns::{Column, ScanRequest};
use datafusion::{
    common::{DFSchema, DFSchemaRef, tree_node::TreeNodeRecursion},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore},
    physical_expr::{Distribution, EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, Partitioning, PlanProperties,
        execute_stream,
        execution_plan::{Boundedness, EmissionType, reset_plan_states},
        stream::RecordBatchStreamAdapter,
    },
};
use futures::{StreamExt as _, stream};
use parking_lot::Mutex;

use crate::{QueryError, ScanUnit, TableScan, TableSnapshot, source::UnitBatches};

/// Bytes of input that are held while groups are formed.
const APPLY_BYTES_MAX: usize = 2 << 30;

/// The rows of the group at work.
pub(crate) type Slot = Arc<Mutex<Vec<ArrayRef>>>;

/// The slots of a query, by number.
pub(crate) type Slots = HashMap<u32, Slot>;

/// A slot as a table.
#[derive(Debug)]
pub(crate) struct SlotSnapshot {
    pub(crate) columns: Vec<Column>,
    pub(crate) slot: Slot,
}

impl TableSnapshot for SlotSnapshot {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row_count(&self) -> Option<u64> {
        None
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<TableScan, QueryError> {
        let rows = self.slot.lock();
        let Some(count) = rows.first().map(|column| column.len()) else {
            return Ok(TableScan { units: vec![Box::new(SlotUnit(None))] });
        };
        let arrays: Vec<ArrayRef> = request.columns.iter().filter_map(|at| rows.get(*at).cloned()).collect();
        let columns: Vec<Column> = request.columns.iter().filter_map(|at| self.columns.get(*at).cloned()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(calypso_columns::arrow_schema(&columns), arrays, &options)?;
        Ok(TableScan { units: vec![Box::new(SlotUnit(Some(batch)))] })
    }
}

struct SlotUnit(Option<RecordBatch>);

impl ScanUnit for SlotUnit {
    fn is_in_memory(&self) -> bool {
        true
    }

    fn open(self: Box<Self>) -> Result<UnitBatches, QueryError> {
        Ok(Box::new(self.0.into_iter().map(Ok)))
    }
}

/// The subquery and how its results are put together.
#[derive(Debug)]
pub(crate) struct ApplyBody {
    pub(crate) plan: Arc<dyn ExecutionPlan>,
    pub(crate) slot: Slot,
    /// How many of the expressions are keys; the rest are the columns of the slot.
    pub(crate) keys: usize,
    /// The slot's columns that are repeated before the subquery's.
    pub(crate) kept: Vec<usize>,
    /// The columns that come out.
    pub(crate) columns: Vec<Column>,
}

/// The logical node.
#[derive(Debug, Clone)]
pub(crate) struct ApplyNode {
    input: LogicalPlan,
    exprs: Vec<Expr>,
    pub(crate) body: Arc<ApplyBody>,
    schema: DFSchemaRef,
}

impl ApplyNode {
    pub(crate) fn try_new(input: LogicalPlan, exprs: Vec<Expr>, body: Arc<ApplyBody>) -> Result<Self> {
        let fields = body.columns.iter().map(|c| (None, Arc::new(c.field()))).collect();
        let schema = Arc::new(DFSchema::new_with_metadata(fields, HashMap::default())?);
        Ok(Self { input, exprs, body, schema })
    }

    /// The keys, then the columns of the slot.
    pub(crate) fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
}

impl PartialEq for ApplyNode {
    fn eq(&self, other: &Self) -> bool {
        self.input == other.input && self.exprs == other.exprs && Arc::ptr_eq(&self.body, &other.body)
    }
}

impl Eq for ApplyNode {}

impl Hash for ApplyNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
        self.exprs.hash(state);
    }
}

impl PartialOrd for ApplyNode {
    fn partial_cmp(&self, _other: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for ApplyNode {
    fn name(&self) -> &'static str {
        "Apply"
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

    /// A filter above may look at what the subquery computes.
    fn prevent_predicate_push_down_columns(&self) -> std::collections::HashSet<String> {
        self.body.columns.iter().map(|c| c.name.clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Apply: {} key(s)", self.body.keys)
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let input = inputs.pop().ok_or_else(|| DataFusionError::Internal("apply needs an input".to_owned()))?;
        Self::try_new(input, exprs, Arc::clone(&self.body))
    }
}

/// The physical operator.
#[derive(Debug)]
pub(crate) struct ApplyExec {
    input: Arc<dyn ExecutionPlan>,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    body: Arc<ApplyBody>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl ApplyExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, exprs: Vec<Arc<dyn PhysicalExpr>>, body: Arc<ApplyBody>) -> Self {
        let schema = Arc::new(Schema::new(body.columns.iter().map(Column::field).collect::<Vec<_>>()));
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self { input, exprs, body, schema, properties: Arc::new(properties) }
    }
}

impl DisplayAs for ApplyExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApplyExec: {} key(s)", self.body.keys)
    }
}

impl ExecutionPlan for ApplyExec {
    fn name(&self) -> &'static str {
        "ApplyExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition])
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
        let input = children.pop().ok_or_else(|| DataFusionError::Internal("apply needs an input".to_owned()))?;
        Ok(Arc::new(Self::new(input, self.exprs.clone(), Arc::clone(&self.body))))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let run = Run {
            input: Some(self.input.execute(partition, Arc::clone(&context))?),
            exprs: self.exprs.clone(),
            body: Arc::clone(&self.body),
            schema: Arc::clone(&self.schema),
            context,
            columns: Vec::new(),
            groups: Vec::new().into_iter(),
            current: None,
        };
        let stream = stream::try_unfold(run, |mut run| async move { Ok(run.next().await?.map(|batch| (batch, run))) });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}

struct Run {
    input: Option<SendableRecordBatchStream>,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    body: Arc<ApplyBody>,
    schema: SchemaRef,
    context: Arc<TaskContext>,
    /// The columns of all rows.
    columns: Vec<ArrayRef>,
    /// The row numbers of the groups still to come.
    groups: std::vec::IntoIter<Vec<u64>>,
    /// The group at work: its repeated values, one row, and the subquery's results.
    current: Option<(Vec<ArrayRef>, SendableRecordBatchStream)>,
}

impl Run {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(input) = self.input.take() {
            self.collect(input).await?;
        }
        loop {
            if let Some((kept, results)) = &mut self.current {
                if let Some(batch) = results.next().await {
                    let batch = batch?;
                    if batch.num_rows() > 0 {
                        return joined(kept, &batch, &self.schema).map(Some);
                    }
                    continue;
                }
                self.current = None;
            }
            let Some(rows) = self.groups.next() else { return Ok(None) };
            self.start(&UInt64Array::from(rows))?;
        }
    }

    fn start(&mut self, rows: &UInt64Array) -> Result<()> {
        let group = self.columns.iter().map(|c| take(c, rows, None)).collect::<Result<Vec<_>, _>>()?;
        let kept = self.body.kept.iter().filter_map(|at| group.get(*at)).map(|c| c.slice(0, 1)).collect();
        *self.body.slot.lock() = group;
        let plan = reset_plan_states(Arc::clone(&self.body.plan))?;
        self.current = Some((kept, execute_stream(plan, Arc::clone(&self.context))?));
        Ok(())
    }

    /// Reads all rows and forms the groups.
    async fn collect(&mut self, mut input: SendableRecordBatchStream) -> Result<()> {
        let mut pieces: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.exprs.len()];
        let mut bytes = 0;
        while let Some(batch) = input.next().await {
            let batch = batch?;
            bytes += batch.get_array_memory_size();
            if bytes > APPLY_BYTES_MAX {
                let limit =
                    QueryError::limit(format!("'partition' and 'mv-apply' hold more than {APPLY_BYTES_MAX} bytes"));
                return Err(limit.into());
            }
            for (expr, pieces) in self.exprs.iter().zip(&mut pieces) {
                pieces.push(expr.evaluate(&batch)?.into_array(batch.num_rows())?);
            }
        }
        if pieces.first().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        let mut arrays = Vec::with_capacity(pieces.len());
        for pieces in &pieces {
            let pieces: Vec<&dyn arrow::array::Array> = pieces.iter().map(AsRef::as_ref).collect();
            arrays.push(concat(&pieces)?);
        }
        self.columns = arrays.split_off(self.body.keys);
        self.groups = grouped(&arrays)?.into_iter();
        Ok(())
    }
}

/// The row numbers of each group, in the order of their first rows.
fn grouped(keys: &[ArrayRef]) -> Result<Vec<Vec<u64>>> {
    let fields = keys.iter().map(|k| SortField::new(k.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let rows = converter.convert_columns(keys)?;
    let mut places: hashbrown::HashMap<OwnedRow, usize> = hashbrown::HashMap::new();
    let mut groups: Vec<Vec<u64>> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let place = *places.entry(row.owned()).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(number as u64);
    }
    Ok(groups)
}

/// Repeats the kept values beside the subquery's rows.
fn joined(kept: &[ArrayRef], batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let first = UInt64Array::from(vec![0_u64; batch.num_rows()]);
    let mut columns = kept.iter().map(|c| take(c, &first, None)).collect::<Result<Vec<_>, _>>()?;
    columns.extend(batch.columns().iter().cloned());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
