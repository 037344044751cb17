//! One use of a table in a plan: its snapshot under the column names of the bound tree.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use calypso_columns::{Column, ScanRequest};
use datafusion::{
    catalog::{Session, TableProvider},
    common::{Statistics, stats::Precision},
    error::Result,
    logical_expr::{Expr, TableProviderFilterPushDown, TableType},
    physical_plan::ExecutionPlan,
};

use crate::{pushdown::column_predicates, scan_exec::ScanExec, source::TableSnapshot};

/// A table of the plan.
#[derive(Debug)]
pub(crate) struct ScanTable {
    snapshot: Arc<dyn TableSnapshot>,
    /// The plan's names of the snapshot's columns.
    names: Vec<String>,
    schema: SchemaRef,
}

impl ScanTable {
    pub(crate) fn new(snapshot: Arc<dyn TableSnapshot>, names: Vec<String>) -> Self {
        let fields: Vec<_> = snapshot
            .columns()
            .iter()
            .zip(&names)
            .map(|(column, name)| Column::new(name.clone(), column.ty).field())
            .collect();
        Self { snapshot, names, schema: Arc::new(Schema::new(fields)) }
    }
}

#[async_trait]
impl TableProvider for ScanTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(filters
            .iter()
            .map(|filter| {
                if column_predicates(filter, self.snapshot.columns(), &self.names).is_empty() {
                    TableProviderFilterPushDown::Unsupported
                } else {
                    TableProviderFilterPushDown::Inexact
                }
            })
            .collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        let rows = usize::try_from(self.snapshot.row_count()?).ok()?;
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(rows);
        Some(statistics)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = projection.cloned().unwrap_or_else(|| (0..self.names.len()).collect());
        let predicates: Vec<_> =
            filters.iter().flat_map(|f| column_predicates(f, self.snapshot.columns(), &self.names)).collect();
        let schema = Arc::new(self.schema.project(&columns)?);
        // A limited scan gives fewer rows than the table has.
        let rows = if predicates.is_empty() && limit.is_none() { self.snapshot.row_count() } else { None };
        let request = ScanRequest { columns, predicates, limit: if filters.is_empty() { limit } else { None } };
        let partitions = state.config().target_partitions();
        Ok(Arc::new(ScanExec::try_new(&self.snapshot, &request, schema, rows, partitions)?))
    }
}
