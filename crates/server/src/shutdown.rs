//! The signals that stop the service.

use anyhow::Context as _;

/// Waits for Ctrl-C, or for the signal by which service managers stop a process.
pub(crate) async fn requested() -> anyhow::Result<()> {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        tokio::select! {
            result = interrupt => result.context("cannot listen for Ctrl-C"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await.context("cannot listen for Ctrl-C")
}

/// Waits for the signal by which others stop a process; forever where there is none.
pub(crate) async fn terminated() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        terminate.recv().await;
        Ok(())
    }
    #[cfg(not(unix))]
    std::future::pending().await
}
