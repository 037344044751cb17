//! The bytes of one group: every append that waited, behind the column lists the segment does not hold yet.

use std::collections::HashMap;

use arrow::datatypes::SchemaRef;
use calypso_model::TableId;
use calypso_types::DateTime;

use super::{
    AppendRequest, ColumnIds,
    format::{RECORD_HEADER_BYTES, RecordHeader, RecordKind},
    payload::encode_columns,
};

/// Encodes groups of one segment; remembers which column lists the segment has.
#[derive(Debug, Default)]
pub(super) struct GroupEncoder {
    schemas: HashMap<(TableId, ColumnIds), u32>,
    buffer: Vec<u8>,
}

impl GroupEncoder {
    /// Returns the bytes of `requests`, numbered from `first_position`. `durable` is the segment's synced length.
    pub(super) fn encode(&mut self, requests: &[AppendRequest], first_position: u64, durable: u64) -> &[u8] {
        self.buffer.clear();
        for (position, request) in (first_position..).zip(requests) {
            self.push(request, position, durable);
        }
        &self.buffer
    }

    fn push(&mut self, request: &AppendRequest, position: u64, durable: u64) {
        let schema = self.schema_number(request, position, durable);
        let header = RecordHeader {
            kind: RecordKind::Rows,
            payload_bytes: u32::try_from(request.payload.bytes.len()).expect("bounded by RECORD_BYTES_MAX"),
            payload_crc: request.payload.crc,
            position,
            durable,
            appended_on: request.appended_on,
            table: request.table,
            source: request.source,
            schema,
        };
        self.buffer.reserve(RECORD_HEADER_BYTES + request.payload.bytes.len());
        header.encode(&mut self.buffer);
        self.buffer.extend_from_slice(&request.payload.bytes);
    }

    fn schema_number(&mut self, request: &AppendRequest, position: u64, durable: u64) -> u32 {
        let key = (request.table, request.columns.clone());
        if let Some(number) = self.schemas.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.schemas.len()).expect("a segment holds fewer column lists than bytes");
        self.schemas.insert(key, number);
        let schema = request.batch.schema();
        push_schema(&mut self.buffer, request, &schema, SchemaPlace { number, position, durable });
        number
    }
}

struct SchemaPlace {
    number: u32,
    position: u64,
    durable: u64,
}

fn push_schema(buffer: &mut Vec<u8>, request: &AppendRequest, schema: &SchemaRef, place: SchemaPlace) {
    let payload = encode_columns(&request.columns, schema);
    let header = RecordHeader {
        kind: RecordKind::Schema,
        payload_bytes: u32::try_from(payload.len()).expect("a table has fewer than a billion columns"),
        payload_crc: crc32c::crc32c(&payload),
        position: place.position,
        durable: place.durable,
        appended_on: DateTime::MIN,
        table: request.table,
        source: None,
        schema: place.number,
    };
    header.encode(buffer);
    buffer.extend_from_slice(&payload);
}
