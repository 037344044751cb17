//! Rows that serde writes, as JSON lines.

use serde::Serialize;

use super::{
    blocking_producer::{ChunkSink, SinkClosed},
    body::CHUNK_BYTES,
};
use crate::Error;

/// Writes every row, on a thread for blocking work.
pub(super) fn write_into<T: Serialize>(rows: impl Iterator<Item = T>, sink: &mut ChunkSink) -> Result<(), SinkClosed> {
    let mut out = Vec::with_capacity(CHUNK_BYTES);
    for (row, index) in rows.zip(1u64..) {
        let start = out.len();
        if let Err(error) = serde_json::to_writer(&mut out, &row) {
            return sink.fail(Error::Row { row: index, reason: error.to_string() });
        }
        if out.get(start) != Some(&b'{') {
            let reason = "it does not serialize as an object, whose members could be matched with columns".to_owned();
            return sink.fail(Error::Row { row: index, reason });
        }
        out.push(b'\n');
        if out.len() >= CHUNK_BYTES {
            sink.send(std::mem::replace(&mut out, Vec::with_capacity(CHUNK_BYTES)).into())?;
        }
    }
    sink.send(out.into())
}
