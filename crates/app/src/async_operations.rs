//! Commands that run behind their answer (`async`): a bounded number at a time, each with a handle to cancel it and
//! a result to fetch later.

use std::collections::{HashMap, VecDeque};

use calypso_model::OperationId;
use parking_lot::Mutex;
use tokio::task::JoinHandle;

use crate::{AppError, Cancellation, command_table::CommandTable};

/// Results kept for `.show operation id details`; the oldest are forgotten first.
const RESULTS_MAX: usize = 1_000;

/// See the file's header.
pub(crate) struct AsyncOperations {
    running_max: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    running: HashMap<OperationId, Running>,
    results: VecDeque<(OperationId, CommandTable)>,
}

struct Running {
    cancel: Cancellation,
    task: Option<JoinHandle<()>>,
}

/// What is left of an operation's result.
pub(crate) enum Persisted {
    Result(CommandTable),
    Unknown,
}

impl AsyncOperations {
    pub(crate) fn new(running_max: usize) -> Self {
        Self { running_max: running_max.max(1), state: Mutex::default() }
    }

    /// Makes room for an operation that `cancel` cancels.
    ///
    /// # Errors
    /// Throttled when too many run, unavailable when the service is closing.
    pub(crate) fn admit(&self, id: OperationId, cancel: Cancellation) -> Result<(), AppError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(AppError::unavailable("The server is shutting down."));
        }
        if state.running.len() >= self.running_max {
            let message = format!("{} operations with 'async' are running; try again later.", self.running_max);
            return Err(AppError::throttled(message));
        }
        state.running.insert(id, Running { cancel, task: None });
        Ok(())
    }

    /// Remembers the task of an admitted operation, to wait for at the end.
    pub(crate) fn attach(&self, id: OperationId, task: JoinHandle<()>) {
        if let Some(running) = self.state.lock().running.get_mut(&id) {
            running.task = Some(task);
        }
    }

    /// Notes that an operation has ended, and its result if it has one.
    pub(crate) fn complete(&self, id: OperationId, result: Option<CommandTable>) {
        let mut state = self.state.lock();
        state.running.remove(&id);
        if let Some(result) = result {
            state.results.push_back((id, result));
            if state.results.len() > RESULTS_MAX {
                state.results.pop_front();
            }
        }
    }

    /// Returns the result of an operation that ended.
    pub(crate) fn result(&self, id: OperationId) -> Persisted {
        let state = self.state.lock();
        let found = state.results.iter().find(|(known, _)| *known == id);
        found.map_or(Persisted::Unknown, |(_, table)| Persisted::Result(table.clone()))
    }

    /// Cancels a running operation; false if it does not run here.
    pub(crate) fn cancel(&self, id: OperationId) -> bool {
        let state = self.state.lock();
        state.running.get(&id).map(|running| running.cancel.cancel()).is_some()
    }

    /// Returns how many run.
    pub(crate) fn running(&self) -> usize {
        self.state.lock().running.len()
    }

    /// Cancels all that run, waits for them and admits no more.
    pub(crate) async fn shutdown(&self) {
        let running: Vec<Running> = {
            let mut state = self.state.lock();
            state.closed = true;
            state.running.drain().map(|(_, running)| running).collect()
        };
        for running in &running {
            running.cancel.cancel();
        }
        for task in running.into_iter().filter_map(|running| running.task) {
            // A task that panicked has ended as well.
            let _ = task.await;
        }
    }
}
