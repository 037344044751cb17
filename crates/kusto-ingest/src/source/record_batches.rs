//! Arrow record batches as JSON lines.

use arrow::{
    array::{Array as _, RecordBatch},
    datatypes::Field,
    error::ArrowError,
};

use super::{
    blocking_producer::{ChunkSink, SinkClosed},
    body::CHUNK_BYTES,
    json_cell,
};
use crate::Error;

/// Where a field names its extension type, and the name of that for JSON.
/// <https://arrow.apache.org/docs/format/CanonicalExtensions.html#json>
const EXTENSION_NAME: &str = "ARROW:extension:name";
const JSON_EXTENSION: &str = "arrow.json";

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
        let members: Vec<Member> = batch.schema().fields().iter().map(|field| Member::of(field)).collect();
        for row in 0..batch.num_rows() {
            if let Err(error) = write_row(&batch, &members, row, &mut out) {
                return sink.fail(error);
            }
            if out.len() >= CHUNK_BYTES {
                sink.send(std::mem::replace(&mut out, Vec::with_capacity(CHUNK_BYTES)).into())?;
            }
        }
    }
    sink.send(out.into())
}

/// A column as the objects have it.
struct Member {
    /// Quoted.
    name: String,
    /// Whether its text is JSON: Arrow's extension type `arrow.json`, which `dynamic` columns of query results have.
    is_json: bool,
}

impl Member {
    fn of(field: &Field) -> Self {
        let is_json = field.metadata().get(EXTENSION_NAME).is_some_and(|name| name == JSON_EXTENSION);
        Self { name: serde_json::Value::from(field.name().as_str()).to_string(), is_json }
    }
}

fn write_row(batch: &RecordBatch, members: &[Member], row: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    out.push(b'{');
    let mut first = true;
    for (column, member) in members.iter().enumerate() {
        let array = batch.column(column);
        if array.is_null(row) {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        out.extend_from_slice(member.name.as_bytes());
        out.push(b':');
        let write = if member.is_json { json_cell::write_json } else { json_cell::write };
        write(array.as_ref(), row, out)
            .map_err(|reason| Error::RecordBatch { column: batch.schema().field(column).name().clone(), reason })?;
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}
