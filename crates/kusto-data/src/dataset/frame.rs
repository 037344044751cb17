//! A frame of a V2 answer.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http-v2>

use std::sync::Arc;

use calypso_types::Scalar;

use crate::{Column, ServiceError, Table, TableKind, column, json_text, table};

/// One element of a V2 answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Frame {
    /// The first frame.
    DataSetHeader {
        /// `v2.0`.
        version: String,
        /// Whether results may be replaced as the query goes on.
        is_progressive: bool,
        /// Whether results come in fragments.
        is_fragmented: bool,
    },
    /// A whole table; `errors` stood in place of rows.
    DataTable { table: Table, errors: Vec<ServiceError> },
    /// A table of which fragments follow; it has no rows yet.
    TableHeader(Table),
    /// Rows of a table.
    TableFragment {
        table_id: i64,
        /// Whether these rows take the place of all rows before.
        replaces: bool,
        rows: Vec<Box<[Scalar]>>,
        /// What stood in place of rows.
        errors: Vec<ServiceError>,
    },
    /// How far a table is, in per cent.
    TableProgress { table_id: i64, percent: f64 },
    /// No more rows of a table.
    TableCompletion { table_id: i64, row_count: u64, errors: Vec<ServiceError> },
    /// The last frame.
    DataSetCompletion { has_errors: bool, cancelled: bool, errors: Vec<ServiceError> },
    /// A kind of frame that this client does not know.
    Other(String),
}

/// Rows as they come, and what stands among them.
pub(crate) type Rows = (Vec<Box<[Scalar]>>, Vec<ServiceError>);

/// Members of a frame by name.
struct Members<'a>(Vec<(String, &'a str)>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(|value| json_text::string(value).ok())
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    fn table_id(&self) -> Result<i64, String> {
        self.number("TableId").ok_or_else(|| "a frame lacks 'TableId'".to_owned())
    }

    fn errors(&self) -> Result<Vec<ServiceError>, String> {
        self.get("OneApiErrors").map_or_else(|| Ok(Vec::new()), read_errors)
    }

    /// Name, kind and columns.
    fn header(&self) -> Result<Table, String> {
        let columns = self.get("Columns").ok_or_else(|| "a table lacks 'Columns'".to_owned())?;
        Ok(Table {
            name: self.text("TableName").unwrap_or_default(),
            id: self.table_id()?,
            kind: TableKind::from_wire(&self.text("TableKind").unwrap_or_default()),
            columns: column::from_json(columns)?.into(),
            rows: Vec::new(),
        })
    }
}

/// Finds the columns of a table whose header came before.
pub(crate) trait KnownColumns {
    fn columns_of(&self, table_id: i64) -> Option<Arc<[Column]>>;
}

impl Frame {
    /// Reads the text of one frame.
    pub(crate) fn read(text: &str, known: &impl KnownColumns) -> Result<Self, String> {
        let members = Members(json_text::members(text).map_err(|error| error.to_string())?);
        let kind = members.text("FrameType").ok_or_else(|| "a frame lacks 'FrameType'".to_owned())?;
        Ok(match kind.as_str() {
            "DataSetHeader" => Self::DataSetHeader {
                version: members.text("Version").unwrap_or_default(),
                is_progressive: members.flag("IsProgressive"),
                is_fragmented: members.flag("IsFragmented"),
            },
            "DataTable" => {
                let mut table = members.header()?;
                let (rows, errors) = read_rows(&table.columns, members.get("Rows").unwrap_or("[]"))?;
                table.rows = rows;
                Self::DataTable { table, errors }
            }
            "TableHeader" => Self::TableHeader(members.header()?),
            "TableFragment" => {
                let table_id = members.table_id()?;
                let columns = known.columns_of(table_id).ok_or_else(|| format!("table {table_id} has no header"))?;
                let (rows, errors) = read_rows(&columns, members.get("Rows").unwrap_or("[]"))?;
                let replaces = members.text("TableFragmentType").as_deref() == Some("DataReplace");
                Self::TableFragment { table_id, replaces, rows, errors }
            }
            "TableProgress" => Self::TableProgress {
                table_id: members.table_id()?,
                percent: members.get("TableProgress").and_then(|text| text.parse().ok()).unwrap_or_default(),
            },
            "TableCompletion" => Self::TableCompletion {
                table_id: members.table_id()?,
                row_count: members.number("RowCount").and_then(|count| u64::try_from(count).ok()).unwrap_or_default(),
                errors: members.errors()?,
            },
            "DataSetCompletion" => Self::DataSetCompletion {
                has_errors: members.flag("HasErrors"),
                cancelled: members.flag("Cancelled"),
                errors: members.errors()?,
            },
            _ => Self::Other(kind),
        })
    }
}

/// Reads `Rows`; an object in place of a row is an error, and rows before it stay.
pub(crate) fn read_rows(columns: &[Column], text: &str) -> Result<Rows, String> {
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for piece in json_text::elements(text).map_err(|error| error.to_string())? {
        let piece = piece.map_err(|error| error.to_string())?;
        if piece.starts_with('{') {
            errors.extend(errors_of_row(piece)?);
        } else {
            rows.push(table::row_from_json(columns, piece)?);
        }
    }
    Ok((rows, errors))
}

/// Reads `{"OneApiErrors":[…]}`, or the older `{"Exceptions":["text"]}`.
fn errors_of_row(text: &str) -> Result<Vec<ServiceError>, String> {
    let members = Members(json_text::members(text).map_err(|error| error.to_string())?);
    let errors = members.errors()?;
    if !errors.is_empty() {
        return Ok(errors);
    }
    members.get("Exceptions").map_or_else(|| Err("an object stands in place of a row".to_owned()), read_exceptions)
}

/// Reads an array of texts, which is what old answers tell errors by.
pub(crate) fn read_exceptions(text: &str) -> Result<Vec<ServiceError>, String> {
    let texts: Vec<String> = serde_json::from_str(text).map_err(|error| format!("Exceptions: {error}"))?;
    Ok(texts.into_iter().map(|text| ServiceError::new("QueryFailed", text, None)).collect())
}

pub(crate) fn read_errors(text: &str) -> Result<Vec<ServiceError>, String> {
    let values: Vec<serde_json::Value> =
        serde_json::from_str(text).map_err(|error| format!("OneApiErrors: {error}"))?;
    Ok(values.iter().filter_map(ServiceError::from_value).collect())
}
