//! Reading rows of an extent, row group by row group: requested columns in the requested order, missing ones as nulls.

use std::{collections::HashMap, ops::Range, sync::Arc};

use arrow::{
    array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array},
    datatypes::SchemaRef,
};
use calypso_columns::arrow_type;
use calypso_model::Extent;
use calypso_types::ScalarType;
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    errors::ParquetError,
};

use super::{
    ColumnCache, ExtentColumn, ExtentPredicate, OpenExtent,
    chunks::Chunks,
    column_cache::{ColumnKey, DecodedColumn},
    prune::prune,
};
use crate::{
    Error,
    row_schema::field_name,
    settings::{ROW_GROUP_ROWS, SCAN_BATCH_ROWS},
};

/// What to read of an extent.
#[derive(Clone)]
pub(crate) struct RowsWanted {
    /// Held while reading, so that the file is not deleted.
    pub(crate) extent: Arc<Extent>,
    /// Row groups that begin within this range of row numbers.
    pub(crate) rows: Range<u64>,
    /// At least one.
    pub(crate) columns: Vec<ExtentColumn>,
    /// The schema of the batches to yield, its fields those of `columns`.
    pub(crate) schema: SchemaRef,
    pub(crate) predicates: Arc<Vec<ExtentPredicate>>,
    pub(crate) limit: Option<usize>,
    /// Where decoded columns are looked up and kept; `None` for reading once.
    pub(crate) cache: Option<Arc<ColumnCache>>,
}

/// The rows of an extent, batch by batch. Blocking.
pub(crate) struct ExtentRows {
    extent: Arc<OpenExtent>,
    wanted: RowsWanted,
    /// Where each wanted column is in the file; `None` if the extent does not have it.
    roots: Vec<Option<usize>>,
    row_groups: std::vec::IntoIter<usize>,
    group: Option<GroupRows>,
    /// Rows still wanted.
    left: usize,
}

/// The row group being read.
enum GroupRows {
    /// Its columns, whole, and the next batch of them.
    Decoded { columns: Vec<Option<DecodedColumn>>, next: usize, rows: usize },
    /// Batches of the file's columns that are wanted, in file order.
    Streamed { reader: ParquetRecordBatchReader, places: Vec<Option<usize>> },
}

impl ExtentRows {
    /// Rules out row groups and starts reading the others.
    pub(crate) fn open(extent: Arc<OpenExtent>, wanted: RowsWanted) -> Result<Self, Error> {
        let row_groups = prune(&extent, row_groups_within(&extent, &wanted.rows), &wanted.predicates)?;
        let schema = extent.metadata.schema();
        let roots = wanted.columns.iter().map(|column| {
            let (index, field) = schema.column_with_name(&field_name(column.id))?;
            (field.data_type() == &arrow_type(column.ty)).then_some(index)
        });
        let (roots, left) = (roots.collect(), wanted.limit.unwrap_or(usize::MAX));
        Ok(Self { extent, wanted, roots, row_groups: row_groups.into_iter(), group: None, left })
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Error> {
        while self.left > 0 {
            let columns = match &mut self.group {
                None => match self.row_groups.next() {
                    Some(row_group) => {
                        self.group = Some(self.open_group(row_group)?);
                        continue;
                    }
                    None => return Ok(None),
                },
                Some(group) => group.next_columns(&self.wanted)?,
            };
            let Some(columns) = columns else {
                self.group = None;
                continue;
            };
            let batch = to_batch(columns, &self.wanted)?;
            let rows = batch.num_rows().min(self.left);
            self.left -= rows;
            return Ok(Some(batch.slice(0, rows)));
        }
        Ok(None)
    }

    fn open_group(&self, row_group: usize) -> Result<GroupRows, Error> {
        match &self.wanted.cache {
            // A few rows are not worth decoding a whole row group.
            Some(cache) if self.left >= ROW_GROUP_ROWS => self.decode_group(row_group, cache),
            _ => {
                let (reader, read) = self.reader(row_group, self.roots.iter().flatten().copied().collect())?;
                let place = |root: &Option<usize>| root.and_then(|root| read.binary_search(&root).ok());
                Ok(GroupRows::Streamed { reader, places: self.roots.iter().map(place).collect() })
            }
        }
    }

    /// Takes the wanted columns of a row group from the cache, decoding those it does not have.
    fn decode_group(&self, row_group: usize, cache: &ColumnCache) -> Result<GroupRows, Error> {
        let key = |column: u32| ColumnKey { extent: self.wanted.extent.id, row_group, column };
        let mut decoded: HashMap<usize, DecodedColumn> = HashMap::new();
        let mut missing = Vec::new();
        for (root, column) in self.roots.iter().zip(&self.wanted.columns) {
            let Some(root) = *root else { continue };
            match cache.get(key(column.id)) {
                Some(column) => drop(decoded.insert(root, column)),
                None => missing.push((root, column.id)),
            }
        }
        if !missing.is_empty() {
            let (reader, read) = self.reader(row_group, missing.iter().map(|(root, _)| *root).collect())?;
            let mut arrays: Vec<Vec<ArrayRef>> = vec![Vec::new(); read.len()];
            for batch in reader {
                let batch = batch.map_err(|error| read_error(&self.wanted, &error.to_string()))?;
                for (arrays, column) in arrays.iter_mut().zip(batch.columns()) {
                    arrays.push(column.clone());
                }
            }
            decoded.extend(read.into_iter().zip(arrays.into_iter().map(Arc::new)));
            for (root, column) in missing {
                decoded.get(&root).inspect(|decoded| cache.put(key(column), decoded));
            }
        }
        let columns = self.roots.iter().map(|root| root.and_then(|root| decoded.get(&root).cloned())).collect();
        let rows = self.extent.metadata.metadata().row_group(row_group).num_rows();
        Ok(GroupRows::Decoded { columns, next: 0, rows: usize::try_from(rows).unwrap_or(0) })
    }

    /// Starts reading columns of a row group; also returns which, in the order of the batches.
    fn reader(&self, row_group: usize, mut roots: Vec<usize>) -> Result<(ParquetRecordBatchReader, Vec<usize>), Error> {
        roots.sort_unstable();
        roots.dedup();
        let (source, metadata) = (Chunks(self.extent.source.clone()), self.extent.metadata.clone());
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(source, metadata)
            .with_row_groups(vec![row_group])
            .with_projection(mask)
            .with_batch_size(SCAN_BATCH_ROWS);
        if self.left < ROW_GROUP_ROWS {
            builder = builder.with_limit(self.left);
        }
        Ok((builder.build().map_err(Error::extent("read", &self.extent.path))?, roots))
    }
}

impl Iterator for ExtentRows {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_batch();
        if next.is_err() {
            self.left = 0;
        }
        next.transpose()
    }
}

