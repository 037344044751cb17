//! The bytes of one group: every append that waited, behind the column lists the segment does not hold yet.

use std::collections::HashMap;

use arrow::datatypes::SchemaRef;
use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;

use super::{
    AppendPart, AppendRequest, ColumnIds,
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
        let mut position = first_position;
        for request in requests {
            for (index, part) in request.parts.iter().enumerate() {
                let of_request = PartOfRequest {
                    source: request.source.filter(|_| index == 0),
                    appended_on: request.appended_on,
                    continues: index + 1 < request.parts.len(),
                };
                self.push(part, &of_request, position, durable);
                position += 1;
            }
        }
        &self.buffer
    }

    fn push(&mut self, part: &AppendPart, of_request: &PartOfRequest, position: u64, durable: u64) {
        let schema = self.schema_number(part, position, durable);
        let header = RecordHeader {
            kind: RecordKind::Rows,
            continues: of_request.continues,
            payload_bytes: u32::try_from(part.payload.bytes.len()).expect("bounded by RECORD_BYTES_MAX"),
            payload_crc: part.payload.crc,
            position,
            durable,
            appended_on: of_request.appended_on,
            table: part.table,
            source: of_request.source,
            schema,
        };
        self.buffer.reserve(RECORD_HEADER_BYTES + part.payload.bytes.len());
        header.encode(&mut self.buffer);
        self.buffer.extend_from_slice(&part.payload.bytes);
    }

    fn schema_number(&mut self, part: &AppendPart, position: u64, durable: u64) -> u32 {
        let key = (part.table, part.columns.clone());
        if let Some(number) = self.schemas.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.schemas.len()).expect("a segment holds fewer column lists than bytes");
        self.schemas.insert(key, number);
        let schema = part.batch.schema();
        push_schema(&mut self.buffer, part, &schema, SchemaPlace { number, position, durable });
        number
    }
}

/// What the record of a part says of the append.
struct PartOfRequest {
    source: Option<SourceId>,
    appended_on: DateTime,
    continues: bool,
}

struct SchemaPlace {
    number: u32,
    position: u64,
    durable: u64,
}

fn push_schema(buffer: &mut Vec<u8>, part: &AppendPart, schema: &SchemaRef, place: SchemaPlace) {
    let payload = encode_columns(&part.columns, schema);
    let header = RecordHeader {
        kind: RecordKind::Schema,
        continues: false,
        payload_bytes: u32::try_from(payload.len()).expect("a table has fewer than a billion columns"),
        payload_crc: crc32c::crc32c(&payload),
        position: place.position,
        durable: place.durable,
        appended_on: DateTime::MIN,
        table: part.table,
        source: None,
        schema: place.number,
    };
    header.encode(buffer);
    buffer.extend_from_slice(&payload);
}
