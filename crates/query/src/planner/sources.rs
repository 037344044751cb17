//! Relations that read: tables, constant rows, `range`, and `union` of several.

use std::sync::Arc;

use arrow::array::RecordBatch;
use calypso_columns::{Column as TableColumn, ColumnBuilder, ScanRequest, arrow_schema, batch_from_rows};
use calypso_semantics::bound::{Column, Expr as BoundExpr, SystemColumn, TableRef, UnionInput};
use calypso_types::{DateTime, Decimal, Scalar, ScalarType, TimeSpan};
use datafusion::{
    common::Column as PlanColumn,
    datasource::provider_as_source,
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union},
};

use super::{Planner, plan_name};
use crate::{
    MemorySnapshot, QueryError, ScanUnit, TableScan, TableSnapshot, scan_table::ScanTable, source::UnitBatches,
};

/// Rows of one batch of a `range`.
const RANGE_BATCH_ROWS: u64 = 8192;
/// Rows a `range` may give.
const RANGE_ROWS_MAX: u64 = 1_000_000_000;

impl Planner<'_> {
    pub(super) fn table(&self, table: &TableRef, columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let Some(snapshot) = self.tables.table(table) else {
            let (TableRef::Stored { name, .. } | TableRef::Memory(name)) = table;
            return Err(QueryError::bad_request(format!("table '{name}' no longer exists")));
        };
        match table {
            TableRef::Stored { system, .. } if !system.is_empty() => {
                self.with_system_columns(snapshot, columns, system)
            }
            _ => scan(snapshot, columns),
        }
    }

    /// Scans the table's own columns and, behind them, those of the system; of rows that know nothing of them nulls.
    fn with_system_columns(
        &self,
        snapshot: Arc<dyn TableSnapshot>,
        columns: &[Column],
        system: &[SystemColumn],
    ) -> Result<LogicalPlan, QueryError> {
        let (own, behind) = columns.split_at(columns.len() - system.len());
        let has_them = snapshot.columns().len() == own.len() + SystemColumn::ALL.len();
        let mut names: Vec<String> = own.iter().map(|c| plan_name(c.id)).collect();
        let mut outputs: Vec<Expr> = own.iter().map(|c| super::column(c.id)).collect();
        for (column, system) in behind.iter().zip(system) {
            let value = match SystemColumn::ALL.iter().position(|known| known == system) {
                Some(place) if has_them => Expr::Column(PlanColumn::new_unqualified(system_name(place))),
                _ => self.expr(&BoundExpr::constant(Scalar::null(column.ty)))?,
            };
            outputs.push(value.alias(plan_name(column.id)));
        }
        if has_them {
            names.extend((0..SystemColumn::ALL.len()).map(system_name));
        }
        Ok(LogicalPlanBuilder::from(scan_named(snapshot, &names)?).project(outputs)?.build()?)
    }

    pub(super) fn values(&self, rows: &[Vec<Scalar>], columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        if columns.is_empty() {
            return Ok(LogicalPlanBuilder::empty(!rows.is_empty()).build()?);
        }
        let table_columns = table_columns(columns);
        let batch = batch_from_rows(&table_columns, rows)?;
        scan(Arc::new(MemorySnapshot { columns: table_columns, batches: vec![batch] }), columns)
    }

    pub(super) fn constant_rows(&self, rows: &[Vec<BoundExpr>], columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|value| self.constant(value)).collect::<Result<Vec<_>, _>>())
            .collect::<Result<Vec<_>, _>>()?;
        self.values(&rows, columns)
    }

    pub(super) fn range(
        &self,
        from: &BoundExpr,
        to: &BoundExpr,
        step: &BoundExpr,
        columns: &[Column],
    ) -> Result<LogicalPlan, QueryError> {
        let (from, to, step) = (self.constant(from)?, self.constant(to)?, self.constant(step)?);
        let range = Range::new(&from, &to, &step)?;
        let column = TableColumn::new("range", columns[0].ty);
        scan(Arc::new(RangeSnapshot { columns: vec![column], range }), columns)
    }

    pub(super) fn union(&self, inputs: &[UnionInput], columns: &[Column]) -> Result<LogicalPlan, QueryError> {
        let mut plans = Vec::with_capacity(inputs.len());
        for input in inputs {
            let plan = self.relation(&input.relation)?;
            let outputs = input
                .outputs
                .iter()
                .zip(columns)
                .map(|(expr, column)| Ok(self.expr(expr)?.alias(plan_name(column.id))))
                .collect::<Result<Vec<_>, QueryError>>()?;
            plans.push(Arc::new(LogicalPlanBuilder::from(plan).project(outputs)?.build()?));
        }
        if plans.len() == 1 {
            return Ok(Arc::unwrap_or_clone(plans.swap_remove(0)));
        }
        Ok(LogicalPlan::Union(Union::try_new_with_loose_types(plans)?))
    }
}

pub(super) fn table_columns(columns: &[Column]) -> Vec<TableColumn> {
    columns.iter().map(|c| TableColumn::new(c.name.clone(), c.ty)).collect()
}

pub(super) fn scan(snapshot: Arc<dyn TableSnapshot>, columns: &[Column]) -> Result<LogicalPlan, QueryError> {
    let names: Vec<String> = columns.iter().map(|c| plan_name(c.id)).collect();
    scan_named(snapshot, &names)
}

/// The plan's name of a system column, before it has a number.
fn system_name(place: usize) -> String {
    format!("s{place}")
}

