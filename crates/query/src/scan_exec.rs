//! Reads the pieces of a table: partitions share one queue, so that none idles while another still has work.

use std::{collections::VecDeque, fmt, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use calypso_columns::ScanRequest;
use datafusion::{
    common::{Statistics, stats::Precision, tree_node::TreeNodeRecursion},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
        execution_plan::{Boundedness, EmissionType},
        stream::{RecordBatchReceiverStreamBuilder, RecordBatchStreamAdapter},
    },
};
use futures::stream;
use parking_lot::Mutex;

use crate::{
    QueryError,
    source::{ScanUnit, TableSnapshot, UnitBatches},
};

/// Batches read ahead of the consumer, per partition.
const READ_AHEAD_BATCHES: usize = 2;

type UnitQueue = Arc<Mutex<VecDeque<Box<dyn ScanUnit>>>>;

/// The leaf of a plan that reads stored rows.
pub(crate) struct ScanExec {
    units: UnitQueue,
    in_memory: bool,
    schema: SchemaRef,
    rows: Option<u64>,
    properties: Arc<PlanProperties>,
    /// What to read again when the plan runs once more.
    snapshot: Arc<dyn TableSnapshot>,
    request: ScanRequest,
    partitions_max: usize,
}

impl ScanExec {
    pub(crate) fn try_new(
        snapshot: &Arc<dyn TableSnapshot>,
        request: &ScanRequest,
        schema: SchemaRef,
        rows: Option<u64>,
        partitions_max: usize,
    ) -> Result<Self> {
        let scan = snapshot.scan(request)?;
        let in_memory = scan.units.iter().all(|u| u.is_in_memory());
        let partitions = if snapshot.is_ordered() { 1 } else { scan.units.len().clamp(1, partitions_max.max(1)) };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let units = Arc::new(Mutex::new(scan.units.into()));
        Ok(Self {
            units,
            in_memory,
            schema,
            rows,
            properties: Arc::new(properties),
            snapshot: Arc::clone(snapshot),
            request: request.clone(),
            partitions_max,
        })
    }
}

impl fmt::Debug for ScanExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanExec").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScanExec: units={}, rows={:?}", self.units.lock().len(), self.rows)
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &'static str {
        "ScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    /// A plan that runs for each group of rows reads its tables anew each time.
    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let fresh =
            Self::try_new(&self.snapshot, &self.request, Arc::clone(&self.schema), self.rows, self.partitions_max)?;
        Ok(Arc::new(Self { properties: Arc::clone(&self.properties), ..fresh }))
    }

    fn execute(&self, _partition: usize, _context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut batches = QueuedBatches { units: Arc::clone(&self.units), current: None };
        if self.in_memory {
            let stream = stream::iter(batches.map(|b| b.map_err(DataFusionError::from)));
            return Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)));
        }
        let mut builder = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), READ_AHEAD_BATCHES);
        let sender = builder.tx();
        builder.spawn_blocking(move || {
            for batch in &mut batches {
                // A closed channel means that nobody wants the rest: a limit was reached or the query was cancelled.
                if sender.blocking_send(batch.map_err(DataFusionError::from)).is_err() {
                    break;
                }
            }
            Ok(())
        });
        Ok(builder.build())
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        if let (None, Some(rows)) = (partition, self.rows) {
            statistics.num_rows = usize::try_from(rows).map_or(Precision::Absent, Precision::Exact);
        }
        Ok(Arc::new(statistics))
    }
}

/// The batches of the pieces that this partition happens to draw.
struct QueuedBatches {
    units: UnitQueue,
    current: Option<UnitBatches>,
}

impl Iterator for QueuedBatches {
    type Item = Result<RecordBatch, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.current.as_mut().and_then(Iterator::next) {
                return Some(batch);
            }
            let unit = self.units.lock().pop_front()?;
            match unit.open() {
                Ok(batches) => self.current = Some(batches),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
