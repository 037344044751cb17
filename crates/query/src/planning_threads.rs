//! Threads that bind and plan. Neither can be interrupted, so both happen beside the query threads: a caller whose
//! deadline passes is answered in time, while the work it gave up ends in the background.

use std::sync::Arc;

use tokio::{runtime::Handle, sync::Semaphore};

use crate::QueryError;

/// Pieces of such work at a time, given-up ones among them; more wait their turn until their own deadline.
const PLANNINGS_MAX: usize = 32;

/// See the file's header.
#[derive(Debug, Clone)]
pub(crate) struct PlanningThreads {
    handle: Handle,
    turns: Arc<Semaphore>,
}

impl PlanningThreads {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle, turns: Arc::new(Semaphore::new(PLANNINGS_MAX)) }
    }

    /// Runs `work` on a thread that may block. Dropping the future does not stop work that has begun.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Handle) -> T + Send + 'static,
    ) -> Result<T, QueryError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| QueryError::internal("the engine is gone"))?;
        let handle = self.handle.clone();
        let task = self.handle.spawn_blocking(move || {
            let _turn = turn;
            work(&handle)
        });
        task.await.map_err(|e| QueryError::internal(format!("planning stopped: {e}")))
    }
}
