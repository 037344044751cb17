//! Arrow record batches as JSON lines.

use arrow::{
    array::{Array as _, RecordBatch},
    error::ArrowError,
};

use super::{
    blocking_producer::{ChunkSink, SinkClosed},
    body::CHUNK_BYTES,
    json_cell,
};
use crate::Error;

/// Writes every row of every batch, on a thread for blocking work. Nulls are left out: a missing member is a null.
pub(super) fn write_into(
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    sink: &mut ChunkSink,
) -> Result<(), SinkClosed> {
    let mut out = Vec::with_capacity(CHUNK_BYTES);
    for batch in batches {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => {
                let source = std::io::Error::other(error);
                return sink.fail(Error::Source { name: "the record batches".to_owned(), source });
            }
        };
        let names: Vec<String> = batch.schema().fields().iter().map(|field| quoted(field.name())).collect();
        for row in 0..batch.num_rows() {
            if let Err(error) = write_row(&batch, &names, row, &mut out) {
                return sink.fail(error);
            }
            if out.len() >= CHUNK_BYTES {
                sink.send(std::mem::replace(&mut out, Vec::with_capacity(CHUNK_BYTES)).into())?;
            }
        }
    }
    sink.send(out.into())
}

fn write_row(batch: &RecordBatch, names: &[String], row: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    out.push(b'{');
    let mut first = true;
    for (column, name) in names.iter().enumerate() {
        let array = batch.column(column);
        if array.is_null(row) {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        json_cell::write(array.as_ref(), row, out)
            .map_err(|reason| Error::RecordBatch { column: batch.schema().field(column).name().clone(), reason })?;
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
