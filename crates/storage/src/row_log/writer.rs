//! The thread that writes the row log: group commit, rotation, poisoning.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use arrow::array::RecordBatch;
use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;
use parking_lot::{Mutex, RwLock};
use tokio::sync::oneshot;

use super::{
    ColumnIds, LogFile, LogFiles, Payload, SegmentIndex,
    format::{SEGMENT_HEADER_BYTES, segment_header, segment_name},
    group::GroupEncoder,
    index::ClosedSegment,
};
use crate::{
    Error,
    ingestion_times::IngestionTimes,
    keyed_lock::SourceGuard,
    row_store::{RowStore, StoredRows},
    settings::{GROUP_BYTES_MAX, ROW_LOG_QUEUE_BYTES_MAX, ROW_LOG_QUEUE_DEPTH},
};

/// Rows of one table on their way into the log and the row store.
pub(crate) struct AppendPart {
    pub(crate) table: TableId,
    pub(crate) columns: ColumnIds,
    /// Fields named by column id.
    pub(crate) batch: RecordBatch,
    pub(crate) payload: Payload,
}

/// One append: rows of one or more tables that become durable and visible together.
pub(crate) struct AppendRequest {
    pub(crate) parts: Vec<AppendPart>,
    /// Of the first part's table.
    pub(crate) source: Option<SourceId>,
    /// Set by the writer.
    pub(crate) appended_on: DateTime,
    /// Held until the append has succeeded or failed, even if the caller stops waiting.
    pub(crate) guard: Option<SourceGuard>,
    pub(crate) reply: oneshot::Sender<Result<(), Error>>,
}

impl AppendRequest {
    fn payload_bytes(&self) -> usize {
        self.parts.iter().map(|part| part.payload.bytes.len()).sum()
    }
}

/// What the writer starts from.
pub(crate) struct RowLogStart {
    pub(crate) files: Arc<dyn LogFiles>,
    pub(crate) index: Arc<SegmentIndex>,
    pub(crate) row_store: Arc<RowStore>,
    pub(crate) times: Arc<IngestionTimes>,
    pub(crate) segment_bytes: u64,
    pub(crate) next_position: u64,
    pub(crate) next_sequence: u64,
}

