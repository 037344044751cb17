//! What a service answered: its tables, and what went wrong while they were made.

pub(crate) mod assembler;
pub(crate) mod frame;
#[cfg(test)]
mod tests;
mod v1;

use calypso_types::Scalar;
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, ServiceError, Table, TableKind};

/// The tables of an answer, in the order of the wire.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    pub(crate) tables: Vec<Table>,
    pub(crate) errors: Vec<ServiceError>,
    pub(crate) cancelled: bool,
}

impl Dataset {
    /// Returns all tables: results and what surrounds them.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Takes the tables.
    #[must_use]
    pub fn into_tables(self) -> Vec<Table> {
        self.tables
    }

    /// Returns the results: one for each tabular statement.
    pub fn primary_results(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| table.kind == TableKind::PrimaryResult)
    }

    /// Returns the first result.
    #[must_use]
    pub fn primary(&self) -> Option<&Table> {
        self.primary_results().next()
    }

    /// Returns the rows of the first result as values of `T`, as [`Table::rows`] does.
    ///
    /// # Errors
    /// [`ErrorKind::Conversion`], also if there is no result at all.
    pub fn primary_rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        let table = self.primary().ok_or_else(|| Error::new(ErrorKind::Conversion, "the answer has no result"))?;
        table.rows()
    }

    /// Returns the only value of the only row of the first result.
    #[must_use]
    pub fn single_value(&self) -> Option<&Scalar> {
        let table = self.primary()?;
        (table.row_count() == 1 && table.columns().len() == 1).then(|| &table.rows[0][0])
    }

    /// Returns how results are meant to be shown: rows of `TableId`, `Key`, `Value` (V2), or of `Value` (V1).
    #[must_use]
    pub fn query_properties(&self) -> Option<&Table> {
        self.tables.iter().find(|table| table.kind == TableKind::QueryProperties)
    }

    /// Returns how the query ran; absent where it failed midway.
    #[must_use]
    pub fn completion_information(&self) -> Option<&Table> {
        self.tables.iter().find(|table| table.kind == TableKind::QueryCompletionInformation)
    }

    /// Returns the first error that came with the tables: after `deferpartialqueryfailures`, and in the partial results
    /// of an [`Error`].
    #[must_use]
    pub fn error(&self) -> Option<&ServiceError> {
        self.errors.first()
    }

    /// Returns all errors that came with the tables.
    #[must_use]
    pub fn errors(&self) -> &[ServiceError] {
        &self.errors
    }

    /// Says whether the query was cancelled before its end.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    pub(crate) fn from_v1(text: &str) -> Result<Self, String> {
        v1::read(text)
    }

    /// Returns the tables, or an error that has them if something went wrong and the caller did not defer failures.
    pub(crate) fn or_partial_failure(self, deferred: bool) -> Result<Self, Error> {
        match self.errors.first() {
            Some(error) if !deferred => Err(Error::partial_failure(error).with_partial_results(self)),
            _ => Ok(self),
        }
    }
}
