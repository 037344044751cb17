//! Where results go: standard output, or a file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// A buffered place for results.
pub(super) enum Output {
    Standard(BufWriter<io::StdoutLock<'static>>),
    File(BufWriter<File>, PathBuf),
}

impl Output {
    /// Opens the file, if there is one; what it held is lost.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::new(io::stdout().lock()))) };
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self::File(BufWriter::new(file), path.to_owned()))
    }

    /// Writes what waits in the buffer.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Standard(out) => out.flush().context("cannot write the results"),
            Self::File(out, path) => out.flush().with_context(|| format!("cannot write {}", path.display())),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) => out.flush(),
        }
    }
}
