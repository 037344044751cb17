//! What can go wrong before a case can even be judged.

use std::{io, path::PathBuf};

/// An error of the runner itself; a case that answers wrongly is a [`crate::Failure`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A suite's file could not be read or written.
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    /// A suite is not written as it must be.
    #[error("{path}:{line}: {message}")]
    Suite { path: PathBuf, line: usize, message: String },
    /// The server could not be started or reached.
    #[error("server: {0}")]
    Server(String),
    /// The connection failed.
    #[error("connection: {0}")]
    Connection(#[from] io::Error),
    /// The answer is not what the protocol promises.
    #[error("answer: {0}")]
    Answer(String),
}
