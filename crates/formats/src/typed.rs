//! The formats whose files say which types they have: parquet, orc and avro.
//!
//! Their libraries decode into Arrow arrays of any type; [`values`] looks at these as records, [`push`] converts what
//! is found there into the columns of the table.

use arrow::{array::RecordBatch, datatypes::Schema};
use calypso_model::MappingKind;

use crate::{
    DataFormat, Error, Ingestion,
    batch::BatchBuilder,
    mapping::{
        by_path::{PathSource, path_sources},
        path::Step,
    },
};

pub(crate) mod avro;
mod cell;
mod guard;
pub(crate) mod inferred;
mod integers;
pub(crate) mod orc;
pub(crate) mod parquet;
mod push;
mod stored_text;
mod values;
mod walk;

use values::Values;

/// What fills each column of the table, in its order.
#[derive(Debug)]
pub(crate) struct TypedPlan<'a> {
    sources: Vec<PathSource<'a>>,
}

impl<'a> TypedPlan<'a> {
    /// Prepares the mapping of `ingestion`; without one, fields go to the columns of the same name.
    pub(crate) fn new(ingestion: &'a Ingestion<'a>, kind: MappingKind) -> Result<Self, Error> {
        Ok(Self { sources: path_sources(ingestion, kind)? })
    }

    /// Says whether any column reads the field `name` of the record.
    fn wants(&self, name: &str) -> bool {
        self.sources.iter().any(|source| match source {
            PathSource::Path(path, _) => match path.first() {
                Some(Step::Name(first)) => first == name,
                Some(Step::Index(_)) => false,
                None => true,
            },
            _ => false,
        })
    }
}

/// Turns the records of one file into rows.
struct RecordPusher<'p> {
    format: DataFormat,
    plan: &'p TypedPlan<'p>,
    /// Records begun.
    records: u64,
    records_max: u64,
    /// Texts are put together here.
    scratch: String,
}

impl<'p> RecordPusher<'p> {
    fn new(ingestion: &Ingestion<'_>, plan: &'p TypedPlan<'p>) -> Self {
        Self {
            format: ingestion.format,
            plan,
            records: 0,
            records_max: ingestion.options.record_limit.unwrap_or(u64::MAX),
            scratch: String::new(),
        }
    }

    /// Appends the records of a batch, whose types `schema` has; false when there may be no more.
    ///
    /// # Errors
    /// When a wanted field has a type that is not read here; when the batch cannot be handed on.
    fn push(
        &mut self,
        decoded: &RecordBatch,
        schema: &Schema,
        batch: &mut BatchBuilder<'_, '_>,
    ) -> Result<bool, Error> {
        let record = Values::of_record(schema, decoded, &|name| self.plan.wants(name))
            .map_err(|unsupported| unsupported.in_format(self.format))?;
        let sources: Vec<_> = self.plan.sources.iter().map(|source| (source, walk::hops(&record, source))).collect();
        for row in 0..decoded.num_rows() {
            if self.records >= self.records_max {
                return Ok(false);
            }
            self.records += 1;
            for (column, (source, hops)) in sources.iter().enumerate() {
                match source {
                    PathSource::Absent => batch.push_null(column),
                    PathSource::Path(_, transform) => {
                        let cell = walk::cell_at(&record, row, hops);
                        push::push_cell(batch, column, &cell, transform, &mut self.scratch);
                    }
                    PathSource::Text(text) => {
                        batch.push_text(column, text);
                    }
                    PathSource::LineNumber => {
                        batch.push_long(column, self.records as i64);
                    }
                }
            }
            batch.end_row()?;
        }
        Ok(self.records < self.records_max)
    }
}
