//! An extent file under way in a local directory.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::ExtentSink;
use crate::row_log::sync_dir;

/// Bytes written after which what there is goes to the disk in the background.
const WRITE_BACK_BYTES: u64 = 32 * 1024 * 1024;

/// See the file's header.
pub(super) struct LocalSink {
    file: Arc<File>,
    /// Bytes since the last write-back began.
    unwritten: u64,
    /// Takes to the disk what there is while more is encoded, so that nobody waits long at the end.
    write_back: Option<JoinHandle<io::Result<()>>>,
    unfinished: PathBuf,
    target: PathBuf,
    folder: PathBuf,
    finished: bool,
}

impl LocalSink {
    /// Takes the empty file `unfinished`, which becomes `target` in `folder`.
    pub(super) fn new(file: File, unfinished: PathBuf, target: PathBuf, folder: PathBuf) -> Self {
        let file = Arc::new(file);
        Self { file, unwritten: 0, write_back: None, unfinished, target, folder, finished: false }
    }

    /// Starts a write-back, unless one is under way: then a later write will.
    fn start_write_back(&mut self) -> io::Result<()> {
        if self.write_back.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return Ok(());
        }
        self.end_write_back()?;
        let file = self.file.clone();
        self.write_back = Some(thread::Builder::new().spawn(move || file.sync_data())?);
        self.unwritten = 0;
        Ok(())
    }

    /// Waits for the write-back. The system tells of a failure once: what the thread has been told is not told again.
    fn end_write_back(&mut self) -> io::Result<()> {
        let outcome = self.write_back.take().map_or(Ok(Ok(())), JoinHandle::join);
        outcome.unwrap_or_else(|_| Err(io::Error::other("a thread that writes has panicked")))
    }
}

impl Write for LocalSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&*self.file).write(bytes)?;
        self.unwritten += written as u64;
        if self.unwritten >= WRITE_BACK_BYTES {
            self.start_write_back()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.file).flush()
    }
}

impl ExtentSink for LocalSink {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.end_write_back()?;
        self.file.sync_all()?;
        fs::rename(&self.unfinished, &self.target)?;
        self.finished = true;
        sync_dir(&self.folder)
    }
}

impl Drop for LocalSink {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extent_files::{ExtentFiles as _, LocalExtentFiles};

    #[test]
    fn a_file_of_several_write_backs_is_whole_under_its_name_and_an_abandoned_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let files = LocalExtentFiles::open(folder.path()).unwrap();
        let piece: Vec<u8> = (0..1_000_003_u32).map(|number| number as u8).collect();
        let pieces = 3 * WRITE_BACK_BYTES as usize / piece.len();
        let mut sink = files.create("t/a").unwrap();
        let mut abandoned = files.create("t/b").unwrap();
        for _ in 0..pieces {
            sink.write_all(&piece).unwrap();
            abandoned.write_all(&piece).unwrap();
        }
        drop(abandoned);
        sink.finish().unwrap();
        assert_eq!(files.list().unwrap(), ["t/a"]);
        let source = files.open("t/a").unwrap();
        assert_eq!(source.length(), (pieces * piece.len()) as u64);
        for number in 0..pieces {
            let found = source.read_at((number * piece.len()) as u64, piece.len()).unwrap();
            assert!(found == piece, "piece {number}");
        }
    }
}
