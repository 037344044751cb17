//! Sends the sources, a few at once, and waits for their end where that is wanted.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{StreamExt as _, stream};
use kusto_ingest::{
    Error, IngestClient, IngestionOutcome, IngestionProperties, IngestionResult, IngestionStatus, OperationStatus,
};
use uuid::Uuid;

use super::{
    fallback::Fallback,
    first_record::FirstRecord,
    item::Item,
    progress::{Progress, SourceProgress},
    report::{Ending, Report},
    target_table::Target,
};
use crate::{connect::Connection, explanation::explain, source_details::SourceDetails};

/// Queued sources that are waited for at the same time; the others wait for their turn to be waited for.
const AWAITED_MAX: usize = 64;
/// How often a source is asked for while it is waited for, to show where it is.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// See the file's header.
pub(super) struct Delivery<'a> {
    pub(super) client: Arc<dyn IngestClient>,
    /// To ask where queued sources are.
    pub(super) connection: &'a Connection,
    pub(super) properties: IngestionProperties,
    /// What was made for the data.
    pub(super) target: Target,
    /// Sources under way at the same time.
    pub(super) parallel: usize,
    /// How long queued sources are waited for; nothing means not at all.
    pub(super) wait: Option<Duration>,
    pub(super) fallback: Arc<Fallback>,
    pub(super) progress: Progress,
    pub(super) report: &'a Mutex<Report>,
    /// Batches that have brought rows.
    pub(super) batches: Mutex<HashSet<String>>,
}

/// A source that the service has taken and is working on.
struct Queued {
    name: String,
    result: IngestionResult,
}

impl Delivery<'_> {
    /// Delivers all of `items`; what came of each is in the report.
    pub(super) async fn run(&self, items: Vec<Item>) {
        let sent = stream::iter(items).map(|item| self.send(item)).buffer_unordered(self.parallel);
        let queued: Vec<Queued> = sent.filter_map(std::future::ready).collect().await;
        self.progress.sent();
        let Some(deadline) = self.wait else { return };
        let waiting = stream::iter(queued).map(|queued| self.wait_for(queued, deadline));
        waiting.buffer_unordered(AWAITED_MAX).collect::<()>().await;
    }

    /// Sends a source; returns it if it is to be waited for.
    async fn send(&self, mut item: Item) -> Option<Queued> {
        let name = item.source.to_string();
        let mut line = self.progress.source(&name, item.size);
        let properties = self.properties_of(&item);
        let sent = async {
            let source = item.open(&line.read).map_err(|error| format!("{error:#}"))?;
            let ingested = self.progress.watch(&mut line, self.client.ingest(source, &properties)).await;
            ingested.map_err(|error| told(&error, item.source_id))
        };
        let result = match sent.await {
            Ok(result) => result,
            Err(reason) => {
                self.end(&name, Ending::Failed(reason));
                return None;
            }
        };
        match result.outcome {
            IngestionOutcome::Streamed { rows, attempts, .. } => {
                self.end(&name, Ending::Streamed { rows, attempts });
                None
            }
            IngestionOutcome::Queued(_) if self.wait.is_some() => Some(Queued { name, result }),
            _ => {
                self.end(&name, Ending::Queued { source_id: result.source_id, reason: self.fallback.reason() });
                None
            }
        }
    }

    fn properties_of(&self, item: &Item) -> IngestionProperties {
        let mut properties = self.properties.clone();
        properties.format = item.format.name().parse().expect("the SDK knows the formats by the same names");
        properties.ignore_first_record = item.first_record == FirstRecord::LeftOutThere;
        if let Some(mapping) = self.target.mapping_for(item.format) {
            properties = properties.with_mapping_reference(mapping);
        }
        properties
    }

    async fn wait_for(&self, queued: Queued, deadline: Duration) {
        let line = self.progress.waiting(&queued.name);
        line.say("queued");
        let source_id = queued.result.source_id;
        let waiting = queued.result.wait(deadline);
        let status = tokio::select! {
            status = waiting => status,
            never = self.ask(source_id, &line) => match never {},
        };
        let details = self.details(source_id).await;
        let rows = details.as_ref().and_then(|details| details.rows);
        if let Some(batch) = details.and_then(|details| details.batch) {
            let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
            batches.insert(batch);
            self.progress.batches(batches.len() as u64);
        }
        let ending = match status {
            Ok(status) => ending(&status, rows),
            Err(error) => Ending::Failed(told(&error, source_id)),
        };
        drop(line);
        self.end(&queued.name, ending);
    }

    /// Shows where a source is, again and again. Services that cannot be asked are not asked twice.
    async fn ask(&self, source_id: Uuid, line: &SourceProgress) -> Infallible {
        let mut answers = 0_u32;
        loop {
            tokio::time::sleep(ASKED_EVERY).await;
            match self.details(source_id).await {
                Some(details) => {
                    answers += 1;
                    line.say(details.stage());
                }
                // A source is unknown until its message was read.
                None if answers == 0 => {}
                None => std::future::pending().await,
            }
        }
    }

    async fn details(&self, source_id: Uuid) -> Option<SourceDetails> {
        SourceDetails::of(self.connection, &source_id.to_string()).await.ok()?.into_iter().next()
    }

    fn end(&self, name: &str, ending: Ending) {
        self.progress.done(ending.rows());
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        self.progress.above(|| report.source(name, ending));
    }
}

fn ending(status: &IngestionStatus, rows: Option<u64>) -> Ending {
    match status.status {
        OperationStatus::Succeeded => Ending::Ingested { rows },
        OperationStatus::Skipped => Ending::Skipped,
        other => {
            let code = status.error_code.as_deref().unwrap_or(other.name());
            let details = status.details.as_deref().unwrap_or("the service gives no reason");
            let told = if details.starts_with(code) { details.to_owned() } else { format!("{code}: {details}") };
            let id = status.source_id;
            Ending::Failed(format!("{told}\nhint: `calypso status {id}` tells how it went"))
        }
    }
}

/// The error, its cause and what to do next.
fn told(error: &Error, source_id: Uuid) -> String {
    use kusto_ingest::ErrorKind;
    let text = match error {
        Error::Service(error) => explain(error, None),
        error => error.to_string(),
    };
    if text.contains("\nhint: ") {
        return text;
    }
    let hint = match error.kind() {
        _ if matches!(error, Error::NotStreamable { .. }) => {
            "`--mode managed` or `--mode queued` carries it".to_owned()
        }
        ErrorKind::Unavailable => {
            format!("try again with `--source-id {source_id}`: what has arrived is not ingested twice")
        }
        ErrorKind::Deadline => format!("`calypso status {source_id}` says where it is"),
        _ => return text,
    };
    format!("{text}\nhint: {hint}")
}
