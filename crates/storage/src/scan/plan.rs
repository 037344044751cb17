//! From a scan request to scan units: extents ruled out by their statistics, big ones split.

use std::{ops::Range, sync::Arc};

use arrow::datatypes::SchemaRef;
use calypso_columns::{Column, ColumnPredicate, ScanRequest, arrow_schema};
use calypso_model::{Extent, Table};
use calypso_types::{DateTime, Scalar, ScalarType};

use super::{
    ScanUnit, TableScan,
    unit::{UnitPart, UnitRequest},
};
use crate::{
    Error, StorageSnapshot,
    extent::{ExtentColumn, ExtentPredicate, may_match},
    extent_set::keeps_ingestion_times,
    row_store::StoredBatch,
    settings::{ROW_GROUP_ROWS, UNIT_ROW_GROUPS},
    system_columns::SystemColumn,
};

/// Rows of an extent that one unit covers.
const UNIT_ROWS: u64 = (ROW_GROUP_ROWS * UNIT_ROW_GROUPS) as u64;
/// Rows of the row store that one unit covers, about.
const ROW_STORE_UNIT_ROWS: usize = 65_536;

pub(super) struct TableScanPlan<'a> {
    snapshot: &'a StorageSnapshot,
    table: &'a Table,
    request: Arc<UnitRequest>,
    /// What the times of ingestion must satisfy.
    times: Vec<ColumnPredicate>,
    /// Rows that are enough, if any row will do.
    limit: Option<u64>,
    /// Extents with newer rows are hot.
    hot_since: DateTime,
}

impl<'a> TableScanPlan<'a> {
    pub(super) fn new(snapshot: &'a StorageSnapshot, table: &'a Table, request: &ScanRequest) -> Result<Self, Error> {
        let wanted = request.columns.iter().map(|column| {
            if let Some(system) = system_column_at(table, *column) {
                return Ok((ExtentColumn { id: system.id(), ty: system.ty() }, Column::new("", system.ty())));
            }
            let column = column_at(table, *column)?;
            Ok((ExtentColumn { id: column.id, ty: column.ty }, Column::new(&column.name, column.ty)))
        });
        let (columns, named): (Vec<_>, Vec<_>) = wanted.collect::<Result<Vec<_>, Error>>()?.into_iter().unzip();
        let schema: SchemaRef = arrow_schema(&named);
        let (mut predicates, mut times) = (Vec::new(), Vec::new());
        for predicate in &request.predicates {
            let at = predicate_column(predicate);
            if let Some(system) = system_column_at(table, at) {
                if system == SystemColumn::IngestionTime && decides(predicate, system.ty()) {
                    times.push(predicate.clone());
                }
                continue;
            }
            let column = column_at(table, at)?;
            if decides(predicate, column.ty) {
                predicates.push(ExtentPredicate { column: column.id, predicate: predicate.clone() });
            }
        }
        // With conditions, rows that are read may be thrown away later: no number of them is surely enough.
        let limit = request.limit.filter(|_| request.predicates.is_empty());
        let shows_times = keeps_ingestion_times(&snapshot.state, &[], table.id);
        let request = UnitRequest { columns, schema, predicates: Arc::new(predicates), limit, shows_times };
        let hot_since = snapshot.hot_since(table.id).unwrap_or(DateTime::MIN);
        Ok(Self {
            snapshot,
            table,
            times,
            request: Arc::new(request),
            limit: limit.map(|limit| limit as u64),
            hot_since,
        })
    }

    pub(super) fn scan(self) -> Result<TableScan, Error> {
        let extents = self.snapshot.state.extents_of(self.table.id);
        let mut scan = TableScan {
            units: Vec::new(),
            schema: self.request.schema.clone(),
            rows_total: self.snapshot.row_count(self.table.id),
            rows_scanned: 0,
            extents_total: extents.len(),
            extents_scanned: 0,
        };
        for extent in extents.iter() {
            if self.is_enough(&scan) {
                break;
            }
            if self.may_hold_wanted_rows(extent) {
                self.add_extent(&mut scan, extent);
            }
        }
        if !self.is_enough(&scan) {
            self.add_row_store(&mut scan);
        }
        Ok(scan)
    }

