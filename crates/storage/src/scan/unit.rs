//! One piece of a scan: some row groups of an extent, or some batches of a row store.

use std::{ops::Range, sync::Arc};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::SchemaRef,
};
use calypso_model::{Extent, INGESTION_TIME_COLUMN};

use crate::{
    Error,
    extent::{ExtentColumn, ExtentPredicate, ExtentRows, RowsWanted},
    extent_set::arrange,
    row_store::StoredBatch,
    settings::SCAN_BATCH_ROWS,
    storage::Inner,
    system_columns::{SystemValues, any_of_system, with_columns},
};

/// What every unit of a scan reads.
#[derive(Debug)]
pub(super) struct UnitRequest {
    pub(super) columns: Vec<ExtentColumn>,
    pub(super) schema: SchemaRef,
    pub(super) predicates: Arc<Vec<ExtentPredicate>>,
    pub(super) limit: Option<usize>,
    /// Whether rows of the row store tell when they were ingested.
    pub(super) shows_times: bool,
}

pub(super) enum UnitPart {
    /// `is_hot` by the caching policy: worth keeping decoded.
    Extent {
        extent: Arc<Extent>,
        rows: Range<u64>,
        is_hot: bool,
    },
    RowStore(Vec<Arc<StoredBatch>>),
}

/// A piece of a table that can be read on its own.
pub struct ScanUnit {
    /// Rows it covers, before row groups are ruled out.
    pub rows: u64,
    pub(super) part: UnitPart,
    pub(super) request: Arc<UnitRequest>,
    pub(super) inner: Arc<Inner>,
}

/// The batches of a unit.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, Error>> + Send>;

impl ScanUnit {
    /// Says whether reading needs no file: rows of the row store, or only a count.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.request.columns.is_empty() || matches!(self.part, UnitPart::RowStore(_))
    }

    /// Opens the unit. Opening and iterating block; batches have at most `SCAN_BATCH_ROWS` rows. The first opening of
    /// an extent since the start reads the whole file to verify its checksum.
    ///
    /// # Errors
    /// When the extent cannot be opened or is damaged; later the same per batch.
    pub fn open(self) -> Result<Batches, Error> {
        if self.request.columns.is_empty() {
            return Ok(Box::new(counted(self.rows, self.request)));
        }
        match self.part {
            UnitPart::Extent { extent, rows, is_hot } => {
                let open = self.inner.open_extents.open(&extent)?;
                let wanted = RowsWanted {
                    extent,
                    rows,
                    columns: self.request.columns.clone(),
                    schema: self.request.schema.clone(),
                    predicates: self.request.predicates.clone(),
                    limit: self.request.limit,
                    cache: is_hot.then(|| self.inner.column_cache.clone()),
                };
                if !any_of_system(&self.request.columns) {
                    return Ok(Box::new(ExtentRows::open(open, wanted)?));
                }
                let (values, request) = (SystemValues::of_extent(&wanted.extent), self.request);
                let batches = ExtentRows::open(open, wanted)?;
                Ok(Box::new(batches.map(move |batch| values.fill(batch?, &request.columns))))
            }
            UnitPart::RowStore(batches) => Ok(Box::new(stored(batches, self.request))),
        }
    }
}

/// Yields batches without columns: only their number of rows counts.
fn counted(rows: u64, request: Arc<UnitRequest>) -> impl Iterator<Item = Result<RecordBatch, Error>> + Send {
    let limit = request.limit.map_or(u64::MAX, |limit| limit as u64);
    let mut left = rows.min(limit);
    std::iter::from_fn(move || {
        let rows = left.min(SCAN_BATCH_ROWS as u64);
        left -= rows;
        let options = RecordBatchOptions::new().with_row_count(usize::try_from(rows).ok());
        let batch = RecordBatch::try_new_with_options(request.schema.clone(), Vec::new(), &options);
        (rows > 0).then(|| batch.map_err(Error::arrow("count")))
    })
}

fn stored(
    batches: Vec<Arc<StoredBatch>>,
    request: Arc<UnitRequest>,
) -> impl Iterator<Item = Result<RecordBatch, Error>> + Send {
    let mut left = request.limit.unwrap_or(usize::MAX);
    batches
        .into_iter()
        .flat_map(|stored| {
            let rows = stored.batch.num_rows();
            (0..rows)
                .step_by(SCAN_BATCH_ROWS)
                .map(move |start| (stored.clone(), start..rows.min(start + SCAN_BATCH_ROWS)))
        })
        .map_while(move |(stored, range)| {
            let rows = range.len().min(left);
            left -= rows;
            (rows > 0).then(|| stored_rows(&stored, range.start, rows, &request))
        })
}

fn stored_rows(stored: &StoredBatch, start: usize, rows: usize, request: &UnitRequest) -> Result<RecordBatch, Error> {
    let batch = stored.batch.slice(start, rows);
    let batch = arrange(&batch, &stored.columns, &request.columns, &request.schema)?;
    if !any_of_system(&request.columns) {
        return Ok(batch);
    }
    let mut columns = SystemValues::of_row_store().fill(batch.clone(), &request.columns)?.columns().to_vec();
    for (array, column) in columns.iter_mut().zip(&request.columns) {
        if request.shows_times && column.id == INGESTION_TIME_COLUMN {
            *array = stored.times.array(start, rows);
        }
    }
    with_columns(&batch, columns)
}
