//! The files of the row log, behind a trait so that tests can let the disk fail.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// One segment being written.
pub trait LogFile: Send {
    /// Appends all of `bytes`.
    ///
    /// # Errors
    /// When the disk fails; how much was written is then unknown.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was appended durable.
    ///
    /// # Errors
    /// When the disk fails; what is durable is then unknown.
    fn sync(&mut self) -> io::Result<()>;
}

/// The directory of segments.
pub trait LogFiles: Send + Sync + 'static {
    /// Creates the segment `name`, its entry in the directory durable.
    ///
    /// # Errors
    /// When the file exists or the disk fails.
    fn create(&self, name: &str) -> io::Result<Box<dyn LogFile>>;

    /// Removes the segment `name`; one that is gone already is no error.
    ///
    /// # Errors
    /// When the disk fails.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Cuts the segment `name` to `length` bytes, durably.
    ///
    /// # Errors
    /// When the disk fails.
    fn truncate(&self, name: &str, length: u64) -> io::Result<()>;

    /// Returns all bytes of the segment `name`.
    ///
    /// # Errors
    /// When the disk fails.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Returns the names of all segments, in no order.
    ///
    /// # Errors
    /// When the disk fails.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Returns where the segment `name` lies, for messages.
    fn path(&self, name: &str) -> PathBuf;
}

/// Segments in a local directory.
#[derive(Debug)]
pub struct LocalLogFiles {
    dir: PathBuf,
}

impl LocalLogFiles {
    /// Opens the directory, creating it if it is missing.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn open(dir: impl Into<PathBuf>) -> io::Result<Self> {
        let dir = dir.into();
        fs::create_dir_all(&dir)?;
        dir.parent().map_or(Ok(()), sync_dir)?;
        Ok(Self { dir })
    }
}

impl LogFiles for LocalLogFiles {
    fn create(&self, name: &str) -> io::Result<Box<dyn LogFile>> {
        let file = OpenOptions::new().append(true).create_new(true).open(self.dir.join(name))?;
        sync_dir(&self.dir)?;
        Ok(Box::new(LocalLogFile { file }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.dir.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn truncate(&self, name: &str, length: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.dir.join(name))?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.dir.join(name))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

struct LocalLogFile {
    file: File,
}

impl LogFile for LocalLogFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Makes the entries of a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
