//! Reading the row log at start: what was durable comes back, a torn end is cut off, damage is reported.

use std::{collections::HashMap, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use calypso_model::TableId;

use super::{
    ColumnIds, LogFiles,
    format::{
        RECORD_HEADER_BYTES, RECORD_MARKER, RecordHeader, RecordKind, SEGMENT_HEADER_BYTES, SegmentHeader, VERSION,
        decode_segment_header, segment_sequence,
    },
    index::ClosedSegment,
    payload::{decode_columns, decode_rows},
};
use crate::{Error, row_store::StoredRows};

/// What replay found besides the rows.
#[derive(Debug, Default)]
pub(crate) struct Replayed {
    /// No record has this position or a later one.
    pub(crate) next_position: u64,
    pub(crate) next_sequence: u64,
    pub(crate) closed: Vec<ClosedSegment>,
    pub(crate) records: u64,
    /// Bytes cut off the last segment.
    pub(crate) torn_bytes: u64,
}

/// Reads every segment in order and gives `on_rows` each record that `is_live` wants.
///
/// # Errors
/// When a record is damaged other than at the very end, or a file cannot be read.
pub(crate) fn replay(
    files: &Arc<dyn LogFiles>,
    is_live: impl Fn(TableId, u64) -> bool,
    mut on_rows: impl FnMut(StoredRows),
) -> Result<Replayed, Error> {
    let mut sequences: Vec<(u64, String)> = files
        .list()
        .map_err(Error::io("list", files.path("")))?
        .into_iter()
        .filter_map(|name| Some((segment_sequence(&name)?, name)))
        .collect();
    sequences.sort();
    let mut replayed = Replayed::default();
    let count = sequences.len();
    for (index, (sequence, name)) in sequences.into_iter().enumerate() {
        let bytes = files.read(&name).map_err(Error::io("read", files.path(&name)))?;
        let mut segment = SegmentReader::new(files, name, &bytes, index + 1 == count);
        segment.read(&mut replayed, &is_live, &mut on_rows)?;
        segment.settle(&mut replayed)?;
        replayed.next_sequence = sequence + 1;
    }
    Ok(replayed)
}

struct SegmentReader<'a> {
    files: &'a Arc<dyn LogFiles>,
    bytes: &'a [u8],
    is_last: bool,
    /// Start of the record being read.
    at: usize,
    schemas: HashMap<u32, (ColumnIds, SchemaRef)>,
    closed: ClosedSegment,
    torn: bool,
    /// Where the append begins whose last record has not come yet, and its rows.
    open_append: Option<(usize, Vec<StoredRows>)>,
}

impl<'a> SegmentReader<'a> {
    fn new(files: &'a Arc<dyn LogFiles>, name: String, bytes: &'a [u8], is_last: bool) -> Self {
        let closed = ClosedSegment { name, last_positions: HashMap::new() };
        Self { files, bytes, is_last, at: 0, schemas: HashMap::new(), closed, torn: false, open_append: None }
    }

    fn read(
        &mut self,
        replayed: &mut Replayed,
        is_live: &impl Fn(TableId, u64) -> bool,
        on_rows: &mut impl FnMut(StoredRows),
    ) -> Result<(), Error> {
        match decode_segment_header(self.bytes) {
            SegmentHeader::Sound { first_position } => {
                replayed.next_position = replayed.next_position.max(first_position);
            }
            SegmentHeader::NewerVersion(version) => {
                let file = self.files.path(&self.closed.name);
                return Err(Error::UnsupportedVersion { file, version, supported: VERSION });
            }
            SegmentHeader::Damaged(reason) => return self.end_at_damage(reason),
        }
        self.at = SEGMENT_HEADER_BYTES;
        while self.at < self.bytes.len() {
            let (header, payload) = match self.record() {
                Ok(record) => record,
                Err(reason) => return self.end_at_damage(reason),
            };
            self.take(header, payload, replayed, is_live, on_rows)?;
            self.at += RECORD_HEADER_BYTES + payload.len();
        }
        if self.open_append.is_some() {
            return self.end_at_damage("the rest of an append is missing");
        }
        Ok(())
    }

