//! A query from its arrival to the end of its last result: what the log of requests says of it.

use std::sync::Arc;

use calypso_clock::Clock;
use calypso_types::DateTime;
use futures::StreamExt as _;
use parking_lot::Mutex;

use crate::{
    App, AppError, Cancellation, QueryRequest, QueryResponse, QueryStatistics, QueryStatisticsReading, RequestContext,
    ResultTable, access,
    request_log::{QUERY, RunningRequest},
};

/// Runs a query and notes in the log when its results have been read, or were given up.
pub(crate) async fn run(app: &App, ctx: &RequestContext, request: &QueryRequest) -> Result<QueryResponse, AppError> {
    let database = request.database_name();
    access::authorize_query(ctx, database)?;
    let log = app.requests.begin(ctx, QUERY, database, &request.text);
    match app.run_query(ctx, request).await {
        Err(error) => {
            log.finish(Some(&error), QueryStatisticsReading::default());
            Err(error)
        }
        Ok(mut response) => {
            let running = Arc::new(RunningQuery {
                clock: app.clock.clone(),
                started_on: ctx.started_on,
                cancel: ctx.cancel.clone(),
                statistics: response.statistics.clone(),
                progress: Mutex::new(Progress { log: Some(log), unread: response.tables.len(), error: None }),
            });
            response.tables = response.tables.into_iter().map(|table| observed(table, &running)).collect();
            Ok(response)
        }
    }
}

/// What the streams of one query share.
struct RunningQuery {
    clock: Arc<dyn Clock>,
    started_on: DateTime,
    cancel: Cancellation,
    statistics: Arc<QueryStatistics>,
    progress: Mutex<Progress>,
}

struct Progress {
    log: Option<RunningRequest>,
    /// Results whose end has not been seen.
    unread: usize,
    error: Option<AppError>,
}

/// Returns the table with a stream that tells of its end.
fn observed(table: ResultTable, running: &Arc<RunningQuery>) -> ResultTable {
    let ended = running.clone();
    let watching = running.clone();
    let batches = table.batches.inspect(move |batch| {
        if let Err(error) = batch {
            watching.failed(error);
        }
    });
    // A cancelled query's batches just stop; that must not look like the end of its result.
    let end = futures::stream::once(async move { ended.result_read() }).filter_map(std::future::ready);
    ResultTable { name: table.name, columns: table.columns, batches: batches.chain(end).boxed() }
}

impl RunningQuery {
    fn failed(&self, error: &AppError) {
        self.progress.lock().error.get_or_insert_with(|| error.clone());
    }

    /// Notes the end of a result; returns the error that still has to be told.
    fn result_read<T>(&self) -> Option<Result<T, AppError>> {
        let mut progress = self.progress.lock();
        let untold = (self.cancel.is_cancelled() && progress.error.is_none()).then(AppError::cancelled);
        if let Some(error) = &untold {
            progress.error = Some(error.clone());
        }
        progress.unread = progress.unread.saturating_sub(1);
        if progress.unread == 0 {
            self.finish(&mut progress);
        }
        untold.map(Err)
    }

    fn finish(&self, progress: &mut Progress) {
        let Some(log) = progress.log.take() else { return };
        self.statistics.add_execution_time(self.clock.now().since(self.started_on));
        log.finish(progress.error.as_ref(), self.statistics.read());
    }
}

impl Drop for RunningQuery {
    fn drop(&mut self) {
        let mut progress = self.progress.lock();
        if progress.unread > 0 && progress.error.is_none() {
            progress.error = Some(AppError::cancelled());
        }
        // A query without results ends here too.
        let Some(log) = progress.log.take() else { return };
        log.finish(progress.error.as_ref(), self.statistics.read());
    }
}
