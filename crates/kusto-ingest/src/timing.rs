//! Time, ids and waiting of a client, so that tests drive them.

use std::{fmt, sync::Arc, time::Duration};

use calypso_clock::{Clock, Ids, RandomIds, SystemClock};
use futures::future::{BoxFuture, Either, select};
use uuid::Uuid;

use crate::Error;

/// How to let time pass.
pub(crate) type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// See the file's header.
#[derive(Clone)]
pub(crate) struct Timing {
    pub(crate) clock: Arc<dyn Clock>,
    /// Source ids; also where jitter comes from.
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) sleep: Sleep,
}

impl Timing {
    /// Returns random bits.
    pub(crate) fn random(&self) -> u32 {
        // The last bits of a random id are all random, whatever its version.
        (self.ids.next_id().as_u128() & u128::from(u32::MAX)) as u32
    }

    /// Does the work of ingesting a source, as long as there is time.
    ///
    /// # Errors
    /// The work's own, or [`Error::Deadline`].
    pub(crate) async fn within<T>(
        &self,
        deadline: Option<Duration>,
        source_id: Uuid,
        work: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let Some(deadline) = deadline else { return work.await };
        match select(Box::pin(work), (self.sleep)(deadline)).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => Err(Error::Deadline { source_id, deadline }),
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            sleep: Arc::new(|time| Box::pin(tokio::time::sleep(time))),
        }
    }
}

impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timing").finish_non_exhaustive()
    }
}
