//! The log's bytes: what every possible cut and flip of the last group leaves, and what is reported as damage.

use std::{fs, path::Path, sync::Arc};

use arrow::array::AsArray as _;
use calypso_clock::ManualClock;
use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    AppendPart, AppendRequest, ColumnIds, LocalLogFiles, LogFiles, Payload, RowLog, RowLogStart, SegmentIndex,
    format::{RECORD_HEADER_BYTES, RecordHeader, RecordKind},
    replay,
};
use crate::ingestion_times::IngestionTimes;
use crate::{
    Error,
    row_schema::row_schema,
    row_store::{RowStore, SealBounds},
};

const TABLE: TableId = TableId(Uuid::from_u128(2));

struct Log {
    dir: TempDir,
    files: Arc<dyn LogFiles>,
}

impl Log {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = Arc::new(LocalLogFiles::open(dir.path()).unwrap());
        Self { dir, files }
    }

    fn start(&self, next_position: u64, next_sequence: u64) -> RowLog {
        RowLog::start(RowLogStart {
            files: self.files.clone(),
            index: Arc::new(SegmentIndex::new(self.files.clone(), Vec::new())),
            row_store: Arc::new(RowStore::new(SealBounds { rows: u64::MAX, bytes: u64::MAX, total_bytes: u64::MAX })),
            times: Arc::new(IngestionTimes::new(Arc::new(ManualClock::new(DateTime(5))), DateTime::MIN)),
            segment_bytes: u64::MAX,
            next_position,
            next_sequence,
        })
        .unwrap()
    }

    fn segment(&self) -> std::path::PathBuf {
        let mut names = self.files.list().unwrap();
        names.sort();
        self.dir.path().join(names.pop().unwrap())
    }

    /// Replays and returns (position, first number) of every record.
    fn replay(&self) -> Result<(Vec<(u64, i64)>, u64), Error> {
        let mut seen = Vec::new();
        let replayed = replay(
            &self.files,
            |_, _| true,
            |rows| {
                let numbers = rows.batch.column(0).as_primitive::<arrow::datatypes::Int64Type>();
                seen.push((rows.position, numbers.value(0)));
            },
        )?;
        Ok((seen, replayed.next_position))
    }
}

fn append(log: &RowLog, number: i64) {
    let array = Arc::new(arrow::array::Int64Array::from(vec![number; 3]));
    let schema = row_schema(&[1], [arrow::datatypes::DataType::Int64]);
    let batch = arrow::array::RecordBatch::try_new(schema, vec![array]).unwrap();
    let (reply, outcome) = oneshot::channel();
    log.submit(AppendRequest {
        parts: vec![AppendPart {
            table: TABLE,
            columns: ColumnIds::from([1]),
            payload: Payload::encode(&batch).unwrap(),
            batch,
        }],
        source: Some(SourceId(Uuid::from_u128(9))),
        appended_on: DateTime(5),
        guard: None,
        reply,
    })
    .unwrap();
    outcome.blocking_recv().unwrap().unwrap();
}

/// Appends one row to each of three tables at once.
fn append_together(log: &RowLog, number: i64) {
    let part = |table: u128| {
        let array = Arc::new(arrow::array::Int64Array::from(vec![number]));
        let schema = row_schema(&[1], [arrow::datatypes::DataType::Int64]);
        let batch = arrow::array::RecordBatch::try_new(schema, vec![array]).unwrap();
        AppendPart {
            table: TableId(Uuid::from_u128(table)),
            columns: ColumnIds::from([1]),
            payload: Payload::encode(&batch).unwrap(),
            batch,
        }
    };
    let (reply, outcome) = oneshot::channel();
    let parts = vec![part(2), part(3), part(4)];
    log.submit(AppendRequest { parts, source: None, appended_on: DateTime(5), guard: None, reply }).unwrap();
    outcome.blocking_recv().unwrap().unwrap();
}

/// Source and derived rows are one append: a crash while it is written leaves all of it or nothing.
#[test]
fn an_append_to_several_tables_comes_back_whole_or_not_at_all() {
    let log = Log::new();
    let writer = log.start(10, 0);
    append(&writer, 100);
    let before = fs::metadata(log.segment()).unwrap().len() as usize;
    append_together(&writer, 200);
    writer.stop();
    let bytes = fs::read(log.segment()).unwrap();
    for cut in before..bytes.len() {
        let log = copy_with(&bytes[..cut], &log.segment());
        assert_eq!(log.replay().unwrap().0, vec![(10, 100)], "cut at {cut}");
        assert_eq!(fs::metadata(log.segment()).unwrap().len() as usize, before);
    }
    for flipped in before..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[flipped] ^= 0x40;
        let log = copy_with(&bytes, &log.segment());
        let replayed = log.replay().unwrap().0;
        assert_eq!(replayed, vec![(10, 100)], "flipped at {flipped}");
    }
    assert_eq!(log.replay().unwrap(), (vec![(10, 100), (11, 200), (12, 200), (13, 200)], 14));
}

