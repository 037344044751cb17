//! Queued ingestion: messages of the staging account become batches, batches become extents, outcomes are told.
//!
//! A message stays in its queue, hidden, until its data is committed and its outcome is recorded; so the queue is what
//! survives a crash, and what it brings back twice the catalog recognises by its source id. `intake` receives and seals,
//! `batch_run` ingests, `report` tells, `operations` serves those who ask; `calypso_batching` decides.
//! <https://learn.microsoft.com/kusto/management/batching-policy>

mod batch_run;
mod intake;
mod operations;
mod report;
mod rest;
mod retries;
mod run_slot;
mod settings;
mod source;
mod statistics;
mod upkeep;

use std::{collections::HashMap, sync::Arc};

use calypso_batching::{Batcher, SealedBatch, Turns};
use calypso_catalog::IngestionLog;
use calypso_staging::StagingAccount;
use parking_lot::Mutex;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

pub(crate) use operations::operation_of;
pub use operations::{QueuedBlob, QueuedOperationStatus, QueuedSubmission};
pub(crate) use rest::{configuration, resources, status, submit};
pub use settings::QueuedSettings;
pub(crate) use source::QueuedSource;
pub use statistics::{QueuedStatistics, SealCount};

use crate::App;

/// What the tasks of queued ingestion share.
pub(crate) struct Queued {
    pub(crate) settings: QueuedSettings,
    pub(crate) staging: Arc<dyn StagingAccount>,
    pub(crate) log: IngestionLog,
    pub(crate) statistics: Mutex<QueuedStatistics>,
    state: Mutex<State>,
    /// Something may be due before the next poll: a batch was read or ended, or something was submitted.
    wake: Notify,
}

struct State {
    batcher: Batcher<Arc<QueuedSource>>,
    turns: Turns<Arc<QueuedSource>>,
    retries: retries::Retries,
    /// Every source whose message this process holds, by a number of its own.
    held: HashMap<u64, Arc<QueuedSource>>,
    next_number: u64,
    runs: run_slot::Runs,
}

type Batch = SealedBatch<Arc<QueuedSource>>;

impl Queued {
    pub(crate) fn new(settings: QueuedSettings, staging: Arc<dyn StagingAccount>, log: IngestionLog) -> Self {
        let state = State {
            batcher: Batcher::new(settings.gather),
            turns: Turns::default(),
            retries: retries::Retries::default(),
            held: HashMap::new(),
            next_number: 0,
            runs: run_slot::Runs::default(),
        };
        Self { settings, staging, log, statistics: Mutex::default(), state: Mutex::new(state), wake: Notify::new() }
    }
}

/// The running tasks of queued ingestion.
pub(crate) struct QueuedTasks {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl QueuedTasks {
    pub(crate) fn start(app: &App) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(intake::run(app.clone(), stopped.clone())),
            tokio::spawn(intake::keep_hidden(app.clone(), stopped.clone())),
            tokio::spawn(upkeep::run(app.clone(), stopped)),
        ];
        Self { stop, tasks }
    }

    /// Receives no more messages and waits for the batches that are being ingested. What is not sealed stays in the
    /// queue.
    pub(crate) async fn shutdown(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            // A task that panicked has ended as well.
            let _ = task.await;
        }
    }
}
