//! The bytes of a segment: file header and record headers. Mirrors `docs/formats/row-log.md`; all numbers little-endian.

use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;
use uuid::Uuid;

/// The version this program writes, and the newest it reads.
pub(crate) const VERSION: u32 = 2;
/// Bytes of the file header.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 32;
/// Bytes of a record header; the payload follows.
pub(crate) const RECORD_HEADER_BYTES: usize = 80;

const SEGMENT_MAGIC: [u8; 8] = *b"CLYROWLG";
/// Opens every record, so that a reader can look for records behind damaged bytes.
pub(crate) const RECORD_MARKER: [u8; 4] = [0xC1, b'R', b'O', 0x57];

const SEGMENT_VERSION_AT: usize = 8;
const SEGMENT_FIRST_POSITION_AT: usize = 16;
const SEGMENT_CRC_AT: usize = 24;

const KIND_AT: usize = 4;
const FLAGS_AT: usize = 5;
const PAYLOAD_BYTES_AT: usize = 8;
const PAYLOAD_CRC_AT: usize = 12;
const POSITION_AT: usize = 16;
const DURABLE_AT: usize = 24;
const APPENDED_ON_AT: usize = 32;
const TABLE_AT: usize = 40;
const SOURCE_AT: usize = 56;
const SCHEMA_AT: usize = 72;
const RECORD_CRC_AT: usize = 76;

const FLAG_SOURCE: u8 = 1;
const FLAG_CONTINUES: u8 = 2;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    /// The columns of later rows records of the segment; `schema` is its number.
    Schema,
    /// Rows of one append.
    Rows,
}

/// The fixed part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub(crate) kind: RecordKind,
    /// The next rows record belongs to the same append: neither counts without the other.
    pub(crate) continues: bool,
    pub(crate) payload_bytes: u32,
    pub(crate) payload_crc: u32,
    /// Of the append; a schema record carries that of the append it precedes.
    pub(crate) position: u64,
    /// Bytes of the segment that were durable when this record was written.
    pub(crate) durable: u64,
    pub(crate) appended_on: DateTime,
    pub(crate) table: TableId,
    pub(crate) source: Option<SourceId>,
    /// Number of the schema within the segment.
    pub(crate) schema: u32,
}

impl RecordHeader {
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let mut bytes = [0u8; RECORD_HEADER_BYTES];
        bytes[..4].copy_from_slice(&RECORD_MARKER);
        bytes[KIND_AT] = match self.kind {
            RecordKind::Schema => 1,
            RecordKind::Rows => 2,
        };
        bytes[FLAGS_AT] |= if self.source.is_some() { FLAG_SOURCE } else { 0 };
        bytes[FLAGS_AT] |= if self.continues { FLAG_CONTINUES } else { 0 };
        put(&mut bytes, PAYLOAD_BYTES_AT, &self.payload_bytes.to_le_bytes());
        put(&mut bytes, PAYLOAD_CRC_AT, &self.payload_crc.to_le_bytes());
        put(&mut bytes, POSITION_AT, &self.position.to_le_bytes());
        put(&mut bytes, DURABLE_AT, &self.durable.to_le_bytes());
        put(&mut bytes, APPENDED_ON_AT, &self.appended_on.0.to_le_bytes());
        put(&mut bytes, TABLE_AT, self.table.0.as_bytes());
        if let Some(source) = self.source {
            put(&mut bytes, SOURCE_AT, source.0.as_bytes());
        }
        put(&mut bytes, SCHEMA_AT, &self.schema.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..RECORD_CRC_AT]);
        put(&mut bytes, RECORD_CRC_AT, &crc.to_le_bytes());
        out.extend_from_slice(&bytes);
    }

    /// Decodes a header; the reason if `bytes` do not start with a sound one.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let Some(bytes) = bytes.get(..RECORD_HEADER_BYTES) else {
            return Err("the record header is cut off");
        };
        if bytes[..4] != RECORD_MARKER {
            return Err("no record marker");
        }
        if read_u32(bytes, RECORD_CRC_AT) != crc32c::crc32c(&bytes[..RECORD_CRC_AT]) {
            return Err("the record header's checksum does not match");
        }
        let kind = match bytes[KIND_AT] {
            1 => RecordKind::Schema,
            2 => RecordKind::Rows,
            _ => return Err("unknown kind of record"),
        };
        Ok(Self {
            kind,
            continues: bytes[FLAGS_AT] & FLAG_CONTINUES != 0,
            payload_bytes: read_u32(bytes, PAYLOAD_BYTES_AT),
            payload_crc: read_u32(bytes, PAYLOAD_CRC_AT),
            position: read_u64(bytes, POSITION_AT),
            durable: read_u64(bytes, DURABLE_AT),
            appended_on: DateTime(read_u64(bytes, APPENDED_ON_AT).cast_signed()),
            table: TableId(read_uuid(bytes, TABLE_AT)),
            source: (bytes[FLAGS_AT] & FLAG_SOURCE != 0).then(|| SourceId(read_uuid(bytes, SOURCE_AT))),
            schema: read_u32(bytes, SCHEMA_AT),
        })
    }
}

/// Returns the header of a segment whose first append will have `first_position`.
pub(crate) fn segment_header(first_position: u64) -> [u8; SEGMENT_HEADER_BYTES] {
    let mut bytes = [0u8; SEGMENT_HEADER_BYTES];
    bytes[..8].copy_from_slice(&SEGMENT_MAGIC);
    put(&mut bytes, SEGMENT_VERSION_AT, &VERSION.to_le_bytes());
    put(&mut bytes, SEGMENT_FIRST_POSITION_AT, &first_position.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..SEGMENT_CRC_AT]);
    put(&mut bytes, SEGMENT_CRC_AT, &crc.to_le_bytes());
    bytes
}

/// What a segment's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentHeader {
    Sound { first_position: u64 },
    NewerVersion(u32),
    Damaged(&'static str),
}

/// Decodes a segment's header.
pub(crate) fn decode_segment_header(bytes: &[u8]) -> SegmentHeader {
    let Some(bytes) = bytes.get(..SEGMENT_HEADER_BYTES) else {
        return SegmentHeader::Damaged("the segment header is cut off");
    };
    if bytes[..8] != SEGMENT_MAGIC {
        return SegmentHeader::Damaged("not a row-log segment");
    }
    if read_u32(bytes, SEGMENT_CRC_AT) != crc32c::crc32c(&bytes[..SEGMENT_CRC_AT]) {
        return SegmentHeader::Damaged("the segment header's checksum does not match");
    }
    match read_u32(bytes, SEGMENT_VERSION_AT) {
        1..=VERSION => SegmentHeader::Sound { first_position: read_u64(bytes, SEGMENT_FIRST_POSITION_AT) },
        version => SegmentHeader::NewerVersion(version),
    }
}

/// Returns the file name of the segment with a sequence number.
pub(crate) fn segment_name(sequence: u64) -> String {
    format!("{sequence:020}.log")
}

/// Returns the sequence number in a segment's file name.
pub(crate) fn segment_sequence(name: &str) -> Option<u64> {
    name.strip_suffix(".log")?.parse().ok()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn read_uuid(bytes: &[u8], at: usize) -> Uuid {
    Uuid::from_bytes(bytes[at..at + 16].try_into().expect("sixteen bytes"))
}