    fn is_enough(&self, scan: &TableScan) -> bool {
        self.limit.is_some_and(|limit| scan.rows_scanned >= limit)
    }

    /// Judges an extent by its statistics in the catalog.
    fn may_hold_wanted_rows(&self, extent: &Extent) -> bool {
        if let Some(time) = extent.ingested_on
            && !self.times.iter().all(|wanted| may_match(wanted, (time.0, time.0)))
        {
            return false;
        }
        extent.rows > 0
            && self.request.predicates.iter().all(|wanted| {
                match extent.columns.iter().find(|statistics| statistics.column == wanted.column) {
                    Some(statistics) => statistics.bounds.is_none_or(|bounds| may_match(&wanted.predicate, bounds)),
                    None => true,
                }
            })
    }

    fn add_extent(&self, scan: &mut TableScan, extent: &Arc<Extent>) {
        scan.extents_scanned += 1;
        let is_hot = extent.max_created_on >= self.hot_since;
        let mut start = 0;
        while start < extent.rows && !self.is_enough(scan) {
            let rows: Range<u64> = start..(start + UNIT_ROWS).min(extent.rows);
            start = rows.end;
            scan.rows_scanned += rows.end - rows.start;
            self.push(scan, rows.end - rows.start, UnitPart::Extent { extent: extent.clone(), rows, is_hot });
        }
    }

    fn add_row_store(&self, scan: &mut TableScan) {
        let mut batches: Vec<Arc<StoredBatch>> = Vec::new();
        let mut rows = 0;
        for batch in self.snapshot.row_store_batches(self.table.id) {
            batches.push(batch.clone());
            rows += batch.batch.num_rows();
            if rows >= ROW_STORE_UNIT_ROWS {
                self.push_rows(scan, std::mem::take(&mut batches), std::mem::take(&mut rows));
            }
        }
        if rows > 0 {
            self.push_rows(scan, batches, rows);
        }
    }

    fn push_rows(&self, scan: &mut TableScan, batches: Vec<Arc<StoredBatch>>, rows: usize) {
        scan.rows_scanned += rows as u64;
        self.push(scan, rows as u64, UnitPart::RowStore(batches));
    }

    fn push(&self, scan: &mut TableScan, rows: u64, part: UnitPart) {
        let inner = self.snapshot.inner.clone();
        scan.units.push(ScanUnit { rows, part, request: self.request.clone(), inner });
    }
}

/// Returns the system's column at a place behind the table's own.
fn system_column_at(table: &Table, column: usize) -> Option<SystemColumn> {
    SystemColumn::ALL.get(column.checked_sub(table.columns.len())?).copied()
}

fn column_at(table: &Table, column: usize) -> Result<&calypso_model::TableColumn, Error> {
    let columns = table.columns.len();
    table.columns.get(column).ok_or(Error::ColumnOutOfRange { column, columns })
}

const fn predicate_column(predicate: &ColumnPredicate) -> usize {
    match predicate {
        ColumnPredicate::Compare { column, .. }
        | ColumnPredicate::AnyOf { column, .. }
        | ColumnPredicate::HasTerms { column, .. } => *column,
    }
}

/// Says whether stored statistics and filters can judge the predicate: the constants must be of the column's type.
fn decides(predicate: &ColumnPredicate, ty: ScalarType) -> bool {
    match predicate {
        ColumnPredicate::Compare { value, .. } => is_comparable(value, ty),
        ColumnPredicate::AnyOf { values, .. } => values.iter().all(|value| is_comparable(value, ty)),
        ColumnPredicate::HasTerms { .. } => ty == ScalarType::String,
    }
}

fn is_comparable(value: &Scalar, ty: ScalarType) -> bool {
    let judged = match ty {
        ScalarType::Int | ScalarType::Long => value.scalar_type().is_integer(),
        ScalarType::DateTime | ScalarType::TimeSpan | ScalarType::String | ScalarType::Guid => {
            value.scalar_type() == ty
        }
        ScalarType::Bool | ScalarType::Real | ScalarType::Decimal | ScalarType::Dynamic => false,
    };
    judged && !value.is_null()
}
