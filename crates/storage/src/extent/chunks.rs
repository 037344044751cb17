//! Lets Parquet read an extent source.

use std::{io, io::BufReader, sync::Arc};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};

use crate::extent_files::ExtentSource;

/// A shared source as Parquet's reader wants it.
#[derive(Clone)]
pub(super) struct Chunks(pub(super) Arc<dyn ExtentSource>);

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<SourceCursor>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(SourceCursor { source: self.0.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.read_at(start, length).map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Reads a source from one place on.
pub(super) struct SourceCursor {
    source: Arc<dyn ExtentSource>,
    at: u64,
}

impl io::Read for SourceCursor {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.source.length().saturating_sub(self.at)).unwrap_or(usize::MAX);
        let length = left.min(out.len());
        out[..length].copy_from_slice(&self.source.read_at(self.at, length)?);
        self.at += length as u64;
        Ok(length)
    }
}
