//! The error of a source whose data are being sent: the request only knows that its body broke off.

use std::{io, sync::Arc};

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use parking_lot::Mutex;

use crate::{Error, source::ChunkStream};

/// Where the error is kept.
#[derive(Clone, Default)]
pub(super) struct SourceErrors {
    first: Arc<Mutex<Option<Error>>>,
}

impl SourceErrors {
    /// Returns the chunks as a request's body takes them, and where an error of theirs will be.
    pub(super) fn watch(chunks: ChunkStream) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, Self) {
        let errors = Self::default();
        let noted = errors.clone();
        let chunks = chunks.map(move |chunk| {
            chunk.map_err(|error| {
                let broken = io::Error::other(error.to_string());
                *noted.first.lock() = Some(error);
                broken
            })
        });
        (chunks, errors)
    }

    pub(super) fn take(&self) -> Option<Error> {
        self.first.lock().take()
    }
}
