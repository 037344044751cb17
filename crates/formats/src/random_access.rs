//! A file that is read in any order: formats whose directory stands at their end need that.

use std::{
    io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use crate::{
    Error,
    limits::{PIECE_BYTES_MAX, SPOOL_MEMORY_BYTES_MAX},
};

/// Bytes copied at a time into a spool file.
const COPY_BYTES: usize = 256 << 10;

/// What a body must be able to do to be read in any order.
trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A file of known length. Clones share its source.
#[derive(Clone)]
pub(crate) struct RandomAccess {
    state: Arc<Mutex<State>>,
    /// Where in the source the file starts.
    start: u64,
    length: u64,
}

struct State {
    source: Box<dyn Source>,
    /// Where the source stands; unknown after an error.
    position: Option<u64>,
    /// What went wrong with the source, for whoever hears of it from a reader that tells less.
    failure: Option<io::Error>,
}

impl RandomAccess {
    /// Takes the rest of `source`, from where it stands.
    pub(crate) fn new(mut source: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        let start = source.stream_position()?;
        let end = source.seek(SeekFrom::End(0))?;
        let state = State { source: Box::new(source), position: Some(end), failure: None };
        Ok(Self { state: Arc::new(Mutex::new(state)), start, length: end.saturating_sub(start) })
    }

    /// Takes all of a stream: into memory while it is small, else into a file that has no name, in `directory` or the
    /// system's own.
    ///
    /// # Errors
    /// When reading the stream fails, or writing the file.
    pub(crate) fn spool(stream: &mut dyn Read, directory: Option<&Path>) -> Result<Self, Error> {
        let mut head = Vec::new();
        let head_max = SPOOL_MEMORY_BYTES_MAX as u64;
        stream.take(head_max).read_to_end(&mut head).map_err(Error::from_read)?;
        if head.len() < SPOOL_MEMORY_BYTES_MAX {
            return Self::new(Cursor::new(head)).map_err(Error::Spool);
        }
        let file = match directory {
            Some(directory) => tempfile::tempfile_in(directory),
            None => tempfile::tempfile(),
        };
        let mut file = file.map_err(Error::Spool)?;
        file.write_all(&head).map_err(Error::Spool)?;
        head.resize(COPY_BYTES, 0);
        head.shrink_to_fit();
        loop {
            match stream.read(&mut head) {
                Ok(0) => break,
                Ok(count) => file.write_all(&head[..count]).map_err(Error::Spool)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from_read(error)),
            }
        }
        file.rewind().map_err(Error::Spool)?;
        Self::new(file).map_err(Error::Spool)
    }

    /// Returns the length of the file in bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Returns a reader from `offset` to the end.
    pub(crate) fn reader(&self, offset: u64) -> Section {
        Section { file: self.clone(), offset }
    }

    /// Returns a piece of the file.
    ///
    /// # Errors
    /// `UnexpectedEof` when the file does not have it, `InvalidData` when it exceeds [`PIECE_BYTES_MAX`].
    pub(crate) fn piece(&self, offset: u64, length: u64) -> io::Result<Bytes> {
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file ends before a part that it refers to"));
        }
        if length > PIECE_BYTES_MAX {
            let message = format!("a part of the file exceeds the limit of {PIECE_BYTES_MAX} bytes");
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        let mut bytes = vec![0; length as usize];
        self.reader(offset).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }

    /// Takes the error that the source had, if any.
    pub(crate) fn take_failure(&self) -> Option<io::Error> {
        self.lock().failure.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What a panic left half done is a position, and that is checked before each read.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a file on from a place.
pub(crate) struct Section {
    file: RandomAccess,
    offset: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.length.saturating_sub(self.offset);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let mut state = self.file.lock();
        let outcome = state.read_at(self.file.start + self.offset, &mut buffer[..wanted]);
        match outcome {
            Ok(count) => {
                self.offset += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let told = io::Error::new(error.kind(), error.to_string());
                state.failure.get_or_insert(error);
                Err(told)
            }
        }
    }
}

impl State {
    fn read_at(&mut self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position.take() != Some(position) {
            self.source.seek(SeekFrom::Start(position))?;
        }
        let count = self.source.read(buffer)?;
        self.position = Some(position + count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
