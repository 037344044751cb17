//! The attempts at one request to a storage account: what passes is tried again after a while, at the same account.

use std::{fmt, sync::Arc, time::Duration};

use calypso_clock::Ids;
use futures::future::BoxFuture;

use super::StorageFailure;

/// Attempts at one request.
const ATTEMPTS_MAX: u32 = 3;
/// Wait before the second attempt; doubled for the third.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// How to let time pass.
pub(crate) type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Returns tokio's.
pub(crate) fn tokio_sleep() -> Sleep {
    Arc::new(|time| Box::pin(tokio::time::sleep(time)))
}

/// See the file's header.
#[derive(Clone)]
pub(crate) struct Attempts {
    sleep: Sleep,
    ids: Arc<dyn Ids>,
}

impl Attempts {
    pub(crate) fn new(sleep: Sleep, ids: Arc<dyn Ids>) -> Self {
        Self { sleep, ids }
    }

    /// Runs `request` until it succeeds, fails for good, or has been tried often enough.
    pub(crate) async fn run<T, F>(&self, mut request: impl FnMut() -> F) -> Result<T, StorageFailure>
    where
        F: Future<Output = Result<T, StorageFailure>>,
    {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS_MAX {
            match request().await {
                Err(failure) if failure.is_transient() => {
                    tracing::debug!(%failure, "a request to a storage account is tried again");
                }
                outcome => return outcome,
            }
            self.pause(wait).await;
            wait *= 2;
        }
        request().await
    }

    /// Lets `wait` pass, and up to half of it more, so that clients that failed together do not come back together.
    pub(crate) async fn pause(&self, wait: Duration) {
        let part = (self.ids.next_id().as_u128() % 512) as u32;
        (self.sleep)(wait + wait * part / 1024).await;
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}
