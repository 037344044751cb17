//! Pieces of files, spooled or not, and what becomes of errors of the source.

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};

use super::RandomAccess;
use crate::limits::SPOOL_MEMORY_BYTES_MAX;

#[test]
fn a_file_starts_where_its_source_stands() {
    let mut source = Cursor::new(b"xxabcdef".to_vec());
    source.set_position(2);
    let file = RandomAccess::new(source).unwrap();
    assert_eq!(file.length(), 6);
    assert_eq!(&file.piece(3, 3).unwrap()[..], b"def");
    assert_eq!(&file.piece(0, 2).unwrap()[..], b"ab");
    assert_eq!(&file.piece(6, 0).unwrap()[..], b"");
    for (offset, length) in [(0, 7), (6, 1), (u64::MAX, 1), (1, u64::MAX)] {
        assert_eq!(file.piece(offset, length).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
    let mut text = String::new();
    file.reader(4).read_to_string(&mut text).unwrap();
    assert_eq!(text, "ef");
}

#[test]
fn streams_of_any_length_are_spooled_whole() {
    for length in [0, 5, SPOOL_MEMORY_BYTES_MAX - 1, SPOOL_MEMORY_BYTES_MAX, SPOOL_MEMORY_BYTES_MAX + 70_000] {
        let mut stream = io::repeat(b'a').take(length as u64).chain(&b"end"[..]);
        let directory = tempfile::tempdir().unwrap();
        let file = RandomAccess::spool(&mut stream, Some(directory.path())).unwrap();
        assert_eq!(file.length(), length as u64 + 3);
        assert_eq!(&file.piece(length as u64, 3).unwrap()[..], b"end");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "a spool file has no name");
    }
}

/// A source of a hundred bytes that can be found but not read.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(ErrorKind::ConnectionReset, "the line is down"))
    }
}

impl Seek for Broken {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        Ok(if matches!(position, SeekFrom::End(_)) { 100 } else { 0 })
    }
}

#[test]
fn an_error_of_the_source_is_kept() {
    let file = RandomAccess::new(Broken).unwrap();
    assert_eq!(file.piece(0, 1).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(file.take_failure().unwrap().to_string(), "the line is down");
    assert!(file.take_failure().is_none());
}
