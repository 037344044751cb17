//! What is known of rows besides their values: when they were ingested, and the extent they are in.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array},
    compute::take,
};
use calypso_columns::{Column, batch_from_rows};
use calypso_model::{Extent, INGESTION_TIME_COLUMN};
use calypso_types::{DateTime, Dynamic, Guid, Scalar, ScalarType};
use uuid::Uuid;

use crate::{Error, extent::ExtentColumn};

/// A column that every table has without declaring it. In a scan request they follow the table's own, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemColumn {
    /// `datetime`; null if it is not known.
    IngestionTime,
    /// `guid`; the empty one of rows that are in no extent yet.
    ExtentId,
    /// `dynamic`: an array of strings.
    ExtentTags,
}

impl SystemColumn {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::IngestionTime, Self::ExtentId, Self::ExtentTags];

    /// Returns the type of its values.
    #[must_use]
    pub const fn ty(self) -> ScalarType {
        match self {
            Self::IngestionTime => ScalarType::DateTime,
            Self::ExtentId => ScalarType::Guid,
            Self::ExtentTags => ScalarType::Dynamic,
        }
    }

    /// Returns the id by which it is asked for; only the first one's may be in files.
    pub(crate) const fn id(self) -> u32 {
        match self {
            Self::IngestionTime => INGESTION_TIME_COLUMN,
            Self::ExtentId => u32::MAX - 1,
            Self::ExtentTags => u32::MAX - 2,
        }
    }

    pub(crate) fn of_id(id: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.id() == id)
    }
}

/// The values of system columns that all rows of a piece share.
#[derive(Debug, Clone)]
pub(crate) struct SystemValues {
    /// `None`: as the rows themselves say.
    ingested_on: Option<DateTime>,
    id: Uuid,
    tags: Vec<String>,
}

impl SystemValues {
    pub(crate) fn of_extent(extent: &Extent) -> Self {
        Self { ingested_on: extent.ingested_on, id: extent.id.0, tags: extent.tags.clone() }
    }

    pub(crate) const fn of_row_store() -> Self {
        Self { ingested_on: None, id: Uuid::nil(), tags: Vec::new() }
    }

    fn value(&self, column: SystemColumn) -> Option<Scalar> {
        match column {
            SystemColumn::IngestionTime => self.ingested_on.map(Scalar::DateTime),
            SystemColumn::ExtentId => Some(Scalar::Guid(Guid::from(self.id))),
            SystemColumn::ExtentTags => {
                let tags = self.tags.iter().cloned().map(Dynamic::String).collect();
                Some(Scalar::Dynamic(Dynamic::Array(tags)))
            }
        }
    }

    /// Puts the values into their places in a batch of `columns`.
    pub(crate) fn fill(&self, batch: RecordBatch, columns: &[ExtentColumn]) -> Result<RecordBatch, Error> {
        let rows = batch.num_rows();
        let mut arrays = batch.columns().to_vec();
        for (array, column) in arrays.iter_mut().zip(columns) {
            let value = SystemColumn::of_id(column.id).and_then(|column| self.value(column));
            if let Some(value) = value {
                *array = repeated(value, column.ty, rows)?;
            }
        }
        with_columns(&batch, arrays)
    }
}

/// Says whether any of the columns is one of the system's.
pub(crate) fn any_of_system(columns: &[ExtentColumn]) -> bool {
    columns.iter().any(|column| SystemColumn::of_id(column.id).is_some())
}

/// Replaces columns by others of the same types.
pub(crate) fn with_columns(batch: &RecordBatch, columns: Vec<ArrayRef>) -> Result<RecordBatch, Error> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options).map_err(Error::arrow("fill"))
}

fn repeated(value: Scalar, ty: ScalarType, rows: usize) -> Result<ArrayRef, Error> {
    let one = batch_from_rows(&[Column::new("v", ty)], &[vec![value]]).map_err(Error::arrow("repeat"))?;
    let places = UInt32Array::from(vec![0; rows]);
    take(one.column(0), &places, None).map_err(Error::arrow("repeat"))
}

/// When the rows of a batch were ingested: runs of rows with the same time.
#[derive(Debug, Clone, Default)]
pub(crate) struct TimeRuns {
    runs: Vec<(DateTime, usize)>,
}

impl TimeRuns {
    pub(crate) fn one(time: DateTime, rows: usize) -> Self {
        Self { runs: vec![(time, rows)] }
    }

    pub(crate) fn joined<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut runs: Vec<(DateTime, usize)> = Vec::new();
        for (time, rows) in all.flat_map(|times| &times.runs) {
            match runs.last_mut() {
                Some((last, count)) if last == time => *count += rows,
                _ => runs.push((*time, *rows)),
            }
        }
        Self { runs }
    }

    /// Returns the time of `count` rows from row `start` on, one by one.
    pub(crate) fn array(&self, start: usize, count: usize) -> ArrayRef {
        let times = self.runs.iter().flat_map(|(time, rows)| std::iter::repeat_n(time.0, *rows));
        let array: Int64Array = times.skip(start).take(count).map(Some).collect();
        debug_assert_eq!(array.len(), count);
        Arc::new(array)
    }

    /// Returns the times without those that repeat their neighbour.
    pub(crate) fn times(&self) -> impl Iterator<Item = DateTime> {
        self.runs.iter().map(|(time, _)| *time)
    }
}
