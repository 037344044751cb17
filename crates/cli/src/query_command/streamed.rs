//! Rows written as their frames come: however many there are, few are held.

use std::io::{self, Write};

use anyhow::Context as _;
use futures::TryStreamExt as _;
use kusto_data::{Error, ErrorKind, Frame, ServiceError, TableKind};

use crate::{
    connect::Connection,
    layout::{Layout, RowWriter},
    statement::Statement,
};

/// Runs a query and writes its results in the layout's form, which must be jsonl or csv.
pub(super) async fn run(
    connection: &Connection,
    statement: &Statement,
    layout: &Layout,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let failed = |error: Error| super::failed(&error, statement);
    let frames = connection.client.execute_streaming(&connection.database, statement.text(), None);
    let mut frames = frames.await.map_err(failed)?;
    let mut results = Results { rows: RowWriter::new(layout, &mut *out), open: None, error: None };
    loop {
        match frames.try_next().await {
            Ok(Some(frame)) => results.take(frame).context("cannot write the results")?,
            Ok(None) => break,
            Err(error) => {
                out.flush().context("cannot write the results")?;
                return Err(failed(error).context("the results are not complete"));
            }
        }
    }
    let Some(error) = results.error else { return Ok(()) };
    out.flush().context("cannot write the results")?;
    let error = Error::new(ErrorKind::Service, error);
    Err(failed(error).context("the results are not complete"))
}

/// What has been written so far, and what went wrong meanwhile.
struct Results<'a, W> {
    rows: RowWriter<'a, W>,
    /// Number of the result whose rows are coming.
    open: Option<i64>,
    error: Option<String>,
}

impl<W: Write> Results<'_, W> {
    fn take(&mut self, frame: Frame) -> io::Result<()> {
        match frame {
            Frame::TableHeader(table) if *table.kind() == TableKind::PrimaryResult => {
                self.open = Some(table.id());
                self.rows.begin(table.columns())?;
            }
            Frame::TableFragment { table_id, rows, errors, .. } => {
                if self.open == Some(table_id) {
                    rows.iter().try_for_each(|row| self.rows.row(row))?;
                }
                self.note(&errors);
            }
            Frame::DataTable { table, errors } => {
                if *table.kind() == TableKind::PrimaryResult {
                    self.rows.begin(table.columns())?;
                    table.iter().try_for_each(|row| self.rows.row(row.values()))?;
                }
                self.note(&errors);
            }
            Frame::TableCompletion { errors, .. } => self.note(&errors),
            Frame::DataSetCompletion { has_errors, cancelled, errors } => {
                self.note(&errors);
                if has_errors || cancelled {
                    self.error.get_or_insert_with(|| "the query failed after its first rows".to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, errors: &[ServiceError]) {
        if let (None, Some(error)) = (&self.error, errors.first()) {
            self.error = Some(error.to_string());
        }
    }
}