fn copy_with(bytes: &[u8], path: &Path) -> Log {
    let log = Log::new();
    fs::write(log.dir.path().join(path.file_name().unwrap()), bytes).unwrap();
    log
}

/// Three acknowledged groups; the file ends anywhere within the third, as a crash during its write would leave it.
#[test]
fn a_file_cut_anywhere_in_the_last_group_keeps_all_earlier_records() {
    let log = Log::new();
    let writer = log.start(10, 0);
    append(&writer, 100);
    append(&writer, 101);
    let before = fs::metadata(log.segment()).unwrap().len() as usize;
    append(&writer, 102);
    writer.stop();
    let bytes = fs::read(log.segment()).unwrap();
    for cut in before..bytes.len() {
        let log = copy_with(&bytes[..cut], &log.segment());
        assert_eq!(log.replay().unwrap(), (vec![(10, 100), (11, 101)], 12), "cut at {cut}");
        assert_eq!(fs::metadata(log.segment()).unwrap().len() as usize, before);
        assert_eq!(log.replay().unwrap().0.len(), 2);
    }
    assert_eq!(log.replay().unwrap(), (vec![(10, 100), (11, 101), (12, 102)], 13));
}

#[test]
fn a_flipped_byte_in_the_last_group_drops_that_group_only() {
    let log = Log::new();
    let writer = log.start(0, 0);
    append(&writer, 100);
    let before = fs::metadata(log.segment()).unwrap().len() as usize;
    append(&writer, 101);
    writer.stop();
    let bytes = fs::read(log.segment()).unwrap();
    for at in before..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert_eq!(copy_with(&damaged, &log.segment()).replay().unwrap().0, [(0, 100)], "byte {at}");
    }
}

/// The third record says that the second was durable when it was written: the second was acknowledged.
#[test]
fn a_flipped_byte_before_the_last_group_is_damage_and_not_a_torn_end() {
    let log = Log::new();
    let writer = log.start(0, 0);
    append(&writer, 100);
    let second = fs::metadata(log.segment()).unwrap().len() as usize;
    append(&writer, 101);
    let third = fs::metadata(log.segment()).unwrap().len() as usize;
    append(&writer, 102);
    writer.stop();
    let bytes = fs::read(log.segment()).unwrap();
    for at in second..third {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        let outcome = copy_with(&damaged, &log.segment()).replay();
        assert!(matches!(outcome, Err(Error::Corrupt { offset, .. }) if offset == second as u64), "byte {at}");
    }
}

#[test]
fn a_torn_end_of_an_earlier_segment_is_damage() {
    let log = Log::new();
    let writer = log.start(0, 0);
    append(&writer, 100);
    writer.stop();
    let first = log.segment();
    let writer = log.start(1, 1);
    append(&writer, 101);
    writer.stop();
    let bytes = fs::read(&first).unwrap();
    fs::write(&first, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(log.replay(), Err(Error::Corrupt { file, .. }) if file == first));
}

#[test]
fn a_segment_cut_within_its_first_group_is_removed() {
    let log = Log::new();
    let writer = log.start(0, 0);
    append(&writer, 100);
    writer.stop();
    let bytes = fs::read(log.segment()).unwrap();
    for cut in 0..bytes.len() {
        let log = copy_with(&bytes[..cut], &log.segment());
        assert_eq!(log.replay().unwrap().0, []);
        assert_eq!(log.files.list().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn a_newer_version_is_refused() {
    let log = Log::new();
    let writer = log.start(0, 0);
    append(&writer, 100);
    writer.stop();
    let mut bytes = fs::read(log.segment()).unwrap();
    bytes[8] = 3;
    let crc = crc32c::crc32c(&bytes[..24]);
    bytes[24..28].copy_from_slice(&crc.to_le_bytes());
    let outcome = copy_with(&bytes, &log.segment()).replay();
    assert!(matches!(outcome, Err(Error::UnsupportedVersion { version: 3, supported: 2, .. })));
}

/// The stored form of version 1; if this fails, the format has changed.
#[test]
fn a_record_header_has_the_documented_bytes() {
    let header = RecordHeader {
        kind: RecordKind::Rows,
        continues: false,
        payload_bytes: 0x0102,
        payload_crc: 0x0304_0506,
        position: 7,
        durable: 8,
        appended_on: DateTime(9),
        table: TableId(Uuid::from_u128(10)),
        source: Some(SourceId(Uuid::from_u128(11))),
        schema: 12,
    };
    let mut bytes = Vec::new();
    header.encode(&mut bytes);
    assert_eq!(bytes.len(), RECORD_HEADER_BYTES);
    assert_eq!(bytes[..16], [0xC1, b'R', b'O', 0x57, 2, 1, 0, 0, 2, 1, 0, 0, 6, 5, 4, 3]);
    assert_eq!((bytes[16], bytes[24], bytes[32], bytes[55], bytes[71], bytes[72]), (7, 8, 9, 10, 11, 12));
    assert_eq!(RecordHeader::decode(&bytes), Ok(header));
}