impl GroupRows {
    /// Returns the wanted columns of the next batch; `None` behind the last.
    fn next_columns(&mut self, wanted: &RowsWanted) -> Result<Option<Vec<ArrayRef>>, Error> {
        match self {
            Self::Decoded { columns, next, rows } => {
                let batch_rows = rows.saturating_sub(*next * SCAN_BATCH_ROWS).min(SCAN_BATCH_ROWS);
                if batch_rows == 0 {
                    return Ok(None);
                }
                let batch = columns.iter().zip(&wanted.columns).map(|(decoded, column)| match decoded {
                    None => Ok(absent(column.ty, batch_rows)),
                    Some(decoded) => match decoded.get(*next).filter(|array| array.len() == batch_rows) {
                        Some(array) => Ok(array.clone()),
                        None => Err(read_error(wanted, "a row group has another number of rows than its footer says")),
                    },
                });
                let batch = batch.collect::<Result<_, _>>()?;
                *next += 1;
                Ok(Some(batch))
            }
            Self::Streamed { reader, places } => {
                let Some(batch) = reader.next() else { return Ok(None) };
                let batch = batch.map_err(|error| read_error(wanted, &error.to_string()))?;
                let columns = places.iter().zip(&wanted.columns).map(|(place, column)| {
                    place.map_or_else(|| absent(column.ty, batch.num_rows()), |place| batch.column(place).clone())
                });
                Ok(Some(columns.collect()))
            }
        }
    }
}

fn to_batch(columns: Vec<ArrayRef>, wanted: &RowsWanted) -> Result<RecordBatch, Error> {
    let options = RecordBatchOptions::new().with_row_count(columns.first().map(|column| column.len()));
    RecordBatch::try_new_with_options(wanted.schema.clone(), columns, &options).map_err(Error::arrow("arrange"))
}

fn read_error(wanted: &RowsWanted, reason: &str) -> Error {
    let source = ParquetError::General(reason.to_owned());
    Error::Extent { operation: "read", path: wanted.extent.path.clone(), source }
}

/// Returns the column of an extent written before the column was added: nulls, for strings empty.
pub(crate) fn absent(ty: ScalarType, rows: usize) -> ArrayRef {
    match ty {
        ScalarType::String => Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n("", rows))),
        other => new_null_array(&arrow_type(other), rows),
    }
}

fn row_groups_within(extent: &OpenExtent, rows: &Range<u64>) -> Vec<usize> {
    let mut first_row = 0;
    let mut within = Vec::new();
    for (index, group) in extent.metadata.metadata().row_groups().iter().enumerate() {
        if rows.contains(&first_row) {
            within.push(index);
        }
        first_row += u64::try_from(group.num_rows()).unwrap_or(0);
    }
    within
}
