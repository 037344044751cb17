//! The files that hold the bytes of blobs and blocks: each under a name of its own, written once.
//!
//! The index says which files count. A file that it does not name is being written, or was left by a crash: those are
//! deleted at the next start.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use uuid::Uuid;

use super::{quota::Reservation, upload::Upload};
use crate::Error;

/// The directory of files.
#[derive(Debug)]
pub(super) struct BlobFiles {
    dir: PathBuf,
}

impl BlobFiles {
    /// Takes `dir`, which is created if it is not there.
    pub(super) fn open(dir: PathBuf) -> Result<Self, Error> {
        fs::create_dir_all(&dir).map_err(Error::io)?;
        Ok(Self { dir })
    }

    pub(super) fn path(&self, file: Uuid) -> PathBuf {
        self.dir.join(file.simple().to_string())
    }

    /// Begins a new file.
    pub(super) async fn create(
        self: &Arc<Self>,
        file: Uuid,
        bytes_max: u64,
        room: Reservation,
    ) -> Result<Upload, Error> {
        let path = self.path(file);
        let opened = tokio::fs::OpenOptions::new().write(true).create_new(true).open(path).await.map_err(Error::io)?;
        Ok(Upload::new(opened, StoredFile { id: file, files: Arc::clone(self), kept: false }, bytes_max, room))
    }

    /// Deletes files that nothing names any more. What cannot be deleted is tried again at the next start.
    pub(super) fn remove(self: &Arc<Self>, files: Vec<Uuid>) {
        if files.is_empty() {
            return;
        }
        let this = Arc::clone(self);
        // Freeing the blocks of a large file takes a while.
        tokio::task::spawn_blocking(move || {
            for file in files {
                remove(&this.path(file));
            }
        });
    }

    /// Deletes every file that is not among `named`; returns how many.
    pub(super) fn remove_others(&self, named: &HashSet<Uuid>) -> Result<usize, Error> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.dir).map_err(Error::io)? {
            let entry = entry.map_err(Error::io)?;
            let file = entry.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok());
            if file.is_none_or(|file| !named.contains(&file)) {
                remove(&entry.path());
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Makes the names of new files durable.
    pub(super) async fn sync_directory(&self) -> io::Result<()> {
        let dir = self.dir.clone();
        tokio::task::spawn_blocking(move || fs::File::open(dir)?.sync_all()).await.map_err(io::Error::other)?
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "a staged file cannot be deleted");
    }
}

/// A file that was written; it is deleted again unless the index comes to name it.
#[derive(Debug)]
pub(super) struct StoredFile {
    pub(super) id: Uuid,
    files: Arc<BlobFiles>,
    kept: bool,
}

impl StoredFile {
    /// Leaves the file to the index. Called before the commit: should that fail, the next start deletes the file.
    pub(super) const fn keep(&mut self) {
        self.kept = true;
    }

    pub(super) fn path(&self) -> PathBuf {
        self.files.path(self.id)
    }
}

impl Drop for StoredFile {
    fn drop(&mut self) {
        if !self.kept {
            remove(&self.path());
        }
    }
}
