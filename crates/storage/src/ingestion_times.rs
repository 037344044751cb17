//! The times at which rows are ingested, all different and growing, and the time through which all ingestions are visible.
//!
//! A time is given out before its rows are durable, and held until they are visible. So everything ingested at or before
//! [`IngestionTimes::through`] is visible to a snapshot taken after it, and everything that becomes visible later is
//! later: what a database cursor promises.

use std::{collections::BTreeSet, sync::Arc};

use calypso_clock::Clock;
use calypso_types::DateTime;
use parking_lot::Mutex;

/// See the file's header.
pub(crate) struct IngestionTimes {
    clock: Arc<dyn Clock>,
    times: Mutex<Times>,
}

struct Times {
    last: i64,
    pending: BTreeSet<i64>,
}

impl IngestionTimes {
    /// Begins behind `last`, the last time that rows have.
    pub(crate) fn new(clock: Arc<dyn Clock>, last: DateTime) -> Self {
        Self { clock, times: Mutex::new(Times { last: last.0, pending: BTreeSet::new() }) }
    }

    /// Gives out the next time, now if no later one has been given out.
    pub(crate) fn issue(self: &Arc<Self>) -> PendingTime {
        let now = self.clock.now().0;
        let mut times = self.times.lock();
        times.last = now.max(times.last.saturating_add(1));
        let time = times.last;
        times.pending.insert(time);
        PendingTime { time: DateTime(time), times: self.clone() }
    }

    /// Returns the time through which all ingestions are visible; later ones get later times.
    pub(crate) fn through(&self) -> DateTime {
        let now = self.clock.now().0;
        let mut times = self.times.lock();
        if let Some(first) = times.pending.first() {
            return DateTime(first - 1);
        }
        times.last = times.last.max(now);
        DateTime(times.last)
    }
}

/// A time of rows that are not visible yet.
pub(crate) struct PendingTime {
    pub(crate) time: DateTime,
    times: Arc<IngestionTimes>,
}

impl Drop for PendingTime {
    fn drop(&mut self) {
        self.times.times.lock().pending.remove(&self.time.0);
    }
}

#[cfg(test)]
mod tests {
    use calypso_clock::ManualClock;

    use super::*;

    #[test]
    fn times_grow_and_what_is_pending_holds_back_the_cursor() {
        let clock = Arc::new(ManualClock::new(DateTime(1_000)));
        let times = Arc::new(IngestionTimes::new(clock, DateTime(5)));
        let (first, second) = (times.issue(), times.issue());
        assert!(second.time > first.time);
        drop(second);
        assert_eq!(times.through(), DateTime(first.time.0 - 1));
        drop(first);
        let through = times.through();
        assert!(times.issue().time > through);
    }
}
