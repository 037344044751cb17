//! Which segments exist besides the one being written, and when each may go.

use std::{collections::HashMap, sync::Arc};

use calypso_model::TableId;
use parking_lot::Mutex;

use super::LogFiles;
use crate::Error;

/// A segment that is no longer written: the last position of each table in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ClosedSegment {
    pub(crate) name: String,
    pub(crate) last_positions: HashMap<TableId, u64>,
}

/// The closed segments, oldest first.
pub(crate) struct SegmentIndex {
    files: Arc<dyn LogFiles>,
    closed: Mutex<Vec<ClosedSegment>>,
}

impl SegmentIndex {
    pub(crate) fn new(files: Arc<dyn LogFiles>, closed: Vec<ClosedSegment>) -> Self {
        Self { files, closed: Mutex::new(closed) }
    }

    pub(crate) fn close(&self, segment: ClosedSegment) {
        self.closed.lock().push(segment);
    }

    #[cfg(test)]
    pub(crate) fn closed_count(&self) -> usize {
        self.closed.lock().len()
    }

    /// Removes every closed segment all of whose records are sealed (or belong to no table), and says how many.
    pub(crate) fn trim(&self, is_sealed: impl Fn(TableId, u64) -> bool) -> Result<usize, Error> {
        let mut closed = self.closed.lock();
        let before = closed.len();
        let mut failure = None;
        closed.retain(|segment| {
            let needed = !segment.last_positions.iter().all(|(table, position)| is_sealed(*table, *position));
            if needed || failure.is_some() {
                return true;
            }
            match self.files.remove(&segment.name) {
                Ok(()) => false,
                Err(error) => {
                    failure = Some(Error::io("remove", self.files.path(&segment.name))(error));
                    true
                }
            }
        });
        failure.map_or_else(|| Ok(before - closed.len()), Err)
    }
}
