//! `scan`: rows walk through steps; each step holds the state of the sequence that has come so far.
//!
//! Steps are tried from the last to the first: a row that satisfies a step's condition goes on from the step before it
//! (with its state) or from the step itself. Expressions are evaluated one row at a time, over the row and all states.
//! <https://learn.microsoft.com/kusto/query/scan-operator>

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, UInt64Array},
    compute::take_record_batch,
    datatypes::SchemaRef,
};
use calypso_columns::{Column, ColumnBuilder, array_of_scalar, scalar_at};
use calypso_semantics::bound::StepOutput;
use calypso_types::{Scalar, ScalarType};
use datafusion::physical_expr::PhysicalExpr;

use crate::{
    QueryError,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// One step, compiled.
#[derive(Debug, Clone)]
pub(crate) struct StepPlan {
    pub(crate) output: StepOutput,
    pub(crate) condition: Arc<dyn PhysicalExpr>,
    /// The declared column's place and its value.
    pub(crate) assignments: Vec<(usize, Arc<dyn PhysicalExpr>)>,
}

/// The operator.
#[derive(Debug, Clone)]
pub(crate) struct ScanSteps {
    /// The row's columns, then every step's state.
    pub(crate) schema: SchemaRef,
    pub(crate) plans: Vec<StepPlan>,
    pub(crate) defaults: Vec<Scalar>,
    /// The types of the row's columns.
    pub(crate) types: Vec<ScalarType>,
    pub(crate) partition_types: Vec<ScalarType>,
    pub(crate) match_id: bool,
    pub(crate) added: Vec<Column>,
}

impl RowOperator for ScanSteps {
    fn name(&self) -> &'static str {
        "Scan"
    }

    fn added(&self) -> &[Column] {
        &self.added
    }

    fn needs_single_partition(&self) -> bool {
        true
    }

    fn start(&self) -> Box<dyn RowProcess> {
        let states = self.plans.iter().map(|_| None).collect();
        Box::new(Walk { scan: self.clone(), states, matches: 0, partition: None, input: None, pending: Vec::new() })
    }
}

/// The sequence that a step holds.
#[derive(Debug, Clone)]
struct State {
    match_id: i64,
    /// What each step up to this one saw last.
    records: Vec<Record>,
}

/// The last row that matched a step, and the declared columns after it.
#[derive(Debug, Clone)]
struct Record {
    row: Vec<Scalar>,
    declared: Vec<Scalar>,
}

/// A row that comes out: its place in the input held back, declared columns and match.
struct Output {
    batch: RecordBatch,
    declared: Vec<Scalar>,
    match_id: i64,
}

struct Walk {
    scan: ScanSteps,
    states: Vec<Option<State>>,
    /// Matches begun so far.
    matches: i64,
    partition: Option<Vec<Scalar>>,
    input: Option<SchemaRef>,
    /// For each step with `output=last`, the last row of its sequence.
    pending: Vec<(usize, Output)>,
}

impl RowProcess for Walk {
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError> {
        self.input.get_or_insert_with(|| batch.schema());
        let mut outputs = Vec::new();
        let columns = self.scan.types.len();
        for row in 0..batch.num_rows() {
            let scalars: Vec<Scalar> =
                self.scan.types.iter().enumerate().map(|(at, ty)| scalar_at(&values[at], *ty, row)).collect();
            let key: Vec<Scalar> = self
                .scan
                .partition_types
                .iter()
                .enumerate()
                .map(|(at, ty)| scalar_at(&values[columns + at], *ty, row))
                .collect();
            if self.partition.as_ref() != Some(&key) {
                outputs.extend(self.pending.drain(..).map(|(_, output)| output));
                self.states.iter_mut().for_each(|s| *s = None);
                self.partition = Some(key);
            }
            self.step_row(&scalars, &batch.slice(row, 1), &mut outputs)?;
        }
        self.processed(&outputs)
    }

    fn finish(&mut self) -> Result<Option<Processed>, QueryError> {
        let outputs: Vec<Output> = self.pending.drain(..).map(|(_, output)| output).collect();
        self.processed(&outputs)
    }
}

impl Walk {
    fn step_row(&mut self, row: &[Scalar], batch: &RecordBatch, outputs: &mut Vec<Output>) -> Result<(), QueryError> {
        for step in (0..self.scan.plans.len()).rev() {
            // First a sequence moves on from the step before; then it goes on within the step.
            if step > 0 && self.states[step - 1].is_some() && self.try_step(step, step - 1, row, batch, outputs)? {
                self.states[step - 1] = None;
            } else if self.states[step].is_some() {
                self.try_step(step, step, row, batch, outputs)?;
            } else if step == 0 {
                self.try_first(row, batch, outputs)?;
            }
        }
        Ok(())
    }

