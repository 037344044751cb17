//! Time, ids and waiting of a client, so that tests drive them.

use std::{fmt, sync::Arc, time::Duration};

use calypso_clock::{Clock, Ids, RandomIds, SystemClock};
use futures::future::BoxFuture;

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
