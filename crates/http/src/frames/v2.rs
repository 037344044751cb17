//! V2 responses: plain tables, or fragmented ones with a frame per line as Go demands.

use calypso_app::{AppError, AppErrorKind, QueryResponse, ResultTable, Visualization};
use calypso_protocol::{
    CompletionEvent, ErrorReportingPlacement, QueryCompletionInformation, RequestOptions, WireColumn,
    v2::{self, Framing, TableKind},
};
use calypso_types::{ScalarType, dynamic_text::write_json_string};
use futures::StreamExt as _;

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

/// Number of the first primary table; the properties table is 0.
const PRIMARY_TABLE_FIRST: usize = 1;

const PROPERTIES_COLUMNS: [WireColumn<'static>; 3] = [
    WireColumn::new("TableId", ScalarType::Int),
    WireColumn::new("Key", ScalarType::String),
    WireColumn::new("Value", ScalarType::Dynamic),
];

/// Which of the documented shapes the request asked for.
///
/// `results_progressive_enabled` is answered without progress, which the protocol allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct V2Layout {
    fragmented: bool,
    framing: Framing,
    placement: ErrorReportingPlacement,
    defer_failures: bool,
}

impl V2Layout {
    pub(crate) const fn new(options: &RequestOptions) -> Self {
        Self {
            fragmented: options.results_v2_fragment_primary_tables,
            framing: Framing { newlines: options.results_v2_newlines_between_frames },
            placement: options.results_error_reporting_placement,
            defer_failures: options.defer_partial_query_failures,
        }
    }
}

/// One response being written.
struct Encoder {
    sink: ChunkSink,
    layout: V2Layout,
    scope: RequestScope,
    state: HttpState,
    outcomes: Vec<TableOutcome>,
}

/// Writes `response` in V2 frames.
pub(crate) async fn encode_v2(
    sink: ChunkSink,
    mut reader: ResultReader,
    mut response: QueryResponse,
    layout: V2Layout,
    scope: RequestScope,
    state: HttpState,
) -> Result<(), CallerGone> {
    let mut encoder = Encoder { sink, layout, scope, state, outcomes: Vec::new() };
    encoder.push_head(response.visualization.as_ref(), response.cursor.as_deref());
    let mut writer = TableWriter::new(response.limits);
    let mut deferred = None;
    for (index, table) in response.tables.iter_mut().enumerate() {
        let outcome = encoder.push_table(PRIMARY_TABLE_FIRST + index, table, &mut reader, &mut writer).await?;
        if let Some(error) = outcome {
            if encoder.defers(&error) {
                deferred = Some(error.message);
                continue;
            }
            // The reader is dropped unfinished, which stops what is left of the query.
            encoder.push_completion(Some(&error));
            return encoder.sink.finish().await;
        }
    }
    // A deferred failure left streams unread: then the reader's drop stops them.
    if deferred.is_none() {
        reader.finish();
    }
    let consumption = trailer::consumption(&response.statistics, &encoder.outcomes, &encoder.scope, &encoder.state);
    encoder.push_completion_information(PRIMARY_TABLE_FIRST + response.tables.len(), deferred, consumption);
    encoder.push_completion(None);
    encoder.sink.finish().await
}

impl Encoder {
    fn between(&mut self) {
        let between = self.layout.framing.between();
        self.sink.text().push_str(between);
    }

    /// Says whether `error` is told in the completion table rather than as an error.
    fn defers(&self, error: &AppError) -> bool {
        self.layout.defer_failures && error.kind == AppErrorKind::LimitExceeded
    }

    /// Writes the header and the properties table.
    fn push_head(&mut self, visualization: Option<&Visualization>, cursor: Option<&str>) {
        let out = self.sink.text();
        out.push_str(Framing::OPEN);
        v2::push_header(out, self.layout.fragmented.then_some(self.layout.placement));
        self.between();
        let out = self.sink.text();
        v2::open_data_table(out, 0, TableKind::QueryProperties, v2::EXTENDED_PROPERTIES, &PROPERTIES_COLUMNS);
        out.push_str("[1,\"Visualization\",");
        write_json_string(out, &visualization::to_wire(visualization).to_json());
        out.push(']');
        if let Some(cursor) = cursor {
            out.push_str(",[1,\"Cursor\",");
            write_json_string(out, cursor);
            out.push(']');
        }
        out.push_str(v2::CLOSE_ROWS);
    }

