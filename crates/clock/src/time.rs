//! What time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use calypso_types::{DateTime, TimeSpan};
use parking_lot::Mutex;

/// The source of the current time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant in UTC.
    fn now(&self) -> DateTime;
}

/// The operating system's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    fn now(&self) -> DateTime {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos());
        DateTime(DateTime::UNIX_EPOCH.0 + i64::try_from(nanos / 100).unwrap_or(i64::MAX / 2))
    }
}

/// A clock that stands still until told to move.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<DateTime>,
}

impl ManualClock {
    #[must_use]
    pub fn new(now: DateTime) -> Self {
        Self { now: Mutex::new(now) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeSpan) {
        self.now.lock().0 += by.0;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime {
        *self.now.lock()
    }
}
