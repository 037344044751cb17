//! A request's cancellation: one side fires it, any number of others ask or wait.

use std::sync::Arc;

use tokio::sync::watch;

/// A shared flag that is raised once. Clones are the same flag.
#[derive(Debug, Clone)]
pub struct Cancellation {
    flag: Arc<watch::Sender<bool>>,
}

impl Cancellation {
    /// Returns a flag that is not raised.
    #[must_use]
    pub fn new() -> Self {
        Self { flag: Arc::new(watch::Sender::new(false)) }
    }

    /// Raises the flag; raising it again does nothing.
    pub fn cancel(&self) {
        self.flag.send_replace(true);
    }

    /// Says whether the flag is raised. Cheap enough to ask between batches.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.flag.borrow()
    }

    /// Waits until the flag is raised.
    pub async fn cancelled(&self) {
        // The sender lives in `self`, so waiting cannot fail before the flag is raised.
        let _ = self.flag.subscribe().wait_for(|raised| *raised).await;
    }

    /// Returns a guard that raises the flag when it is dropped, unless disarmed.
    #[must_use]
    pub fn guard(&self) -> CancelOnDrop {
        CancelOnDrop { cancel: Some(self.clone()) }
    }
}

impl Default for Cancellation {
    fn default() -> Self {
        Self::new()
    }
}

/// Raises a [`Cancellation`] when dropped.
#[derive(Debug)]
pub struct CancelOnDrop {
    cancel: Option<Cancellation>,
}

impl CancelOnDrop {
    /// Lets the work end in peace.
    pub fn disarm(mut self) {
        self.cancel = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(cancel) = &self.cancel {
            cancel.cancel();
        }
    }
}
