//! Ingestion sources: what has been committed is not committed again.

use calypso_model::{SourceId, TableId};

use crate::{Storage, keyed_lock::SourceGuard};

/// Sources that this caller alone may commit until the reservation is dropped.
#[derive(Default)]
pub struct SourceReservation {
    /// Not committed yet: ingest their data.
    pub fresh: Vec<SourceId>,
    /// Committed already: acknowledge them without ingesting.
    pub duplicates: Vec<SourceId>,
    pub(crate) guards: Vec<SourceGuard>,
}

impl Storage {
    /// Reserves sources, waiting for other attempts of the same ones to end, and tells which are committed already.
    pub async fn reserve_sources(&self, table: TableId, sources: &[SourceId]) -> SourceReservation {
        let mut sources = sources.to_vec();
        // One order for everybody, so that two reservations never wait for each other.
        sources.sort_unstable();
        sources.dedup();
        let mut reservation = SourceReservation::default();
        for source in sources {
            let guard = self.inner.source_locks.lock((table, source)).await;
            if self.has_source(table, source) {
                reservation.duplicates.push(source);
            } else {
                reservation.fresh.push(source);
                reservation.guards.push(guard);
            }
        }
        reservation
    }
}