/// The handle on the writer thread.
pub(crate) struct RowLog {
    queue: RwLock<Option<SyncSender<AppendRequest>>>,
    queued_bytes: Arc<AtomicUsize>,
    poisoned: Arc<OnceLock<String>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl RowLog {
    /// Starts the writer thread.
    pub(crate) fn start(start: RowLogStart) -> Result<Self, Error> {
        let (sender, receiver) = sync_channel(ROW_LOG_QUEUE_DEPTH);
        let queued_bytes = Arc::new(AtomicUsize::new(0));
        let poisoned = Arc::new(OnceLock::new());
        let path = start.files.path("");
        let writer = Writer {
            files: start.files,
            index: start.index,
            row_store: start.row_store,
            times: start.times,
            segment_bytes: start.segment_bytes,
            next_position: start.next_position,
            next_sequence: start.next_sequence,
            segment: None,
            queued_bytes: queued_bytes.clone(),
            poisoned: poisoned.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("row-log".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(Error::io("start the writer thread of", path))?;
        Ok(Self { queue: RwLock::new(Some(sender)), queued_bytes, poisoned, thread: Mutex::new(Some(thread)) })
    }

    /// Queues an append; its `reply` tells the outcome.
    pub(crate) fn submit(&self, request: AppendRequest) -> Result<(), Error> {
        if let Some(reason) = self.poisoned.get() {
            return Err(Error::Poisoned { reason: reason.clone() });
        }
        let bytes = request.payload_bytes();
        if self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > ROW_LOG_QUEUE_BYTES_MAX {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Error::Throttled { what: "the row log's queue", limit: ROW_LOG_QUEUE_BYTES_MAX as u64 });
        }
        let queue = self.queue.read();
        let sent = queue.as_ref().map_or(Err(Error::Stopped { what: "the row log" }), |queue| {
            queue.try_send(request).map_err(|error| match error {
                TrySendError::Full(_) => {
                    Error::Throttled { what: "the row log's queue", limit: ROW_LOG_QUEUE_DEPTH as u64 }
                }
                TrySendError::Disconnected(_) => Error::Stopped { what: "the row log" },
            })
        });
        if sent.is_err() {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        sent
    }

    /// Writes what is queued, then ends the thread. Blocking.
    pub(crate) fn stop(&self) {
        drop(self.queue.write().take());
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the row log's writer ended abnormally");
        }
    }
}

impl Drop for RowLog {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Segment {
    name: String,
    file: Box<dyn LogFile>,
    encoder: GroupEncoder,
    /// All of it durable: a group is written and synced before the next is begun.
    length: u64,
    last_positions: HashMap<TableId, u64>,
}

struct Writer {
    files: Arc<dyn LogFiles>,
    index: Arc<SegmentIndex>,
    row_store: Arc<RowStore>,
    times: Arc<IngestionTimes>,
    segment_bytes: u64,
    next_position: u64,
    next_sequence: u64,
    segment: Option<Segment>,
    queued_bytes: Arc<AtomicUsize>,
    poisoned: Arc<OnceLock<String>>,
}

impl Writer {
    fn run(mut self, queue: &Receiver<AppendRequest>) {
        while let Ok(first) = queue.recv() {
            let mut bytes = first.payload_bytes();
            let mut group = vec![first];
            while bytes < GROUP_BYTES_MAX {
                let Ok(request) = queue.try_recv() else { break };
                bytes += request.payload_bytes();
                group.push(request);
            }
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.commit(group);
        }
    }

    /// Makes a group durable, then visible, then acknowledges it; or poisons the log.
    fn commit(&mut self, mut group: Vec<AppendRequest>) {
        // Held until the rows are visible.
        let time = self.times.issue();
        for request in &mut group {
            request.appended_on = time.time;
        }
        if self.poisoned.get().is_none()
            && let Err(error) = self.write(&group)
        {
            tracing::error!(%error, "the row log failed and takes no more appends");
            let _ = self.poisoned.set(error.to_string());
        }
        if let Some(reason) = self.poisoned.get() {
            for request in group {
                let _ = request.reply.send(Err(Error::Poisoned { reason: reason.clone() }));
            }
            return;
        }
        let mut waiting = Vec::with_capacity(group.len());
        let mut rows = Vec::with_capacity(group.len());
        for request in group {
            for (index, part) in request.parts.into_iter().enumerate() {
                rows.push(StoredRows {
                    table: part.table,
                    columns: part.columns,
                    batch: part.batch,
                    source: request.source.filter(|_| index == 0),
                    position: self.next_position,
                    appended_on: request.appended_on,
                });
                self.next_position += 1;
            }
            waiting.push((request.reply, request.guard));
        }
        self.row_store.insert(rows);
        drop(time);
        for (reply, guard) in waiting {
            let _ = reply.send(Ok(()));
            drop(guard);
        }
    }

    fn write(&mut self, group: &[AppendRequest]) -> std::io::Result<()> {
        if self.segment.as_ref().is_some_and(|segment| segment.length >= self.segment_bytes) {
            self.close_segment();
        }
        if self.segment.is_none() {
            self.segment = Some(self.create_segment()?);
        }
        let segment = self.segment.as_mut().expect("created just above");
        let durable = if segment.length == SEGMENT_HEADER_BYTES as u64 { 0 } else { segment.length };
        let bytes = segment.encoder.encode(group, self.next_position, durable);
        segment.file.append(bytes)?;
        segment.file.sync()?;
        segment.length += bytes.len() as u64;
        let parts = group.iter().flat_map(|request| &request.parts);
        for (position, part) in (self.next_position..).zip(parts) {
            segment.last_positions.insert(part.table, position);
        }
        Ok(())
    }

    /// Creates the next segment. Its header becomes durable with the first group.
    fn create_segment(&mut self) -> std::io::Result<Segment> {
        let name = segment_name(self.next_sequence);
        let mut file = self.files.create(&name)?;
        self.next_sequence += 1;
        file.append(&segment_header(self.next_position))?;
        Ok(Segment {
            name,
            file,
            encoder: GroupEncoder::default(),
            length: SEGMENT_HEADER_BYTES as u64,
            last_positions: HashMap::new(),
        })
    }

    fn close_segment(&mut self) {
        if let Some(segment) = self.segment.take() {
            self.index.close(ClosedSegment { name: segment.name, last_positions: segment.last_positions });
        }
    }
}
