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
    /// A file, opened by the first result: a query that is refused leaves it as it was.
    File {
        path: PathBuf,
        opened: Option<BufWriter<File>>,
    },
}

impl Output {
    pub(super) fn to(path: Option<&Path>) -> Self {
        match path {
            Some(path) => Self::File { path: path.to_owned(), opened: None },
            None => Self::Standard(BufWriter::new(io::stdout().lock())),
        }
    }

    /// Writes what waits in the buffer; a result of nothing is an empty file.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        let context = match self {
            Self::Standard(_) => "cannot write the results".to_owned(),
            Self::File { path, .. } => format!("cannot write {}", path.display()),
        };
        self.opened().and_then(|out| out.flush()).context(context)
    }

    fn opened(&mut self) -> io::Result<&mut dyn Write> {
        match self {
            Self::Standard(out) => Ok(out),
            Self::File { opened: Some(out), .. } => Ok(out),
            Self::File { path, opened } => Ok(opened.insert(BufWriter::new(File::create(path)?))),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.opened()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.opened()?.flush()
    }
}
