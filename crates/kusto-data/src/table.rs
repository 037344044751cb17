//! A tabular result.

mod deserialize;
pub(crate) mod record_batch;
mod row;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::RecordBatch;
use calypso_types::Scalar;
use serde::de::DeserializeOwned;

pub use row::Row;

use crate::{Column, Error, json_text, value};

/// What a table of an answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableKind {
    /// A result of the query or command.
    PrimaryResult,
    /// How results are meant to be shown, cursors, and the like.
    QueryProperties,
    /// How the query ran.
    QueryCompletionInformation,
    /// The list of tables of a V1 answer.
    TableOfContents,
    /// Anything else, by its name on the wire.
    Other(String),
}

impl TableKind {
    pub(crate) fn from_wire(name: &str) -> Self {
        match name {
            "PrimaryResult" | "QueryResult" => Self::PrimaryResult,
            "QueryProperties" => Self::QueryProperties,
            "QueryCompletionInformation" | "QueryStatus" => Self::QueryCompletionInformation,
            "TableOfContents" => Self::TableOfContents,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A table: every row has a value for every column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(crate) name: String,
    pub(crate) id: i64,
    pub(crate) kind: TableKind,
    pub(crate) columns: Arc<[Column]>,
    pub(crate) rows: Vec<Box<[Scalar]>>,
}

impl Table {
    /// Returns a table of rows that were had elsewhere.
    ///
    /// # Errors
    /// If a row has another number of values than there are columns.
    pub fn new(name: impl Into<String>, columns: Vec<Column>, rows: Vec<Vec<Scalar>>) -> Result<Self, Error> {
        if let Some(row) = rows.iter().find(|row| row.len() != columns.len()) {
            return Err(Error::invalid(format!("a row has {} values for {} columns", row.len(), columns.len())));
        }
        let rows = rows.into_iter().map(Vec::into_boxed_slice).collect();
        Ok(Self { name: name.into(), id: 0, kind: TableKind::PrimaryResult, columns: columns.into(), rows })
    }

    /// Returns the name, `PrimaryResult` unless the query named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the number of the table within its answer.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// Says what the table is for.
    #[must_use]
    pub const fn kind(&self) -> &TableKind {
        &self.kind
    }

    /// Returns the columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the position of the first column with this exact name.
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name() == name)
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Says whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the row at `index`, from zero.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        self.rows.get(index).map(|values| Row::new(&self.columns, values))
    }

    /// Returns the rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row::new(&self.columns, values))
    }

    /// Returns the value of the row at `index` in the column of that exact name.
    #[must_use]
    pub fn value(&self, index: usize, column: &str) -> Option<&Scalar> {
        self.rows.get(index)?.get(self.column_index(column)?)
    }

    /// Returns the rows as values of `T`: structs by column name, tuples by position, single values from a table of one
    /// column.
    ///
    /// Datetimes, timespans, decimals and guids are read from their texts, so `String` serves, [`crate::DateTime`] and
    /// its kin, and types of other crates that read RFC 3339 and the like. `dynamic` becomes any shape. Null needs an
    /// `Option`.
    ///
    /// ```no_run
    /// # async fn example(client: kusto_data::Client) -> Result<(), kusto_data::Error> {
    /// #[derive(serde::Deserialize)]
    /// #[serde(rename_all = "PascalCase")]
    /// struct Storm {
    ///     start_time: kusto_data::DateTime,
    ///     state: String,
    ///     deaths_direct: Option<i32>,
    /// }
    /// let answer = client.execute_query("Samples", "StormEvents | take 10", None).await?;
    /// let storms: Vec<Storm> = answer.primary_rows()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`crate::ErrorKind::Conversion`] naming row and column.
    pub fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.iter().enumerate().map(|(index, row)| row.read_as(index)).collect()
    }

    /// Returns the table in Arrow's form, with the types of [`record_batch::RecordBatchOptions::default`].
    ///
    /// # Errors
    /// [`crate::ErrorKind::Conversion`] for a value that the Arrow type cannot hold.
    pub fn to_record_batch(&self) -> Result<RecordBatch, Error> {
        record_batch::from_rows(&self.columns, &self.rows, record_batch::RecordBatchOptions::default())
    }

    /// Returns the table in Arrow's form.
    ///
    /// # Errors
    /// As [`Table::to_record_batch`].
    pub fn to_record_batch_with(&self, options: record_batch::RecordBatchOptions) -> Result<RecordBatch, Error> {
        record_batch::from_rows(&self.columns, &self.rows, options)
    }
}

/// Reads the JSON array of a row. Values that are missing at the end are null.
pub(crate) fn row_from_json(columns: &[Column], text: &str) -> Result<Box<[Scalar]>, String> {
    let mut values = Vec::with_capacity(columns.len());
    let mut pieces = json_text::elements(text).map_err(|error| error.to_string())?;
    for column in columns {
        let value = match pieces.next() {
            Some(piece) => {
                let piece = piece.map_err(|error| error.to_string())?;
                value::from_json(column.scalar_type(), piece)
                    .map_err(|reason| format!("column '{}': {reason}", column.name()))?
            }
            None => Scalar::null(column.scalar_type()),
        };
        values.push(value);
    }
    match pieces.next() {
        None => Ok(values.into_boxed_slice()),
        Some(_) => Err(format!("a row has more than {} values", columns.len())),
    }
}
