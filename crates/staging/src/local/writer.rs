//! The one task that writes the index: what waits is committed together, so that many small writes share a sync.
//!
//! A step that was handed over runs whether or not its caller still waits, so a step owns all it needs.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use super::{
    blob_files::BlobFiles,
    database::{self, execute, unavailable},
};
use crate::{Error, error::what};

/// Steps that wait at most; callers beyond wait to be let in.
const WAITING_MAX: usize = 4096;
/// Steps of one commit.
const GROUP_MAX: usize = 512;

/// Why a step did not do its work.
pub(super) enum Stop {
    /// It must not be done. The step has written nothing.
    Refused(Error),
    /// SQLite failed: the whole group is undone.
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// A write.
#[async_trait]
pub(super) trait Step: Send + 'static {
    type Answer: Send + 'static;

    /// Writes, within the group's transaction. A refusal must come before the first write.
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Self::Answer, Stop>;

    /// Says whether the step names a file whose directory entry must be durable before it.
    fn names_new_file(&self) -> bool {
        false
    }

    /// Called once what [`Self::run`] wrote is durable: deletes files, moves counters.
    fn committed(&mut self) {}
}

/// The door to the writing task.
#[derive(Clone)]
pub(super) struct Writer {
    waiting: mpsc::Sender<Box<dyn Waiting>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the task over the index at `path`; it ends when the last clone is gone and nothing waits.
    pub(super) fn start(connection: SqliteConnection, path: PathBuf, files: Arc<BlobFiles>) -> Self {
        let (waiting, steps) = mpsc::channel(WAITING_MAX);
        let commits = Arc::new(AtomicU64::new(0));
        let task = Task { connection: Some(connection), path, files, commits: Arc::clone(&commits) };
        tokio::spawn(task.run(steps));
        Self { waiting, commits }
    }

    /// Transactions committed so far.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Runs `step`; what it wrote is durable when this returns.
    pub(super) async fn write<S: Step>(&self, step: S) -> Result<S::Answer, Error> {
        let (reply, answer) = oneshot::channel();
        let pending = Box::new(Pending { step, outcome: None, reply: Some(reply) });
        self.waiting.send(pending).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn closed() -> Error {
    Error::unavailable(what::STAGING_INDEX, "its writer has ended")
}

/// A step of any type, with its caller.
#[async_trait]
trait Waiting: Send {
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error>;

    fn names_new_file(&self) -> bool;

    fn answer(&mut self, committed: bool);
}

struct Pending<S: Step> {
    step: S,
    outcome: Option<Result<S::Answer, Error>>,
    reply: Option<oneshot::Sender<Result<S::Answer, Error>>>,
}

#[async_trait]
impl<S: Step> Waiting for Pending<S> {
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let outcome = match self.step.run(connection).await {
            Ok(answer) => Ok(answer),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Sql(error)) => return Err(error),
        };
        self.outcome = Some(outcome);
        Ok(())
    }

    fn names_new_file(&self) -> bool {
        self.step.names_new_file()
    }

    fn answer(&mut self, committed: bool) {
        let outcome = match self.outcome.take() {
            Some(Ok(answer)) if committed => {
                self.step.committed();
                Ok(answer)
            }
            Some(Err(refusal)) if committed => Err(refusal),
            _ => Err(Error::unavailable(what::STAGING_INDEX, "the write failed")),
        };
        if let Some(reply) = self.reply.take() {
            // Nobody waits any more.
            let _ = reply.send(outcome);
        }
    }
}

struct Task {
    /// None after a failure: a new connection sees what is stored.
    connection: Option<SqliteConnection>,
    path: PathBuf,
    files: Arc<BlobFiles>,
    commits: Arc<AtomicU64>,
}

impl Task {
    async fn run(mut self, mut steps: mpsc::Receiver<Box<dyn Waiting>>) {
        let mut group = Vec::with_capacity(GROUP_MAX);
        while steps.recv_many(&mut group, GROUP_MAX).await > 0 {
            let committed = match self.commit(&mut group).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(%error, "staging storage cannot be written");
                    self.connection = None;
                    false
                }
            };
            for mut step in group.drain(..) {
                step.answer(committed);
            }
        }
    }

    async fn commit(&mut self, group: &mut [Box<dyn Waiting>]) -> Result<(), sqlx::Error> {
        if group.iter().any(|step| step.names_new_file()) {
            self.files.sync_directory().await.map_err(sqlx::Error::Io)?;
        }
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(database::connect(&self.path).await?),
        };
        execute(connection, "BEGIN IMMEDIATE").await?;
        for step in group {
            step.run(connection).await?;
        }
        execute(connection, "COMMIT").await?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(error) => error,
            Stop::Sql(error) => unavailable(error),
        }
    }
}
