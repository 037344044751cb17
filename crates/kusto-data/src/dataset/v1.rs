//! V1 answers: one table, or several of which the last is a table of contents.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http>

use calypso_types::Scalar;

use super::{assembler, frame};
use crate::{Dataset, ServiceError, Table, TableKind, column, json_text};

/// Tables of an answer without a table of contents; the second then has properties.
const TABLES_WITHOUT_CONTENTS_MAX: usize = 2;

/// Reads the dataset of `/v1/rest/…`.
pub(super) fn read(text: &str) -> Result<Dataset, String> {
    let members = json_text::members(text).map_err(|error| error.to_string())?;
    let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let mut dataset = Dataset::default();
    if let Some(exceptions) = member("Exceptions").filter(|value| *value != "null") {
        dataset.errors.extend(frame::read_exceptions(exceptions)?);
    }
    let tables = member("Tables").ok_or_else(|| "the answer has no 'Tables'".to_owned())?;
    for piece in json_text::elements(tables).map_err(|error| error.to_string())? {
        let piece = piece.map_err(|error| error.to_string())?;
        let (table, errors) = read_table(piece, dataset.tables.len())?;
        dataset.tables.push(table);
        dataset.errors.extend(errors);
    }
    assign_kinds(&mut dataset.tables)?;
    let status = dataset.tables.iter().find(|table| table.kind == TableKind::QueryCompletionInformation);
    let failures: Vec<ServiceError> = status.map(assembler::errors_of_completion).unwrap_or_default();
    // What stands among the rows says more than the status.
    if dataset.errors.is_empty() {
        dataset.errors = failures;
    }
    Ok(dataset)
}

fn read_table(text: &str, index: usize) -> Result<(Table, Vec<ServiceError>), String> {
    let members = json_text::members(text).map_err(|error| error.to_string())?;
    let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let columns = column::from_json(member("Columns").ok_or_else(|| "a table lacks 'Columns'".to_owned())?)?;
    let name = member("TableName").map_or_else(|| Ok(String::new()), json_text::string);
    let (rows, errors) = frame::read_rows(&columns, member("Rows").unwrap_or("[]"))?;
    let table = Table {
        name: name.map_err(|error| error.to_string())?,
        id: i64::try_from(index).unwrap_or(i64::MAX),
        kind: TableKind::PrimaryResult,
        columns: columns.into(),
        rows,
    };
    Ok((table, errors))
}

/// Tells results from the rest.
fn assign_kinds(tables: &mut [Table]) -> Result<(), String> {
    let count = tables.len();
    if count <= TABLES_WITHOUT_CONTENTS_MAX {
        if let Some(second) = tables.get_mut(1) {
            second.kind = TableKind::QueryProperties;
        }
        return Ok(());
    }
    let (contents, others) = tables.split_last_mut().ok_or_else(|| "the answer has no tables".to_owned())?;
    contents.kind = TableKind::TableOfContents;
    for (index, table) in others.iter_mut().enumerate() {
        let text = |column: &str| match contents.value(index, column) {
            Some(Scalar::String(text)) => Some(text.clone()),
            _ => None,
        };
        let kind = text("Kind").ok_or_else(|| format!("the table of contents does not name table {index}"))?;
        table.kind = TableKind::from_wire(&kind);
        table.name = text("Name").filter(|name| !name.is_empty()).unwrap_or_else(|| table.name.clone());
    }
    Ok(())
}
