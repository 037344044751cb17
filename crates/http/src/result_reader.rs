//! Reading a result's batches: until the deadline, until cancelled, and never silently short.

use std::{collections::VecDeque, time::Duration};

use arrow::record_batch::RecordBatch;
use calypso_app::{AppError, BatchStream, CancelOnDrop, QueryResponse};
use futures::StreamExt as _;

use crate::{context::Call, frames::ChunkSink};

/// How long encoded rows may wait for more before they leave.
const FLUSH_AFTER: Duration = Duration::from_millis(50);

/// Reads the tables of one response, one after the other. Dropped before [`ResultReader::finish`], it cancels.
pub(crate) struct ResultReader {
    call: Call,
    guard: CancelOnDrop,
    /// The first batch of the first table, read before the response began.
    first: VecDeque<RecordBatch>,
    /// Records of each table that leave silently (`query_take_max_records`).
    pub(crate) take_max: Option<u64>,
}

/// The caller went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallerGone;

impl ResultReader {
    /// Waits for the first batch, so that an early error becomes a status rather than a broken result.
    pub(crate) async fn open(
        call: Call,
        mut response: QueryResponse,
        take_max: Option<u64>,
    ) -> Result<(Self, QueryResponse), AppError> {
        let guard = call.context.cancel.guard();
        let mut reader = Self { call, guard, first: VecDeque::new(), take_max };
        if let Some(table) = response.tables.first_mut() {
            let batch = tokio::select! {
                biased;
                batch = table.batches.next() => batch,
                error = reader.interrupted() => Some(Err(error)),
            };
            match batch {
                Some(Ok(batch)) => reader.first.push_back(batch),
                Some(Err(error)) => return Err(error),
                None => {}
            }
        }
        Ok((reader, response))
    }

    /// Returns the next batch of the table under way, sending what is encoded if it takes long. `None` at the end.
    pub(crate) async fn next(
        &mut self,
        batches: &mut BatchStream,
        sink: &mut ChunkSink,
    ) -> Result<Option<Result<RecordBatch, AppError>>, CallerGone> {
        if let Some(batch) = self.first.pop_front() {
            return Ok(Some(Ok(batch)));
        }
        let interrupted = self.interrupted();
        tokio::pin!(interrupted);
        let patience = tokio::time::sleep(FLUSH_AFTER);
        tokio::pin!(patience);
        let mut patient = true;
        loop {
            tokio::select! {
                biased;
                error = &mut interrupted => return Ok(Some(Err(error))),
                batch = batches.next() => return Ok(batch),
                () = &mut patience, if patient => {
                    patient = false;
                    sink.flush().await?;
                }
            }
        }
    }

    /// Waits until the deadline passes or somebody cancels.
    fn interrupted(&self) -> impl Future<Output = AppError> + use<> {
        let (cancel, deadline) = (self.call.context.cancel.clone(), self.call.deadline);
        async move {
            tokio::select! {
                () = cancel.cancelled() => AppError::cancelled(),
                () = tokio::time::sleep_until(deadline.into()) => AppError::timed_out(),
            }
        }
    }

    /// Ends in peace: everything was read.
    pub(crate) fn finish(self) {
        self.guard.disarm();
    }
}
