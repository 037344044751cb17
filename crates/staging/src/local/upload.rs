//! Bytes on their way into a file, in bounded memory.

use std::{
    fs,
    io::{self, BufRead as _},
    path::{Path, PathBuf},
};

use tokio::{fs::File, io::AsyncWriteExt as _, task::JoinHandle};

use super::{blob_files::StoredFile, quota::Reservation};
use crate::{Error, StagedBlob, error::what};

/// Bytes after which the system is asked to write, so that the last sync of a large blob does not take minutes.
const UNSYNCED_BYTES_MAX: u64 = 64 << 20;
/// Bytes of each file that are compared at a time.
const COMPARED_BYTES: usize = 256 << 10;

/// A blob or block that is being written. Dropping it takes it back.
#[derive(Debug)]
pub struct Upload {
    opened: File,
    file: StoredFile,
    room: Reservation,
    bytes: u64,
    bytes_max: u64,
    unsynced: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

/// An upload whose bytes are durable, though not yet its name.
#[derive(Debug)]
pub(super) struct Uploaded {
    pub(super) file: StoredFile,
    pub(super) room: Reservation,
    pub(super) bytes: u64,
}

impl Upload {
    pub(super) const fn new(opened: File, file: StoredFile, bytes_max: u64, room: Reservation) -> Self {
        Self { opened, file, room, bytes: 0, bytes_max, unsynced: 0, syncing: None }
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the limit of a blob, [`Error::Full`] beyond that of all, or when the disk fails.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.grow(bytes.len() as u64)?;
        self.opened.write_all(bytes).await.map_err(Error::io)?;
        self.unsynced += bytes.len() as u64;
        if self.unsynced >= UNSYNCED_BYTES_MAX {
            self.unsynced = 0;
            self.begin_sync().await?;
        }
        Ok(())
    }

    /// Makes room for `bytes` more.
    fn grow(&mut self, bytes: u64) -> Result<(), Error> {
        if self.bytes.saturating_add(bytes) > self.bytes_max {
            return Err(Error::TooLarge { what: what::BLOB, limit: self.bytes_max });
        }
        self.room.grow(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Lets the system write while more bytes come, one such at a time.
    async fn begin_sync(&mut self) -> Result<(), Error> {
        self.end_sync().await?;
        self.opened.flush().await.map_err(Error::io)?;
        let file = self.opened.try_clone().await.map_err(Error::io)?;
        self.syncing = Some(tokio::spawn(async move { file.sync_data().await }));
        Ok(())
    }

    async fn end_sync(&mut self) -> Result<(), Error> {
        match self.syncing.take() {
            Some(syncing) => syncing.await.map_err(io::Error::other).and_then(|result| result).map_err(Error::io),
            None => Ok(()),
        }
    }

    /// Appends pieces of other files, as `(path, first byte, bytes)`, without their bytes passing through here.
    pub(super) async fn append_files(&mut self, pieces: Vec<(PathBuf, u64, u64)>) -> Result<(), Error> {
        self.grow(pieces.iter().fold(0, |sum: u64, (_, _, bytes)| sum.saturating_add(*bytes)))?;
        let target = self.opened.try_clone().await.map_err(Error::io)?.into_std().await;
        let copied = tokio::task::spawn_blocking(move || append(&target, &pieces)).await;
        copied.map_err(io::Error::other).and_then(|result| result).map_err(Error::io)
    }

    /// Makes the bytes durable.
    pub(super) async fn finish(mut self) -> Result<Uploaded, Error> {
        self.end_sync().await?;
        self.opened.flush().await.map_err(Error::io)?;
        self.opened.sync_all().await.map_err(Error::io)?;
        let Self { file, room, bytes, .. } = self;
        Ok(Uploaded { file, room, bytes })
    }
}

impl Uploaded {
    /// Leaves file and bytes to the index.
    pub(super) const fn keep(&mut self) {
        self.file.keep();
        self.room.keep();
    }

    /// Says whether another file holds the same bytes.
    pub(super) async fn equals_file(&self, other: StagedBlob) -> Result<bool, Error> {
        if self.bytes != other.bytes {
            return Ok(false);
        }
        let path = self.file.path();
        let compared = tokio::task::spawn_blocking(move || files_are_equal(&path, &other.path)).await;
        compared.map_err(io::Error::other).and_then(|result| result).map_err(Error::io)
    }
}

fn files_are_equal(one: &Path, other: &Path) -> io::Result<bool> {
    let open = |path| fs::File::open(path).map(|file| io::BufReader::with_capacity(COMPARED_BYTES, file));
    let (mut one, mut other) = (open(one)?, open(other)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let bytes = left.len().min(right.len());
        if bytes == 0 {
            return Ok(left.is_empty() && right.is_empty());
        }
        if left[..bytes] != right[..bytes] {
            return Ok(false);
        }
        one.consume(bytes);
        other.consume(bytes);
    }
}

fn append(mut target: &fs::File, pieces: &[(PathBuf, u64, u64)]) -> io::Result<()> {
    use io::{Read as _, Seek as _};
    for (path, first, bytes) in pieces {
        let mut source = fs::File::open(path)?;
        source.seek(io::SeekFrom::Start(*first))?;
        // The kernel copies from file to file.
        let copied = io::copy(&mut source.take(*bytes), &mut target)?;
        if copied != *bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
