//! Frames of a query's answer, as they come.

mod splitter;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::array::RecordBatch;
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use serde::de::DeserializeOwned;
use tracing::{Instrument as _, Span};

use splitter::{Splitter, SplitterError};

use crate::{
    Column, Dataset, Error, ErrorKind, Frame, RecordBatchOptions, Row, ServiceError, TableKind,
    client::exchange::{Answer, Origin},
    dataset::{
        assembler::{self, Assembler},
        frame::KnownColumns,
    },
    table::record_batch,
};

/// The frames of an answer. One frame is held at a time; the last item is an error if the answer does not end well.
///
/// Frames tell of errors among the rows themselves; [`FrameStream::rows`] and [`FrameStream::record_batches`] end with
/// them.
pub struct FrameStream {
    frames: BoxStream<'static, Result<Frame, Error>>,
    origin: Origin,
    deferred: bool,
}

impl FrameStream {
    pub(crate) fn new(answer: Answer, frame_bytes_max: usize, deferred: bool, span: Span) -> Self {
        let origin = answer.origin();
        let reader = Reader {
            answer,
            splitter: Splitter::new(frame_bytes_max),
            waiting: VecDeque::new(),
            known: Known::default(),
            broken: None,
            failed: false,
        };
        let frames = futures::stream::unfold(reader, move |reader| reader.step().instrument(span.clone()));
        Self { frames: frames.fuse().boxed(), origin, deferred }
    }

    /// Returns the rows of the first result as values of `T`, as [`crate::Table::rows`] does. Further results are read
    /// past, for they may have other columns; take them from the frames.
    ///
    /// The stream ends with an error if the query failed after its first rows.
    pub fn rows<T: DeserializeOwned + Send + 'static>(self) -> BoxStream<'static, Result<T, Error>> {
        let pieces = self.pieces();
        let rows = pieces.map_ok(|piece| {
            let values: Vec<_> = piece.rows.iter().map(|values| Row::new(&piece.columns, values).read()).collect();
            futures::stream::iter(values)
        });
        rows.try_flatten().boxed()
    }

    /// Returns the rows of the first result as record batches, one for each fragment.
    ///
    /// The stream ends with an error if the query failed after its first rows.
    pub fn record_batches(self, options: RecordBatchOptions) -> BoxStream<'static, Result<RecordBatch, Error>> {
        let batch = move |piece: Piece| async move { record_batch::from_rows(&piece.columns, &piece.rows, options) };
        self.pieces().and_then(batch).boxed()
    }

    /// Reads to the end and returns all there is, as [`crate::Client::execute_query`] does.
    ///
    /// # Errors
    /// As [`crate::Client::execute_query`].
    pub async fn into_dataset(mut self) -> Result<Dataset, Error> {
        let mut assembler = Assembler::default();
        while let Some(frame) = self.frames.try_next().await? {
            assembler.take(frame).map_err(|reason| self.origin.malformed(&reason))?;
        }
        let dataset = assembler.finish().map_err(|reason| self.origin.malformed(&reason))?;
        dataset.or_partial_failure(self.deferred).map_err(|error| self.origin.marked(error))
    }

    /// Rows of the first result, piece by piece.
    fn pieces(self) -> BoxStream<'static, Result<Piece, Error>> {
        let Self { frames, origin, deferred } = self;
        let state = (frames, FirstResult::default(), origin, deferred);
        let step = |(mut frames, mut first, origin, deferred): (_, FirstResult, Origin, bool)| async move {
            let frames_left: &mut BoxStream<'static, Result<Frame, Error>> = &mut frames;
            while !first.is_over {
                let Some(frame) = frames_left.next().await else { break };
                let taken = frame.map(|frame| first.take(frame, deferred));
                match taken {
                    Ok(Some(piece)) => return Some((Ok(piece), (frames, first, origin, deferred))),
                    Ok(None) => {}
                    Err(error) => {
                        first.is_over = true;
                        return Some((Err(error), (frames, first, origin, deferred)));
                    }
                }
            }
            first.is_over = true;
            let error = first.error.take()?;
            Some((Err(origin.marked(Error::partial_failure(&error))), (frames, first, origin, deferred)))
        };
        futures::stream::unfold(state, step).fuse().boxed()
    }
}

impl Stream for FrameStream {
    type Item = Result<Frame, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.frames.as_mut().poll_next(context)
    }
}

impl fmt::Debug for FrameStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameStream").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Some rows of a result.
struct Piece {
    columns: Arc<[Column]>,
    rows: Vec<Box<[calypso_types::Scalar]>>,
}

/// Picks the first result out of the frames, and remembers what went wrong.
#[derive(Default)]
struct FirstResult {
    table: Option<(i64, Arc<[Column]>)>,
    error: Option<ServiceError>,
    is_over: bool,
}

