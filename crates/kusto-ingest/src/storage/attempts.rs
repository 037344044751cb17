//! The attempts at one request to a storage account: what passes is tried again after a while, at the same account.

use std::time::Duration;

use super::StorageFailure;
use crate::{RetryPolicy, timing::Timing};

/// Of one request.
const RETRIES: RetryPolicy = RetryPolicy {
    retries_max: 2,
    first_wait: Duration::from_millis(500),
    wait_max: Duration::from_secs(5),
    jitter_max: Duration::from_millis(250),
};

/// See the file's header.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {
    timing: Timing,
}

impl Attempts {
    pub(crate) const fn new(timing: Timing) -> Self {
        Self { timing }
    }

    pub(crate) const fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Runs `request` until it succeeds, fails for good, or has been tried often enough.
    pub(crate) async fn run<T, F>(&self, mut request: impl FnMut() -> F) -> Result<T, StorageFailure>
    where
        F: Future<Output = Result<T, StorageFailure>>,
    {
        for retry in 1..=RETRIES.retries_max {
            match request().await {
                Err(failure) if failure.is_transient() => {
                    tracing::debug!(%failure, "a request to a storage account is tried again");
                }
                outcome => return outcome,
            }
            self.pause(&RETRIES, retry).await;
        }
        request().await
    }

    /// Lets the time before retry `retry` of `policy` pass.
    pub(crate) async fn pause(&self, policy: &RetryPolicy, retry: u32) {
        (self.timing.sleep)(policy.wait(retry, self.timing.random())).await;
    }
}