    /// Writes a primary table and returns the error that ended it early, if one did.
    async fn push_table(
        &mut self,
        id: usize,
        table: &mut ResultTable,
        reader: &mut ResultReader,
        writer: &mut TableWriter,
    ) -> Result<Option<AppError>, CallerGone> {
        self.between();
        let columns: Vec<WireColumn<'_>> =
            table.columns.iter().map(|column| WireColumn::new(&column.name, column.ty)).collect();
        let out = self.sink.text();
        if self.layout.fragmented {
            v2::push_table_header(out, id, TableKind::PrimaryResult, &table.name, &columns);
        } else {
            v2::open_data_table(out, id, TableKind::PrimaryResult, &table.name, &columns);
        }
        let groups = Groups { id, fragmented: self.layout.fragmented, framing: self.layout.framing };
        let mut outcome = writer.write(&mut self.sink, reader, table, &groups).await?;
        if outcome.truncated {
            self.state.metrics.result_truncated();
        }
        let error = outcome.error.take();
        self.close_table(id, &outcome, error.as_ref(), &groups);
        if error.is_some() {
            table.batches = futures::stream::empty().boxed();
        }
        self.outcomes.push(outcome);
        Ok(error)
    }

    /// Writes what ends a primary table: the error in its data, the close of its rows, its completion.
    fn close_table(&mut self, id: usize, outcome: &TableOutcome, error: Option<&AppError>, groups: &Groups) {
        let told = error.filter(|error| !self.defers(error));
        let json = told.map(|error| errors::envelope(error, &self.scope, &self.state).to_json());
        let placement = self.layout.placement;
        let out = self.sink.text();
        let mut open = outcome.group_open;
        if let Some(json) = json.as_ref().filter(|_| placement == ErrorReportingPlacement::InData) {
            if !open {
                groups.open(out);
                open = true;
            } else if outcome.row_count > 0 {
                out.push(',');
            }
            v2::push_error_row(out, json);
        }
        if open {
            groups.close(out);
        }
        if self.layout.fragmented {
            out.push_str(self.layout.framing.between());
            let json = json.filter(|_| placement == ErrorReportingPlacement::EndOfTable);
            v2::push_table_completion(out, id, outcome.row_count, json.as_deref());
        }
    }

    /// Writes the table that tells how it went; it is left out after an error.
    fn push_completion_information(&mut self, id: usize, deferred: Option<String>, consumption: String) {
        self.between();
        let information = trailer::completion_information(&self.scope, &self.state);
        let out = self.sink.text();
        let name = v2::QUERY_COMPLETION_INFORMATION;
        v2::open_data_table(out, id, TableKind::QueryCompletionInformation, name, &QueryCompletionInformation::COLUMNS);
        let first = match deferred {
            Some(message) => CompletionEvent::LimitsExceeded { message },
            None => CompletionEvent::Succeeded,
        };
        information.push(out, &first);
        out.push(',');
        information.push(out, &CompletionEvent::Consumption { json: consumption });
        out.push_str(v2::CLOSE_ROWS);
    }

    /// Writes the last frame and the end of the array.
    fn push_completion(&mut self, error: Option<&AppError>) {
        self.between();
        let json = error.map(|error| {
            errors::log(error, &self.scope);
            errors::envelope(error, &self.scope, &self.state).to_json()
        });
        let cancelled = error.is_some_and(|error| error.kind == AppErrorKind::Cancelled);
        let close = self.layout.framing.close();
        let out = self.sink.text();
        v2::push_completion(out, cancelled, json.as_deref());
        out.push_str(close);
    }
}

/// Rows within a `DataTable`, already open, or within fragments.
struct Groups {
    id: usize,
    fragmented: bool,
    framing: Framing,
}

impl RowGroups for Groups {
    fn open(&self, out: &mut String) {
        if self.fragmented {
            out.push_str(self.framing.between());
            v2::open_table_fragment(out, self.id);
        }
    }

    fn close(&self, out: &mut String) {
        out.push_str(v2::CLOSE_ROWS);
    }

    fn is_fragmented(&self) -> bool {
        self.fragmented
    }
}