    /// Returns the record that starts at `at`, its checksums verified.
    fn record(&self) -> Result<(RecordHeader, &'a [u8]), &'static str> {
        let header = RecordHeader::decode(&self.bytes[self.at..])?;
        let start = self.at + RECORD_HEADER_BYTES;
        let payload =
            self.bytes.get(start..start + header.payload_bytes as usize).ok_or("the record's payload is cut off")?;
        if crc32c::crc32c(payload) != header.payload_crc {
            return Err("the record payload's checksum does not match");
        }
        Ok((header, payload))
    }

    fn take(
        &mut self,
        header: RecordHeader,
        payload: &[u8],
        replayed: &mut Replayed,
        is_live: &impl Fn(TableId, u64) -> bool,
        on_rows: &mut impl FnMut(StoredRows),
    ) -> Result<(), Error> {
        if header.kind == RecordKind::Schema {
            let columns = decode_columns(payload).map_err(|reason| self.corrupt(reason))?;
            self.schemas.insert(header.schema, columns);
            return Ok(());
        }
        if header.position < replayed.next_position {
            return Err(self.corrupt(format!("position {} comes a second time", header.position)));
        }
        replayed.next_position = header.position + 1;
        replayed.records += 1;
        self.closed.last_positions.insert(header.table, header.position);
        let rows = if is_live(header.table, header.position) { Some(self.rows(header, payload)?) } else { None };
        if !header.continues && self.open_append.is_none() {
            rows.into_iter().for_each(on_rows);
            return Ok(());
        }
        let (_, gathered) = self.open_append.get_or_insert_with(|| (self.at, Vec::new()));
        gathered.extend(rows);
        if !header.continues
            && let Some((_, gathered)) = self.open_append.take()
        {
            gathered.into_iter().for_each(on_rows);
        }
        Ok(())
    }

    fn rows(&self, header: RecordHeader, payload: &[u8]) -> Result<StoredRows, Error> {
        let Some((columns, schema)) = self.schemas.get(&header.schema) else {
            return Err(self.corrupt(format!("column list {} is missing", header.schema)));
        };
        let batch: RecordBatch = decode_rows(payload, schema).map_err(|reason| self.corrupt(reason))?;
        Ok(StoredRows {
            table: header.table,
            columns: columns.clone(),
            batch,
            source: header.source,
            position: header.position,
            appended_on: header.appended_on,
        })
    }

    /// Ends reading at damaged bytes. They are a torn group only at the end of the last segment, and only if no later
    /// record proves that they had been synced.
    fn end_at_damage(&mut self, reason: &'static str) -> Result<(), Error> {
        if !self.is_last || self.was_durable() {
            return Err(self.corrupt(reason.to_owned()));
        }
        self.torn = true;
        // The first records of a torn append are sound, but were never acknowledged either.
        if let Some((start, _)) = self.open_append.take() {
            self.at = start;
        }
        Ok(())
    }

    /// Says whether a record behind `at` was written when the bytes at `at` were already durable.
    fn was_durable(&self) -> bool {
        let rest = &self.bytes[self.at..];
        rest.windows(RECORD_MARKER.len())
            .enumerate()
            .filter(|(_, window)| *window == RECORD_MARKER)
            .filter_map(|(offset, _)| RecordHeader::decode(&rest[offset..]).ok())
            .any(|header| header.durable > self.at as u64)
    }

    /// Cuts off the torn end, and removes a segment without records; else the segment is kept as closed.
    fn settle(self, replayed: &mut Replayed) -> Result<(), Error> {
        let name = &self.closed.name;
        if self.closed.last_positions.is_empty() {
            replayed.torn_bytes += if self.torn { (self.bytes.len() - self.at) as u64 } else { 0 };
            return self.files.remove(name).map_err(Error::io("remove", self.files.path(name)));
        }
        if self.torn {
            replayed.torn_bytes += (self.bytes.len() - self.at) as u64;
            self.files.truncate(name, self.at as u64).map_err(Error::io("truncate", self.files.path(name)))?;
        }
        replayed.closed.push(self.closed);
        Ok(())
    }

    fn corrupt(&self, reason: String) -> Error {
        Error::Corrupt { file: self.files.path(&self.closed.name), offset: self.at as u64, reason }
    }
}
