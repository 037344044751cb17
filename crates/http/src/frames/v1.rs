//! V1 responses: one table, or results followed by properties, status and contents. Never two tables.

use calypso_app::{AppError, AppErrorKind, QueryResponse, ResultTable};
use calypso_protocol::{
    QueryStatus, QueryStatusRow, WireColumn,
    v1::{self, ContentsRow, TableKind},
};
use calypso_types::dynamic_text::write_json_string;
use uuid::Uuid;

use crate::{
    errors,
    frames::{
        ChunkSink,
        table::{RowGroups, TableOutcome, TableWriter},
        trailer,
    },
    request_scope::RequestScope,
    result_reader::{CallerGone, ResultReader},
    state::HttpState,
    visualization,
};

/// What to answer in V1.
pub(crate) struct V1Answer {
    pub(crate) response: QueryResponse,
    /// Exactly one table and nothing else.
    pub(crate) plain: bool,
    /// Tell of a cut result in the status table only.
    pub(crate) defer_failures: bool,
}

/// One response being written.
struct Encoder {
    sink: ChunkSink,
    scope: RequestScope,
    state: HttpState,
    defer_failures: bool,
    table_count: usize,
    outcomes: Vec<TableOutcome>,
    contents: Vec<ContentsRow>,
}

/// Writes `answer` as a V1 dataset.
pub(crate) async fn encode_v1(
    mut sink: ChunkSink,
    mut reader: ResultReader,
    answer: V1Answer,
    scope: RequestScope,
    state: HttpState,
) -> Result<(), CallerGone> {
    let V1Answer { mut response, plain, defer_failures } = answer;
    sink.text().push_str(v1::OPEN);
    let mut encoder =
        Encoder { sink, scope, state, defer_failures, table_count: 0, outcomes: Vec::new(), contents: Vec::new() };
    let mut writer = TableWriter::new(response.limits);
    let mut failure = None;
    for table in &mut response.tables {
        failure = encoder.push_result(table, &mut reader, &mut writer).await?;
        if failure.is_some() {
            break;
        }
    }
    // After a failure the reader's drop stops what is left of the query.
    if failure.is_none() {
        reader.finish();
    }
    if !plain {
        encoder.push_properties(&response);
        let consumption = trailer::consumption(&response.statistics, &encoder.outcomes, &encoder.scope, &encoder.state);
        encoder.push_status(failure.as_ref(), consumption);
        encoder.push_contents();
    }
    encoder.sink.text().push_str(v1::CLOSE);
    encoder.sink.finish().await
}

impl Encoder {
    fn open_table(&mut self, columns: &[WireColumn<'_>]) {
        if self.table_count > 0 {
            self.sink.text().push(',');
        }
        v1::open_table(self.sink.text(), self.table_count, columns);
        self.table_count += 1;
    }

    /// Writes a result table and returns the error that ended it early, if one did.
    async fn push_result(
        &mut self,
        table: &mut ResultTable,
        reader: &mut ResultReader,
        writer: &mut TableWriter,
    ) -> Result<Option<AppError>, CallerGone> {
        let columns: Vec<WireColumn<'_>> =
            table.columns.iter().map(|column| WireColumn::new(&column.name, column.ty)).collect();
        self.open_table(&columns);
        let mut outcome = writer.write(&mut self.sink, reader, table, &Whole).await?;
        if outcome.truncated {
            self.state.metrics.result_truncated();
        }
        let error = outcome.error.take();
        let deferred =
            self.defer_failures && error.as_ref().is_some_and(|error| error.kind == AppErrorKind::LimitExceeded);
        if let Some(error) = error.as_ref().filter(|_| !deferred) {
            errors::log(error, &self.scope);
            let json = errors::envelope(error, &self.scope, &self.state).to_json();
            let out = self.sink.text();
            if outcome.row_count > 0 {
                out.push(',');
            }
            v1::push_error_row(out, &json, &error.message);
        }
        self.sink.text().push_str(v1::CLOSE_ROWS);
        self.outcomes.push(outcome);
        let id = self.state.ids.next_id();
        self.contents.push(ContentsRow { kind: TableKind::QueryResult, name: table.name.clone(), id });
        Ok(error)
    }

    fn push_properties(&mut self, response: &QueryResponse) {
        self.open_table(&v1::EXTENDED_PROPERTIES_COLUMNS);
        let visualization = visualization::to_wire(response.visualization.as_ref()).to_json();
        let out = self.sink.text();
        out.push('[');
        write_json_string(out, &visualization);
        out.push(']');
        if let Some(cursor) = &response.cursor {
            out.push_str(",[");
            write_json_string(out, &serde_json::json!({ "Cursor": cursor }).to_string());
            out.push(']');
        }
        out.push_str(v1::CLOSE_ROWS);
        let id = self.state.ids.next_id();
        self.contents.push(ContentsRow { kind: TableKind::QueryProperties, name: String::new(), id });
    }

    fn push_status(&mut self, failure: Option<&AppError>, consumption: String) {
        self.open_table(&QueryStatus::COLUMNS);
        let status = trailer::query_status(&self.scope, &self.state);
        let first = match failure {
            Some(error) => QueryStatusRow::Failed { message: error.message.clone() },
            None => QueryStatusRow::Succeeded,
        };
        let out = self.sink.text();
        status.push(out, &first);
        out.push(',');
        status.push(out, &QueryStatusRow::Consumption { json: consumption });
        out.push_str(v1::CLOSE_ROWS);
        self.contents.push(ContentsRow { kind: TableKind::QueryStatus, name: String::new(), id: Uuid::nil() });
    }

    fn push_contents(&mut self) {
        self.open_table(&v1::CONTENTS_COLUMNS);
        let out = self.sink.text();
        for (ordinal, row) in self.contents.iter().enumerate() {
            if ordinal > 0 {
                out.push(',');
            }
            row.push(out, ordinal);
        }
        out.push_str(v1::CLOSE_ROWS);
    }
}

/// Rows in one piece, within a table that is already open.
struct Whole;

impl RowGroups for Whole {
    fn open(&self, _out: &mut String) {}

    fn close(&self, _out: &mut String) {}

    fn is_fragmented(&self) -> bool {
        false
    }
}