impl FirstResult {
    fn take(&mut self, frame: Frame, deferred: bool) -> Option<Piece> {
        match frame {
            Frame::DataTable { table, errors } if table.kind == TableKind::PrimaryResult => {
                self.note(errors);
                if self.table.is_some() {
                    return None;
                }
                self.table = Some((table.id, Arc::clone(&table.columns)));
                Some(Piece { columns: table.columns, rows: table.rows })
            }
            Frame::DataTable { table, errors } => {
                self.note(errors);
                if table.kind == TableKind::QueryCompletionInformation && !deferred {
                    self.note(assembler::errors_of_completion(&table));
                }
                None
            }
            Frame::TableHeader(table) => {
                if table.kind == TableKind::PrimaryResult && self.table.is_none() {
                    self.table = Some((table.id, table.columns));
                }
                None
            }
            Frame::TableFragment { table_id, replaces, rows, errors } => {
                self.note(errors);
                if replaces {
                    let reason = "results were replaced after they had been handed out; turn progressive results off";
                    self.note(vec![ServiceError::new("ProgressiveResult", reason, Some(true))]);
                    return None;
                }
                let (id, columns) = self.table.as_ref()?;
                (*id == table_id).then(|| Piece { columns: Arc::clone(columns), rows })
            }
            Frame::TableCompletion { errors, .. } => {
                self.note(errors);
                None
            }
            Frame::DataSetCompletion { has_errors, cancelled, errors } => {
                self.note(errors);
                if has_errors || cancelled {
                    self.note(vec![assembler::unexplained(cancelled)]);
                }
                None
            }
            Frame::DataSetHeader { .. } | Frame::TableProgress { .. } | Frame::Other(_) => None,
        }
    }

    fn note(&mut self, errors: Vec<ServiceError>) {
        if self.error.is_none() {
            self.error = errors.into_iter().next();
        }
    }
}

/// Columns and counts of rows by table.
#[derive(Default)]
struct Known(HashMap<i64, (Arc<[Column]>, u64)>);

impl KnownColumns for Known {
    fn columns_of(&self, table_id: i64) -> Option<Arc<[Column]>> {
        self.0.get(&table_id).map(|(columns, _)| Arc::clone(columns))
    }
}

impl Known {
    /// Notes what later frames refer to; an error if rows were lost.
    fn note(&mut self, frame: &Frame) -> Result<(), String> {
        match frame {
            Frame::TableHeader(table) => {
                self.0.insert(table.id, (Arc::clone(&table.columns), 0));
            }
            Frame::TableFragment { table_id, replaces, rows, .. } => {
                if let Some((_, count)) = self.0.get_mut(table_id) {
                    *count = if *replaces { 0 } else { *count } + rows.len() as u64;
                }
            }
            Frame::TableCompletion { table_id, row_count, errors } if errors.is_empty() => {
                let found = self.0.get(table_id).map_or(*row_count, |(_, count)| *count);
                if found < *row_count {
                    return Err(format!("table {table_id} has {found} rows, and {row_count} were announced"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads frames out of an answer.
struct Reader {
    answer: Answer,
    splitter: Splitter,
    waiting: VecDeque<String>,
    known: Known,
    /// What ended the splitting; frames before it are good.
    broken: Option<SplitterError>,
    failed: bool,
}

impl Reader {
    /// Returns the next frame and itself; nothing after the last frame or an error.
    async fn step(mut self) -> Option<(Result<Frame, Error>, Self)> {
        if self.failed {
            return None;
        }
        let frame = self.next().await.transpose()?;
        self.failed = frame.is_err();
        Some((frame, self))
    }

    async fn next(&mut self) -> Result<Option<Frame>, Error> {
        loop {
            if let Some(text) = self.waiting.pop_front() {
                return self.read(&text).map(Some);
            }
            if let Some(error) = &self.broken {
                return Err(self.failure(error));
            }
            let Some(chunk) = self.answer.chunk().await? else {
                let whole = self.splitter.finish().map_err(|error| self.failure(&error));
                return whole.map(|()| None);
            };
            self.broken = self.splitter.push(&chunk, &mut self.waiting).err();
        }
    }

    fn read(&mut self, text: &str) -> Result<Frame, Error> {
        let malformed = |reason: String| self.answer.origin().malformed(&reason);
        let frame = Frame::read(text, &self.known).map_err(malformed)?;
        self.known.note(&frame).map_err(|reason| self.answer.origin().malformed(&reason))?;
        if let Frame::DataSetCompletion { .. } = frame {
            self.splitter.expect_end();
        }
        Ok(frame)
    }

    fn failure(&self, error: &SplitterError) -> Error {
        let origin = self.answer.origin();
        match error {
            SplitterError::TooLarge { .. } => origin.marked(Error::new(ErrorKind::TooLarge, error.to_string())),
            SplitterError::Refused(text) => {
                let value = serde_json::from_str(text).unwrap_or(serde_json::Value::Null);
                match value.get("error").and_then(|_| ServiceError::from_value(&value)) {
                    Some(error) => origin.marked(Error::service(error)),
                    None => origin.malformed(&error.to_string()),
                }
            }
            SplitterError::Malformed(_) => origin.malformed(&error.to_string()),
        }
    }
}
