//! Where extent files live. The local directory is the only home today; an object store would be another.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;

use self::local_sink::LocalSink;
use crate::row_log::sync_dir;

mod local_sink;

/// Files being written end so, until they are complete and durable.
const UNFINISHED_SUFFIX: &str = ".tmp";

/// A file being written. Dropped without [`ExtentSink::finish`], it leaves nothing.
pub trait ExtentSink: Write + Send {
    /// Makes the file durable under its name.
    ///
    /// # Errors
    /// When the disk fails; the file then does not exist.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// A finished file, read at any place by any number of threads.
pub trait ExtentSource: Send + Sync {
    /// Length in bytes.
    fn length(&self) -> u64;

    /// Returns `length` bytes from `offset`.
    ///
    /// # Errors
    /// When the disk fails or the file is shorter.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes>;
}

/// The place of extent files. Paths are relative, with `/`.
pub trait ExtentFiles: Send + Sync + 'static {
    /// Starts a file.
    ///
    /// # Errors
    /// When the disk fails.
    fn create(&self, path: &str) -> io::Result<Box<dyn ExtentSink>>;

    /// Opens a finished file.
    ///
    /// # Errors
    /// When it does not exist or the disk fails.
    fn open(&self, path: &str) -> io::Result<Arc<dyn ExtentSource>>;

    /// Deletes a file; one that is gone already is no error.
    ///
    /// # Errors
    /// When the disk fails.
    fn delete(&self, path: &str) -> io::Result<()>;

    /// Returns the paths of all files, unfinished ones too.
    ///
    /// # Errors
    /// When the disk fails.
    fn list(&self) -> io::Result<Vec<String>>;
}

/// Extents in a local directory, one folder per table.
#[derive(Debug)]
pub struct LocalExtentFiles {
    root: PathBuf,
}

impl LocalExtentFiles {
    /// Opens the directory, creating it if it is missing, and removes the empty folders of dropped tables.
    ///
    /// # Errors
    /// When it cannot be created or read.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        root.parent().map_or(Ok(()), sync_dir)?;
        for folder in fs::read_dir(&root)? {
            // Fails for folders that hold extents, as it should.
            let _ = fs::remove_dir(folder?.path());
        }
        Ok(Self { root })
    }
}

impl ExtentFiles for LocalExtentFiles {
    fn create(&self, path: &str) -> io::Result<Box<dyn ExtentSink>> {
        let target = self.root.join(path);
        let folder = target.parent().unwrap_or(&self.root).to_owned();
        if !folder.exists() {
            fs::create_dir_all(&folder)?;
            sync_dir(&self.root)?;
        }
        let unfinished = self.root.join(format!("{path}{UNFINISHED_SUFFIX}"));
        let file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
        Ok(Box::new(LocalSink::new(file, unfinished, target, folder)))
    }

    fn open(&self, path: &str) -> io::Result<Arc<dyn ExtentSource>> {
        let file = File::open(self.root.join(path))?;
        let length = file.metadata()?.len();
        Ok(Arc::new(LocalSource { file, length }))
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        match fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut paths = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            if folder.file_type()?.is_dir() {
                list_folder(&folder.path(), &mut paths)?;
            }
        }
        Ok(paths)
    }
}

fn list_folder(folder: &Path, paths: &mut Vec<String>) -> io::Result<()> {
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return Ok(());
    };
    for entry in fs::read_dir(folder)? {
        if let Ok(file) = entry?.file_name().into_string() {
            paths.push(format!("{name}/{file}"));
        }
    }
    Ok(())
}

struct LocalSource {
    file: File,
    length: u64,
}

impl ExtentSource for LocalSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        if offset.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, offset)?;
        Ok(Bytes::from(bytes))
    }
}
