//! Sources that failed for a passing reason, until their time comes again.

use std::sync::Arc;

use calypso_types::{DateTime, TimeSpan};

use super::QueuedSource;

/// Each wait is this many times the one before.
const GROWTH: i64 = 4;
/// Longest wait.
const WAIT_MAX: TimeSpan = TimeSpan(10 * TimeSpan::MINUTE.0);

/// See the file's header. As many as the process holds sources.
#[derive(Default)]
pub(super) struct Retries {
    waiting: Vec<(DateTime, Arc<QueuedSource>)>,
}

impl Retries {
    /// Puts a source back until its `attempt`-th wait (from 1) has passed.
    pub(super) fn push(&mut self, source: Arc<QueuedSource>, first_wait: TimeSpan, attempt: u32, now: DateTime) {
        let wait = (1..attempt).fold(first_wait.0, |wait, _| wait.saturating_mul(GROWTH)).min(WAIT_MAX.0);
        self.waiting.push((DateTime(now.0.saturating_add(wait)), source));
    }

    /// Takes what is due.
    pub(super) fn due(&mut self, now: DateTime) -> Vec<Arc<QueuedSource>> {
        self.waiting.extract_if(.., |(at, _)| *at <= now).map(|(_, source)| source).collect()
    }

    /// Takes the sources that `wanted` names.
    pub(super) fn remove(&mut self, wanted: impl Fn(&Arc<QueuedSource>) -> bool) -> Vec<Arc<QueuedSource>> {
        self.waiting.extract_if(.., |(_, source)| wanted(source)).map(|(_, source)| source).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