    fn try_first(&mut self, row: &[Scalar], batch: &RecordBatch, outputs: &mut Vec<Output>) -> Result<(), QueryError> {
        let seen = self.seen(row, &[])?;
        if !is_true(&self.scan.plans[0].condition, &seen)? {
            return Ok(());
        }
        let match_id = self.matches;
        self.matches += 1;
        let record = Record { row: row.to_vec(), declared: self.assigned(0, &seen)? };
        self.enter(0, State { match_id, records: vec![record] }, batch, outputs);
        Ok(())
    }

    /// Lets the row into `step` from the state of `from`; says whether it got in.
    fn try_step(
        &mut self,
        step: usize,
        from: usize,
        row: &[Scalar],
        batch: &RecordBatch,
        outputs: &mut Vec<Output>,
    ) -> Result<bool, QueryError> {
        let Some(mut state) = self.states[from].clone() else { return Ok(false) };
        let seen = self.seen(row, &state.records)?;
        if !is_true(&self.scan.plans[step].condition, &seen)? {
            return Ok(false);
        }
        state.records.truncate(step);
        state.records.push(Record { row: row.to_vec(), declared: self.assigned(step, &seen)? });
        self.enter(step, state, batch, outputs);
        Ok(true)
    }

    fn enter(&mut self, step: usize, state: State, batch: &RecordBatch, outputs: &mut Vec<Output>) {
        let declared = state.records.last().map_or_else(Vec::new, |r| r.declared.clone());
        let output = Output { batch: batch.clone(), declared, match_id: state.match_id };
        match self.scan.plans[step].output {
            StepOutput::All => outputs.push(output),
            StepOutput::Last => {
                let other = |(at, kept): &(usize, Output)| *at != step || kept.match_id != output.match_id;
                self.pending.retain(other);
                self.pending.push((step, output));
            }
            StepOutput::None => {}
        }
        self.states[step] = Some(state);
    }

    /// The values that expressions see: the row, then the records of each step of the sequence, null where it has
    /// not been yet.
    fn seen(&self, row: &[Scalar], records: &[Record]) -> Result<RecordBatch, QueryError> {
        let mut arrays: Vec<ArrayRef> = row.iter().map(array_of_scalar).collect();
        for step in 0..self.scan.plans.len() {
            match records.get(step) {
                Some(record) => arrays.extend(record.row.iter().chain(&record.declared).map(array_of_scalar)),
                None => {
                    let nulls = self.scan.types.iter().map(|ty| array_of_scalar(&Scalar::null(*ty)));
                    arrays.extend(nulls.chain(self.scan.defaults.iter().map(array_of_scalar)));
                }
            }
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.scan.schema), arrays)?)
    }

    /// The declared columns after a step: what it does not assign has its default.
    fn assigned(&self, step: usize, seen: &RecordBatch) -> Result<Vec<Scalar>, QueryError> {
        let mut declared = self.scan.defaults.clone();
        for (at, value) in &self.scan.plans[step].assignments {
            let ty = self.scan.defaults[*at].scalar_type();
            let array = value.evaluate(seen)?.into_array(1)?;
            declared[*at] = scalar_at(&array, ty, 0);
        }
        Ok(declared)
    }

    fn processed(&self, outputs: &[Output]) -> Result<Option<Processed>, QueryError> {
        let Some(schema) = self.input.as_ref().filter(|_| !outputs.is_empty()) else { return Ok(None) };
        let batches: Vec<RecordBatch> = outputs.iter().map(|o| o.batch.clone()).collect();
        let input = arrow::compute::concat_batches(schema, &batches)?;
        let rows: Vec<u64> = (0..outputs.len() as u64).collect();
        let input = take_record_batch(&input, &UInt64Array::from(rows))?;
        let mut added = Vec::with_capacity(self.scan.added.len());
        for (at, column) in self.scan.added.iter().enumerate() {
            let mut builder = ColumnBuilder::new(column.ty, outputs.len());
            for output in outputs {
                match output.declared.get(at) {
                    Some(value) => builder.push(value),
                    None => builder.push(&Scalar::Long(output.match_id)),
                }
            }
            added.push(builder.finish());
        }
        let _ = self.scan.match_id;
        Ok(Some(Processed { input, added }))
    }
}

fn is_true(condition: &Arc<dyn PhysicalExpr>, seen: &RecordBatch) -> Result<bool, QueryError> {
    let array = condition.evaluate(seen)?.into_array(1)?;
    Ok(scalar_at(&array, ScalarType::Bool, 0) == Scalar::Bool(true))
}