fn scan_named(snapshot: Arc<dyn TableSnapshot>, names: &[String]) -> Result<LogicalPlan, QueryError> {
    let table = ScanTable::new(snapshot, names.to_vec());
    let source = provider_as_source(Arc::new(table));
    let plan = LogicalPlanBuilder::scan("t", source, None)?;
    // The scan qualifies its columns; ours are unique without.
    let unqualified = names.iter().map(|name| Expr::Column(PlanColumn::new(Some("t"), name)).alias(name));
    Ok(plan.project(unqualified)?.build()?)
}

/// The values of a `range`, computed as they are read.
#[derive(Debug, Clone, Copy)]
enum Range {
    Whole { from: i64, step: i64, rows: u64, ty: ScalarType },
    Real { from: f64, step: f64, rows: u64 },
    Decimal { from: i128, step: i128, rows: u64 },
}

impl Range {
    fn new(from: &Scalar, to: &Scalar, step: &Scalar) -> Result<Self, QueryError> {
        if from.is_null() || to.is_null() || step.is_null() {
            return Err(QueryError::bad_request("'range' operator: from, to and step must not be null"));
        }
        let range = match (from, to, step) {
            (Scalar::Real(from), Scalar::Real(to), Scalar::Real(step)) => {
                let rows = ((to - from) / step + 1e-9).floor() + 1.0;
                // A cast of a float saturates: NaN and negatives are no rows.
                Self::Real { from: *from, step: *step, rows: rows as u64 }
            }
            (Scalar::Decimal(from), Scalar::Decimal(to), Scalar::Decimal(step)) if step.0 != 0 => {
                let rows = whole_rows(from.0, to.0, step.0);
                Self::Decimal { from: from.0, step: step.0, rows }
            }
            _ => {
                let (from_ticks, to_ticks, step_ticks) = match (whole(from), whole(to), whole(step)) {
                    (Some(from), Some(to), Some(step)) if step != 0 => (from, to, step),
                    _ => return Err(QueryError::bad_request("'range' operator: the step must not be zero")),
                };
                let rows = whole_rows(from_ticks.into(), to_ticks.into(), step_ticks.into());
                Self::Whole { from: from_ticks, step: step_ticks, rows, ty: from.scalar_type() }
            }
        };
        if range.rows() > RANGE_ROWS_MAX {
            return Err(QueryError::limit(format!("'range' operator: more than {RANGE_ROWS_MAX} rows")));
        }
        Ok(range)
    }

    const fn rows(&self) -> u64 {
        match self {
            Self::Whole { rows, .. } | Self::Real { rows, .. } | Self::Decimal { rows, .. } => *rows,
        }
    }

    fn value(&self, row: u64) -> Scalar {
        match *self {
            Self::Whole { from, step, ty, .. } => {
                let value = from.wrapping_add(step.wrapping_mul(row.cast_signed()));
                match ty {
                    ScalarType::Int => i32::try_from(value).map_or(Scalar::Null(ty), Scalar::Int),
                    ScalarType::DateTime => Scalar::DateTime(DateTime(value)),
                    ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan(value)),
                    _ => Scalar::Long(value),
                }
            }
            Self::Real { from, step, .. } => Scalar::Real(step.mul_add(row as f64, from)),
            Self::Decimal { from, step, .. } => Scalar::Decimal(Decimal(from + step * i128::from(row))),
        }
    }
}

fn whole(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Int(v) => Some((*v).into()),
        Scalar::Long(v) => Some(*v),
        Scalar::DateTime(v) => Some(v.0),
        Scalar::TimeSpan(v) => Some(v.0),
        _ => None,
    }
}

fn whole_rows(from: i128, to: i128, step: i128) -> u64 {
    let distance = to - from;
    if distance != 0 && (distance > 0) != (step > 0) {
        return 0;
    }
    u64::try_from(distance / step + 1).unwrap_or(u64::MAX)
}

#[derive(Debug)]
struct RangeSnapshot {
    columns: Vec<TableColumn>,
    range: Range,
}

impl TableSnapshot for RangeSnapshot {
    fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    fn row_count(&self) -> Option<u64> {
        Some(self.range.rows())
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<TableScan, QueryError> {
        let columns = request.columns.iter().map(|_| self.columns[0].clone()).collect();
        let limit = request.limit.map_or(u64::MAX, |l| l as u64);
        Ok(TableScan { units: vec![Box::new(RangeUnit { columns, range: self.range, limit })] })
    }
}

struct RangeUnit {
    columns: Vec<TableColumn>,
    range: Range,
    limit: u64,
}

impl ScanUnit for RangeUnit {
    fn is_in_memory(&self) -> bool {
        true
    }

    fn open(self: Box<Self>) -> Result<UnitBatches, QueryError> {
        let rows = self.range.rows().min(self.limit);
        let batches = (0..rows.div_ceil(RANGE_BATCH_ROWS)).map(move |batch| {
            let (start, end) = (batch * RANGE_BATCH_ROWS, rows.min((batch + 1) * RANGE_BATCH_ROWS));
            let arrays = self.columns.iter().map(|column| {
                let mut builder = ColumnBuilder::new(column.ty, (end - start) as usize);
                (start..end).for_each(|row| builder.push(&self.range.value(row)));
                builder.finish()
            });
            let options = arrow::array::RecordBatchOptions::new().with_row_count(Some((end - start) as usize));
            Ok(RecordBatch::try_new_with_options(arrow_schema(&self.columns), arrays.collect(), &options)?)
        });
        Ok(Box::new(batches))
    }
}
