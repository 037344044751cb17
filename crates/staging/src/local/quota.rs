//! How many bytes are staged, and room for more.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::{Error, error::what};

/// Bytes staged or promised, up to a limit.
#[derive(Debug)]
pub(super) struct Quota {
    bytes: AtomicU64,
    bytes_max: u64,
}

impl Quota {
    pub(super) const fn new(bytes: u64, bytes_max: u64) -> Self {
        Self { bytes: AtomicU64::new(bytes), bytes_max }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Gives back bytes that are no longer staged.
    pub(super) fn release(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes that are being written; given back unless they are kept.
#[derive(Debug)]
pub(super) struct Reservation {
    quota: Arc<Quota>,
    bytes: u64,
}

impl Reservation {
    pub(super) const fn new(quota: Arc<Quota>) -> Self {
        Self { quota, bytes: 0 }
    }

    /// Takes room for `bytes` more.
    pub(super) fn grow(&mut self, bytes: u64) -> Result<(), Error> {
        let limit = self.quota.bytes_max;
        let grow = |staged: u64| staged.checked_add(bytes).filter(|staged| *staged <= limit);
        self.quota
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grow)
            .map_err(|_| Error::Full { what: what::STAGED_DATA, limit })?;
        self.bytes += bytes;
        Ok(())
    }

    /// Leaves the bytes counted: they are staged now.
    pub(super) const fn keep(&mut self) {
        self.bytes = 0;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.quota.release(self.bytes);
    }
}
