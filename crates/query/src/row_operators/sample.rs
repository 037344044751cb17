//! `sample`: random rows, each as likely as any other (reservoir sampling).

use std::{fmt, sync::Arc};

use arrow::{array::RecordBatch, compute::concat_batches};
use calypso_columns::Column;
use calypso_kernels::RandomSource;

use crate::{
    QueryError,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// Rows a sample may hold: it stays in memory.
pub(crate) const SAMPLE_ROWS_MAX: usize = 1_000_000;

pub(crate) struct SampleRows {
    count: usize,
    random: Arc<RandomSource>,
}

impl SampleRows {
    pub(crate) fn new(count: usize, random: Arc<RandomSource>) -> Self {
        Self { count, random }
    }
}

impl fmt::Debug for SampleRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampleRows").field("count", &self.count).finish_non_exhaustive()
    }
}

impl RowOperator for SampleRows {
    fn name(&self) -> &'static str {
        "Sample"
    }

    fn added(&self) -> &[Column] {
        &[]
    }

    fn needs_single_partition(&self) -> bool {
        true
    }

    fn start(&self) -> Box<dyn RowProcess> {
        Box::new(Reservoir { count: self.count, random: Arc::clone(&self.random), seen: 0, rows: Vec::new() })
    }
}

struct Reservoir {
    count: usize,
    random: Arc<RandomSource>,
    seen: u64,
    rows: Vec<RecordBatch>,
}

impl RowProcess for Reservoir {
    fn process(
        &mut self,
        batch: &RecordBatch,
        _values: &[arrow::array::ArrayRef],
    ) -> Result<Option<Processed>, QueryError> {
        for row in 0..batch.num_rows() {
            self.seen += 1;
            if self.rows.len() < self.count {
                self.rows.push(batch.slice(row, 1));
            } else {
                let place = (self.random)() % self.seen;
                if let Some(kept) = usize::try_from(place).ok().and_then(|p| self.rows.get_mut(p)) {
                    *kept = batch.slice(row, 1);
                }
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Processed>, QueryError> {
        let Some(first) = self.rows.first() else { return Ok(None) };
        let input = concat_batches(&first.schema(), &self.rows)?;
        Ok(Some(Processed { input, added: Vec::new() }))
    }
}
