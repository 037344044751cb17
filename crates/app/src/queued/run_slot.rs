//! Room for the runs of batches: how many read at the same time, and how many more are on the way to their end.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::App;

/// Runs beside those that read: they wait for the disk, where extents become durable and staged blobs are deleted, and
/// tell their clients. The processors are free for the next batch.
const ENDING_MAX: usize = 1;

/// How many runs there are.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Those that read their sources.
    reading: usize,
    /// All.
    running: usize,
}

impl Runs {
    /// Says whether another batch can be read, of which `at_once` may be at the same time.
    pub(super) const fn has_room(&self, at_once: usize) -> bool {
        self.reading < at_once && self.running < at_once + ENDING_MAX
    }

    /// Returns how many there are, those on the way to their end among them.
    pub(super) const fn count(&self) -> usize {
        self.running
    }

    const fn begin(&mut self) {
        self.reading += 1;
        self.running += 1;
    }

    const fn end_reading(&mut self) {
        self.reading -= 1;
    }

    const fn end(&mut self) {
        self.running -= 1;
    }
}

/// The place of one run; given back when dropped, also by a run that panics.
pub(super) struct RunSlot {
    app: App,
    reads: AtomicBool,
}

impl RunSlot {
    /// Takes a place, of which `runs` has room.
    pub(super) fn take(app: &App, runs: &mut Runs) -> Self {
        runs.begin();
        Self { app: app.clone(), reads: AtomicBool::new(true) }
    }

    /// Says that the run has read its sources to their ends, and makes room for another to read.
    pub(super) fn end_reading(&self) {
        if self.reads.swap(false, Ordering::Relaxed) {
            self.app.queued.state.lock().runs.end_reading();
            self.app.queued.wake.notify_one();
        }
    }
}

impl Drop for RunSlot {
    fn drop(&mut self) {
        self.end_reading();
        self.app.queued.state.lock().runs.end();
        self.app.queued.wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_is_read_while_another_ends_and_no_more_than_that() {
        const AT_ONCE: usize = 2;
        let mut runs = Runs::default();
        for _ in 0..AT_ONCE {
            assert!(runs.has_room(AT_ONCE));
            runs.begin();
        }
        assert!(!runs.has_room(AT_ONCE));
        runs.end_reading();
        assert!(runs.has_room(AT_ONCE), "one has read all it had to");
        runs.begin();
        runs.end_reading();
        assert!(!runs.has_room(AT_ONCE), "two are on the way to their end");
        runs.end();
        assert!(runs.has_room(AT_ONCE));
        assert_eq!(runs.count(), AT_ONCE);
    }
}
