//! Results as they come over the wire: V2 frames of queries, V1 datasets of commands.

#[cfg(test)]
mod tests;

use calypso_types::ScalarType;
use serde::Deserialize;
use serde_json::Value;

use super::service_error::ServiceError;

/// Completion events at this level or below are errors.
const ERROR_LEVEL_MAX: i64 = 2;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResultColumn {
    pub(crate) name: String,
    pub(crate) ty: ScalarType,
}

/// A tabular result; every row has a value for every column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResultTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<ResultColumn>,
    pub(crate) rows: Vec<Vec<Value>>,
}

/// What a service answered: results, and what went wrong while they were made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) tables: Vec<ResultTable>,
    pub(crate) error: Option<ServiceError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct WireColumn {
    column_name: String,
    column_type: Option<String>,
    data_type: Option<String>,
}

/// A V1 table or any V2 frame: members that a kind lacks are empty.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireTable {
    frame_type: String,
    table_id: i64,
    table_kind: String,
    table_name: String,
    columns: Vec<WireColumn>,
    rows: Vec<Value>,
    one_api_errors: Vec<Value>,
}

#[derive(Deserialize)]
struct Dataset {
    #[serde(rename = "Tables")]
    tables: Vec<WireTable>,
}

impl Answer {
    /// Reads the frames of `/v2/rest/query`.
    pub(super) fn from_v2(bytes: &[u8]) -> Result<Self, String> {
        let frames: Vec<WireTable> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let (mut answer, mut open, mut completed) = (Self { tables: Vec::new(), error: None }, Vec::new(), false);
        for frame in frames {
            answer.note(&frame.one_api_errors);
            match (frame.frame_type.as_str(), frame.table_kind.as_str()) {
                ("DataTable", "PrimaryResult") => answer.push(frame),
                ("DataTable", "QueryCompletionInformation") => answer.note_completion(frame),
                ("TableHeader", "PrimaryResult") => {
                    open.push((frame.table_id, answer.tables.len()));
                    answer.push(frame);
                }
                ("TableFragment", _) => {
                    let index = open.iter().find(|(id, _)| *id == frame.table_id).map(|(_, index)| *index);
                    if let Some(index) = index {
                        answer.extend(index, frame.rows);
                    }
                }
                ("DataSetCompletion", _) => completed = true,
                _ => {}
            }
        }
        if completed { Ok(answer) } else { Err("the answer ends before its last frame".to_owned()) }
    }

    /// Reads the dataset of `/v1/rest/mgmt`: one table, or several of which the last is a table of contents.
    pub(super) fn from_v1(bytes: &[u8]) -> Result<Self, String> {
        let mut dataset: Dataset = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut answer = Self { tables: Vec::new(), error: None };
        let contents = (dataset.tables.len() > 2).then(|| dataset.tables.pop()).flatten();
        let is_result = |index: usize| {
            contents.as_ref().is_none_or(|contents| {
                contents.rows.get(index).is_some_and(|row| row.get(1).is_some_and(|kind| kind == "QueryResult"))
            })
        };
        for (index, table) in dataset.tables.into_iter().enumerate() {
            if is_result(index) {
                answer.push(table);
            }
        }
        Ok(answer)
    }

    /// Returns the only value of the only row of the first result.
    pub(crate) fn single_value(&self) -> Option<&Value> {
        let table = self.tables.first()?;
        (table.rows.len() == 1 && table.columns.len() == 1).then(|| &table.rows[0][0])
    }

    fn push(&mut self, table: WireTable) {
        let columns = table.columns.into_iter().map(|column| {
            let ty = column.column_type.or(column.data_type).and_then(|name| ScalarType::from_name(&name));
            ResultColumn { name: column.column_name, ty: ty.unwrap_or(ScalarType::String) }
        });
        self.tables.push(ResultTable { name: table.table_name, columns: columns.collect(), rows: Vec::new() });
        self.extend(self.tables.len() - 1, table.rows);
    }

    /// Appends rows; an object in place of a row is an error.
    fn extend(&mut self, index: usize, rows: Vec<Value>) {
        let width = self.tables[index].columns.len();
        for row in rows {
            match row {
                Value::Array(mut values) => {
                    values.resize(width, Value::Null);
                    self.tables[index].rows.push(values);
                }
                other => self.note_error_row(&other),
            }
        }
    }

    fn note_error_row(&mut self, row: &Value) {
        if let Some(errors) = row.get("OneApiErrors").and_then(Value::as_array) {
            self.note(errors);
        } else if let Some(message) = row.get("Exceptions").and_then(|list| list.get(0)).and_then(Value::as_str) {
            self.note_message("QueryFailed", message);
        }
    }

    fn note(&mut self, errors: &[Value]) {
        if self.error.is_none() {
            self.error = errors.iter().find_map(ServiceError::from_value);
        }
    }

    fn note_message(&mut self, code: &str, message: &str) {
        let (code, message) = (code.to_owned(), message.to_owned());
        self.error.get_or_insert(ServiceError { code, message, permanent: true, internal: false, activity_id: None });
    }

    /// Finds errors that were deferred to the completion information.
    fn note_completion(&mut self, table: WireTable) {
        let position = |name: &str| table.columns.iter().position(|column| column.column_name == name);
        let (Some(level), Some(payload)) = (position("Level"), position("Payload")) else { return };
        let failed = table
            .rows
            .iter()
            .find(|row| row.get(level).and_then(Value::as_i64).is_some_and(|level| level <= ERROR_LEVEL_MAX));
        if let Some(text) = failed.and_then(|row| row.get(payload)).and_then(Value::as_str) {
            self.note_message("PartialQueryFailure", text);
        }
    }
}
