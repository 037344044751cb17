//! How often and how slowly a passing failure is tried again.

use std::time::Duration;

/// Retries that wait ever longer, and a random while more, so that clients that failed together do not return together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts after the first.
    pub retries_max: u32,
    /// Wait before the first retry; each further one waits twice as long.
    pub first_wait: Duration,
    /// No wait is longer, jitter aside.
    pub wait_max: Duration,
    /// Up to this much is added to every wait.
    pub jitter_max: Duration,
}

impl Default for RetryPolicy {
    /// Three retries after 1, 2 and 4 s, each with up to 1 s more, as managed streaming of the newest SDK does.
    fn default() -> Self {
        Self {
            retries_max: 3,
            first_wait: Duration::from_secs(1),
            wait_max: Duration::from_secs(30),
            jitter_max: Duration::from_secs(1),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that never tries again.
    #[must_use]
    pub fn none() -> Self {
        Self { retries_max: 0, ..Self::default() }
    }

    /// Returns the wait before retry `retry`, counted from one; `random` decides the jitter.
    #[must_use]
    pub fn wait(&self, retry: u32, random: u32) -> Duration {
        let doubled = 1u32.checked_shl(retry.saturating_sub(1)).unwrap_or(u32::MAX);
        let wait = self.first_wait.saturating_mul(doubled).min(self.wait_max);
        wait + self.jitter_max.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_maximum_and_jitter_adds() {
        let policy = RetryPolicy::default();
        let seconds: Vec<u64> = (1..=7).map(|retry| policy.wait(retry, 0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(policy.wait(1, u32::MAX), Duration::from_secs(2));
        assert_eq!(policy.wait(u32::MAX, 0), Duration::from_secs(30));
    }
}
