//! The background tasks: sealing, merging, retention and clean-up.

use std::{future::Future, time::Duration};

use calypso_model::TableId;
use calypso_types::TimeSpan;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use crate::{Error, SealReason, Storage};

/// The running background tasks. Dropped, they stop at their next step; `shutdown` waits for that.
pub struct Maintenance {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Storage {
    /// Starts the background tasks with the periods of the settings.
    #[must_use]
    pub fn start_maintenance(&self) -> Maintenance {
        let (stop, stopped) = watch::channel(false);
        let settings = &self.inner.settings;
        let seal = self.clone();
        let merge = self.clone();
        let retention = self.clone();
        let tasks = vec![
            tokio::spawn(self.clone().seal_when_wanted(stopped.clone())),
            tokio::spawn(repeat("seal", settings.seal_period, stopped.clone(), move || seal.clone().seal_step())),
            tokio::spawn(repeat("merge", settings.merge_period, stopped.clone(), move || merge.clone().merge_step())),
            tokio::spawn(repeat("retention", settings.retention_period, stopped, move || {
                retention.clone().retention_step()
            })),
        ];
        Maintenance { stop, tasks }
    }

    /// Seals the row stores that have passed a bound of the settings by now, and says how many.
    ///
    /// # Errors
    /// The first failure, after every table was tried.
    pub async fn seal_due(&self) -> Result<usize, Error> {
        let due = self.due_row_stores();
        let mut outcome = Ok(due.len());
        for (table, reason) in due {
            if let Err(error) = self.seal_table(table, reason).await {
                outcome = outcome.and(Err(error));
            }
        }
        outcome
    }

    fn due_row_stores(&self) -> Vec<(TableId, SealReason)> {
        let settings = &self.inner.settings;
        let now = self.inner.clock.now();
        let age_max = i64::try_from(settings.seal_age_max.as_nanos() / 100).unwrap_or(i64::MAX);
        let due = self.row_store_statistics().into_iter().filter_map(|row_store| {
            let reason = if row_store.rows >= settings.seal_rows_max {
                SealReason::Rows
            } else if row_store.bytes >= settings.seal_bytes_max {
                SealReason::Bytes
            } else if row_store.oldest.is_some_and(|oldest| now.since(oldest) >= TimeSpan(age_max)) {
                SealReason::Age
            } else {
                return None;
            };
            Some((row_store.table, reason))
        });
        due.collect()
    }

    /// Seals as soon as a table passes a bound, and everything when the row stores together are full.
    async fn seal_when_wanted(self, mut stopped: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                () = self.inner.row_store.seal_wanted.notified() => {}
            }
            let is_full = self.inner.row_store.bytes() >= self.inner.settings.row_store_bytes_max / 2;
            let outcome = if is_full { self.seal_all().await } else { self.seal_due().await.map(|_| ()) };
            if let Err(error) = outcome {
                tracing::error!(%error, "sealing failed");
            }
        }
    }

    async fn seal_step(self) -> Result<(), Error> {
        self.seal_due().await.map(|_| ())
    }

    async fn merge_step(self) -> Result<(), Error> {
        self.merge_extents().await.map(|_| ())
    }

    async fn retention_step(self) -> Result<(), Error> {
        self.apply_retention().await?;
        self.drop_expired_tables().await?;
        self.inner.catalog.prune_sources(self.inner.clock.now()).await?;
        self.remove_garbage().await.map(|_| ())
    }
}

impl Maintenance {
    /// Stops the tasks. A merge under way is abandoned; a seal under way goes on by itself and, should the process end
    /// first, leaves its rows in the row log.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

async fn repeat<F>(what: &'static str, period: Duration, mut stopped: watch::Receiver<bool>, step: impl Fn() -> F)
where
    F: Future<Output = Result<(), Error>>,
{
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
        }
        tokio::select! {
            _ = stopped.changed() => return,
            outcome = step() => if let Err(error) = outcome {
                tracing::error!(what, %error, "background work failed");
            }
        }
    }
}
