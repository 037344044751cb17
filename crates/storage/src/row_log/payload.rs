//! Payloads of records: rows as an Arrow IPC record batch without its schema, and column lists.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{ArrayRef, AsArray as _, RecordBatch},
    buffer::Buffer,
    datatypes::{DataType, SchemaRef},
    ipc::{
        reader::read_record_batch,
        root_as_message,
        writer::{DictionaryTracker, IpcDataGenerator, IpcWriteContext, IpcWriteOptions},
    },
};

use super::ColumnIds;
use crate::{Error, row_schema::row_schema, settings::RECORD_BYTES_MAX};

/// Buffers of a message start at multiples of this.
const ALIGNMENT: usize = 8;
/// A schema record's column: id and representation.
const SCHEMA_COLUMN_BYTES: usize = 5;

/// The payload of a rows record and its checksum, made by the caller before it queues.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) bytes: Vec<u8>,
    pub(crate) crc: u32,
}

impl Payload {
    /// Encodes `batch`: length of the metadata, metadata, body.
    pub(crate) fn encode(batch: &RecordBatch) -> Result<Self, Error> {
        let options = IpcWriteOptions::try_new(ALIGNMENT, false, arrow::ipc::MetadataVersion::V5)
            .map_err(Error::arrow("encode"))?;
        let (_, encoded) = IpcDataGenerator::default()
            .encode(batch, &mut DictionaryTracker::new(true), &options, &mut IpcWriteContext::default())
            .map_err(Error::arrow("encode"))?;
        let length = ALIGNMENT + encoded.ipc_message.len().next_multiple_of(ALIGNMENT) + encoded.arrow_data.len();
        if length > RECORD_BYTES_MAX {
            return Err(Error::RecordTooLarge { bytes: length as u64, limit: RECORD_BYTES_MAX as u64 });
        }
        let mut bytes = Vec::with_capacity(length);
        let metadata_length = u32::try_from(encoded.ipc_message.len()).expect("bounded by RECORD_BYTES_MAX");
        bytes.extend_from_slice(&metadata_length.to_le_bytes());
        bytes.resize(ALIGNMENT, 0);
        bytes.extend_from_slice(&encoded.ipc_message);
        bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
        bytes.extend_from_slice(&encoded.arrow_data);
        let crc = crc32c::crc32c(&bytes);
        Ok(Self { bytes, crc })
    }
}

/// Decodes what [`Payload::encode`] made; the reason if it is damaged.
pub(crate) fn decode_rows(payload: &[u8], schema: &SchemaRef) -> Result<RecordBatch, String> {
    let metadata_length = payload.get(..4).ok_or("the payload is cut off")?;
    let metadata_length = u32::from_le_bytes(metadata_length.try_into().expect("four bytes")) as usize;
    let body_at = ALIGNMENT + metadata_length.next_multiple_of(ALIGNMENT);
    let metadata = payload.get(ALIGNMENT..ALIGNMENT + metadata_length).ok_or("the metadata is cut off")?;
    let body = payload.get(body_at..).ok_or("the body is cut off")?;
    let message = root_as_message(metadata).map_err(|error| format!("the metadata is not a message: {error}"))?;
    let batch = message.header_as_record_batch().ok_or("the message is not a record batch")?;
    // The copy gives the body an aligned allocation of its own, apart from the segment's bytes.
    read_record_batch(&Buffer::from(body), batch, schema.clone(), &HashMap::new(), None, &message.version())
        .map_err(|error| format!("the record batch cannot be read: {error}"))
}

/// Encodes the columns of a schema record.
pub(crate) fn encode_columns(ids: &[u32], schema: &SchemaRef) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ids.len() * SCHEMA_COLUMN_BYTES);
    for (id, field) in ids.iter().zip(schema.fields()) {
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.push(representation_code(field.data_type()).unwrap_or(0));
    }
    bytes
}

/// Decodes the columns of a schema record.
pub(crate) fn decode_columns(payload: &[u8]) -> Result<(ColumnIds, SchemaRef), String> {
    if !payload.len().is_multiple_of(SCHEMA_COLUMN_BYTES) {
        return Err("the column list is cut off".to_owned());
    }
    let mut ids = Vec::with_capacity(payload.len() / SCHEMA_COLUMN_BYTES);
    let mut types = Vec::with_capacity(ids.capacity());
    for column in payload.chunks_exact(SCHEMA_COLUMN_BYTES) {
        ids.push(u32::from_le_bytes(column[..4].try_into().expect("four bytes")));
        types.push(representation_of(column[4]).ok_or_else(|| format!("unknown representation {}", column[4]))?);
    }
    let schema = row_schema(&ids, types);
    Ok((Arc::from(ids), schema))
}

/// Returns the stored number of an Arrow type; `None` if no Kusto type is carried so.
pub(crate) fn representation_code(ty: &DataType) -> Option<u8> {
    Some(match ty {
        DataType::Boolean => 1,
        DataType::Int32 => 2,
        DataType::Int64 => 3,
        DataType::Float64 => 4,
        DataType::Decimal128(_, _) => 5,
        DataType::Utf8View => 6,
        DataType::FixedSizeBinary(16) => 7,
        _ => return None,
    })
}

fn representation_of(code: u8) -> Option<DataType> {
    use calypso_columns::arrow_type;
    use calypso_types::ScalarType;
    Some(arrow_type(match code {
        1 => ScalarType::Bool,
        2 => ScalarType::Int,
        3 => ScalarType::Long,
        4 => ScalarType::Real,
        5 => ScalarType::Decimal,
        6 => ScalarType::String,
        7 => ScalarType::Guid,
        _ => return None,
    }))
}

/// Returns `array` without string bytes that its views do not use, when they are most of what it holds: those of other
/// rows, and what a builder had reserved.
pub(crate) fn without_unused_bytes(array: &ArrayRef) -> ArrayRef {
    let Some(strings) = array.as_string_view_opt() else {
        return array.clone();
    };
    let held: usize = strings.data_buffers().iter().map(|buffer| buffer.capacity()).sum();
    if held > 2 * strings.total_buffer_bytes_used() {
        return Arc::new(strings.gc());
    }
    array.clone()
}
