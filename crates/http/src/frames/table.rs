//! Writing the rows of one result table, up to its limits.

use calypso_app::{AppError, AppErrorKind, ResultLimits, ResultTable};

use crate::{
    frames::ChunkSink,
    result_reader::{CallerGone, ResultReader},
    rows::RowWriter,
};

/// A fragment of a table has about this many bytes.
const FRAGMENT_BYTES: usize = 4 * super::sink::CHUNK_BYTES;

/// What stands around groups of rows. Tables in one piece need nothing.
pub(crate) trait RowGroups {
    /// Opens a group, if rows need one.
    fn open(&self, out: &mut String);
    /// Closes a group.
    fn close(&self, out: &mut String);
    /// Whether a table has many groups, each opened when its first row comes.
    fn is_fragmented(&self) -> bool;
}

/// How writing a table ended.
#[derive(Debug, Default)]
pub(crate) struct TableOutcome {
    pub(crate) row_count: u64,
    /// Bytes of rows.
    pub(crate) size_bytes: u64,
    pub(crate) error: Option<AppError>,
    /// Whether the error is that a truncation limit was reached.
    pub(crate) truncated: bool,
    /// Whether a group is still open: the caller closes it, perhaps after an error in the data.
    pub(crate) group_open: bool,
}

/// Code of a result that was cut.
const TRUNCATED_CODE: &str = "LimitsExceeded";

/// Writes tables within limits that hold for the whole response (bytes) and for each table (records).
pub(crate) struct TableWriter {
    limits: ResultLimits,
    size_bytes: u64,
}

impl TableWriter {
    pub(crate) const fn new(limits: ResultLimits) -> Self {
        Self { limits, size_bytes: 0 }
    }

    /// Writes every row of `table` that may leave. The group left open, if any, is the caller's to close.
    pub(crate) async fn write(
        &mut self,
        sink: &mut ChunkSink,
        reader: &mut ResultReader,
        table: &mut ResultTable,
        groups: &impl RowGroups,
    ) -> Result<TableOutcome, CallerGone> {
        let mut outcome = TableOutcome::default();
        let mut group_bytes = 0;
        if !groups.is_fragmented() {
            groups.open(sink.text());
            outcome.group_open = true;
        }
        while let Some(batch) = reader.next(&mut table.batches, sink).await? {
            let rows = match batch.and_then(|batch| RowWriter::new(&table.columns, &batch)) {
                Ok(rows) => rows,
                Err(error) => {
                    outcome.error = Some(error);
                    return Ok(outcome);
                }
            };
            for row in 0..rows.row_count() {
                if reader.take_max.is_some_and(|max| outcome.row_count >= max) {
                    return Ok(outcome);
                }
                if let Err(error) = self.write_row(sink.text(), &rows, row, groups, &mut outcome, &mut group_bytes) {
                    outcome.truncated = true;
                    outcome.error = Some(error);
                    return Ok(outcome);
                }
                sink.flush_if_full().await?;
            }
        }
        Ok(outcome)
    }

    /// Writes one row, in a new group if the last is full.
    fn write_row(
        &mut self,
        out: &mut String,
        rows: &RowWriter,
        row: usize,
        groups: &impl RowGroups,
        outcome: &mut TableOutcome,
        group_bytes: &mut usize,
    ) -> Result<(), AppError> {
        if let Some(max) = self.limits.records_max.filter(|&max| outcome.row_count >= max) {
            return Err(truncated(&format!("exceed the set limit of {max} records")));
        }
        if groups.is_fragmented() && outcome.group_open && *group_bytes >= FRAGMENT_BYTES {
            groups.close(out);
            outcome.group_open = false;
        }
        let begin = out.len();
        let opened_before = outcome.group_open;
        if !outcome.group_open {
            groups.open(out);
            outcome.group_open = true;
            *group_bytes = 0;
        } else if *group_bytes > 0 {
            out.push(',');
        }
        let row_begin = out.len();
        rows.push(out, row);
        let row_bytes = out.len() - row_begin;
        if let Some(max) = self.limits.size_bytes_max.filter(|&max| self.size_bytes + row_bytes as u64 > max) {
            out.truncate(begin);
            outcome.group_open = opened_before;
            return Err(truncated(&format!("exceed the set limit of {max} bytes")));
        }
        *group_bytes += row_bytes;
        self.size_bytes += row_bytes as u64;
        outcome.size_bytes += row_bytes as u64;
        outcome.row_count += 1;
        Ok(())
    }
}

/// <https://learn.microsoft.com/kusto/concepts/query-limits#limit-on-result-set-size-result-truncation>
fn truncated(excess: &str) -> AppError {
    let message = format!(
        "Query execution has exceeded the allowed limits (80DA0003): The results of this query {excess}, so not all \
         records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003). See https://aka.ms/kustoquerylimits for more \
         information and possible solutions."
    );
    AppError::new(
        AppErrorKind::LimitExceeded,
        TRUNCATED_CODE,
        "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException",
        message,
    )
}
