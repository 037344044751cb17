//! Puts the frames of a V2 answer together.

use std::sync::Arc;

use calypso_types::Scalar;

use super::frame::{Frame, KnownColumns};
use crate::{Column, Dataset, ServiceError, Table, TableKind};

/// Completion events at this level or below are errors.
const ERROR_LEVEL_MAX: i32 = 2;

/// An answer that is being read.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    dataset: Dataset,
    completed: bool,
}

impl KnownColumns for Assembler {
    fn columns_of(&self, table_id: i64) -> Option<Arc<[Column]>> {
        self.table(table_id).map(|index| Arc::clone(&self.dataset.tables[index].columns))
    }
}

impl Assembler {
    /// Reads the text of the next frame and takes it.
    pub(crate) fn push(&mut self, text: &str) -> Result<(), String> {
        let frame = Frame::read(text, self)?;
        self.take(frame)
    }

    /// Takes the next frame.
    pub(crate) fn take(&mut self, frame: Frame) -> Result<(), String> {
        if self.completed {
            return Err("a frame follows the last one".to_owned());
        }
        match frame {
            Frame::DataTable { table, errors } => {
                if table.kind == TableKind::QueryCompletionInformation {
                    self.dataset.errors.extend(errors_of_completion(&table));
                }
                self.dataset.tables.push(table);
                self.note(errors);
            }
            Frame::TableHeader(table) => self.dataset.tables.push(table),
            Frame::TableFragment { table_id, replaces, rows, errors } => {
                // Its columns were found, so it is there.
                if let Some(index) = self.table(table_id) {
                    let table = &mut self.dataset.tables[index];
                    if replaces {
                        table.rows.clear();
                    }
                    table.rows.extend(rows);
                }
                self.note(errors);
            }
            Frame::TableCompletion { table_id, row_count, errors } => {
                self.check_count(table_id, row_count, &errors)?;
                self.note(errors);
            }
            Frame::DataSetCompletion { has_errors, cancelled, errors } => {
                self.completed = true;
                self.dataset.cancelled = cancelled;
                self.note(errors);
                if (has_errors || cancelled) && self.dataset.errors.is_empty() {
                    self.dataset.errors.push(unexplained(cancelled));
                }
            }
            Frame::DataSetHeader { .. } | Frame::TableProgress { .. } | Frame::Other(_) => {}
        }
        Ok(())
    }

    /// Returns the answer, once it is whole.
    pub(crate) fn finish(self) -> Result<Dataset, String> {
        if self.completed { Ok(self.dataset) } else { Err("the answer ends before its last frame".to_owned()) }
    }

    fn table(&self, id: i64) -> Option<usize> {
        self.dataset.tables.iter().rposition(|table| table.id == id)
    }

    /// Rows that were lost on the way must not go unnoticed.
    fn check_count(&self, table_id: i64, row_count: u64, errors: &[ServiceError]) -> Result<(), String> {
        let Some(index) = self.table(table_id) else { return Ok(()) };
        let found = self.dataset.tables[index].rows.len() as u64;
        if found == row_count || !errors.is_empty() || !self.dataset.errors.is_empty() {
            return Ok(());
        }
        Err(format!("table {table_id} has {found} rows, and {row_count} were announced"))
    }

    /// The same error may stand in several places.
    fn note(&mut self, errors: Vec<ServiceError>) {
        for error in errors {
            if !self.dataset.errors.contains(&error) {
                self.dataset.errors.push(error);
            }
        }
    }
}

/// Returns the error of an answer that says that there was one, and not which.
pub(crate) fn unexplained(cancelled: bool) -> ServiceError {
    let code = if cancelled { "QueryCancelled" } else { "QueryFailed" };
    ServiceError::new(code, "the query ended early; the service does not say why", None)
}

/// Finds errors that were deferred to the completion information.
pub(crate) fn errors_of_completion(table: &Table) -> Vec<ServiceError> {
    let (level, text) = ("Level", "Payload");
    let (level, text) =
        if table.column_index(level).is_some() { (level, text) } else { ("Severity", "StatusDescription") };
    let failed = table.iter().filter(|row| match row.get(level) {
        Some(Scalar::Int(level)) => *level <= ERROR_LEVEL_MAX,
        Some(Scalar::Long(level)) => *level <= i64::from(ERROR_LEVEL_MAX),
        _ => false,
    });
    failed
        .map(|row| deferred_error(row.get(text).map(Scalar::to_text).unwrap_or_default(), row.get("EventTypeName")))
        .collect()
}

/// The payload is JSON with a member `Text`, or text.
fn deferred_error(payload: String, event: Option<&Scalar>) -> ServiceError {
    let value: Option<serde_json::Value> = serde_json::from_str(&payload).ok();
    let text = value.as_ref().and_then(|value| value.get("Text")).and_then(serde_json::Value::as_str);
    let text = text.map_or(payload.as_str(), |text| text);
    let code = event.map(Scalar::to_text).filter(|name| !name.is_empty());
    ServiceError::new(code.unwrap_or_else(|| "PartialQueryFailure".to_owned()), text, None)
}
