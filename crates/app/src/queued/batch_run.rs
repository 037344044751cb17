//! The run of one sealed batch: its sources into extents with one commit, each source's outcome on its own.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, atomic::Ordering},
};

use calypso_catalog::{CommitEvent, SourceBatchRecord, SourceState};
use calypso_model::{Database, ExtentId, SourceId, Table};
use calypso_sources::SourceUri;
use calypso_storage::IngestOptions;

use super::{Batch, QueuedSource, report, run_slot::RunSlot};
use crate::{
    App, AppError, Cancellation, error_sources,
    ingestion::{
        IngestionOrigin, IngestionProperties, MappingChoice, Source, SourceIngestion, check_retention, is_there_already,
    },
};

/// What became of a source.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Succeeded {
        rows: u64,
        extents: Vec<ExtentId>,
        /// An update policy that is not transactional failed.
        policy_failure: Option<AppError>,
    },
    /// Its data had been committed before.
    Duplicate,
    /// Data with one of its `ingest-by` tags is there already.
    Skipped,
    Failed(AppError),
}

impl Outcome {
    /// Returns what went wrong, in part or as a whole.
    pub(super) const fn failure(&self) -> Option<&AppError> {
        match self {
            Self::Failed(error) | Self::Succeeded { policy_failure: Some(error), .. } => Some(error),
            _ => None,
        }
    }
}

/// Ingests a batch and tells what became of each of its sources.
pub(super) async fn run(app: &App, batch: Batch, slot: RunSlot) {
    let sealed = SourceBatchRecord {
        id: app.ids.next_id(),
        seal_reason: batch.reason.name().to_owned(),
        sealed_on: app.clock.now(),
        items: batch.items.len() as u64,
        raw_bytes: batch.raw_bytes,
    };
    let sources: Vec<_> = batch.items.into_iter().filter(|source| !source.lost.load(Ordering::Relaxed)).collect();
    if sources.is_empty() {
        return;
    }
    for source in &sources {
        source.attempts.fetch_add(1, Ordering::Relaxed);
    }
    let mut records: Vec<_> =
        sources.iter().map(|source| source.record(SourceState::InProgress, sealed.sealed_on)).collect();
    for record in &mut records {
        record.batch = Some(sealed.clone());
    }
    if let Err(error) = app.queued.log.put(records).await {
        error_sources::log(&error);
    }
    let outcomes = outcomes(app, &sources, &slot).await;
    slot.end_reading();
    report::run(app, sources, outcomes, &sealed).await;
}

/// Returns the outcome of each source, in their order.
async fn outcomes(app: &App, sources: &[Arc<QueuedSource>], slot: &RunSlot) -> Vec<Outcome> {
    match BatchIngestion::prepare(app, &sources[0], slot) {
        Ok(ingestion) => ingestion.run(app, sources).await,
        Err(error) => vec![Outcome::Failed(error); sources.len()],
    }
}

/// What all sources of a batch have in common.
struct BatchIngestion<'a> {
    database: Arc<Database>,
    table: Arc<Table>,
    properties: IngestionProperties,
    slot: &'a RunSlot,
}

impl<'a> BatchIngestion<'a> {
    fn prepare(app: &App, source: &QueuedSource, slot: &'a RunSlot) -> Result<Self, AppError> {
        let message = &source.message;
        let properties = IngestionProperties::of_message(&message.properties)?;
        let state = app.catalog.snapshot();
        let database = state.database(&message.database);
        let database = database.ok_or_else(|| AppError::database_not_found(&message.database))?;
        let Some(table) = database.tables.get(&message.table) else {
            return Err(missing(database, &message.table, &properties));
        };
        check_retention(&state, database, table, properties.created_on, app.clock.now())?;
        Ok(Self { database: database.clone(), table: table.clone(), properties, slot })
    }

    async fn run(mut self, app: &App, sources: &[Arc<QueuedSource>]) -> Vec<Outcome> {
        let mut known: HashMap<SourceId, Outcome> = HashMap::new();
        let ids: Vec<SourceId> = sources.iter().map(|source| source.id()).collect();
        let mut uris = Vec::with_capacity(sources.len());
        for source in sources {
            match SourceUri::parse(&source.message.blob_path) {
                Ok(uri) => uris.push((source.id(), uri)),
                Err(error) => {
                    known.insert(source.id(), Outcome::Failed(error.into()));
                }
            }
        }
        let origin = origin(app, sources);
        let mut prepared = false;
        loop {
            let reserved = app.storage.reserve_sources(self.table.id, &ids).await;
            known.extend(reserved.duplicates.iter().map(|id| (*id, Outcome::Duplicate)));
            let mut seen = HashSet::new();
            let open: Vec<_> =
                uris.iter().filter(|(id, _)| !known.contains_key(id) && seen.insert(*id)).cloned().collect();
            if open.is_empty() {
                break;
            }
            // Saves the reading; the commit looks again.
            if is_there_already(&app.catalog.snapshot(), &self.table, &self.properties) {
                known.extend(open.iter().map(|(id, _)| (*id, Outcome::Skipped)));
                break;
            }
            let open = if prepared { open } else { self.prepare_table(app, &origin, open, &mut known).await };
            prepared = true;
            if open.is_empty() {
                break;
            }
            let mut reservation = reserved;
            reservation.fresh.retain(|id| !known.contains_key(id));
            let options = IngestOptions {
                created_on: self.properties.created_on,
                tags: self.properties.tags.clone(),
                reservation,
                event: Some(CommitEvent::from("INGEST-DATA")),
                ..IngestOptions::default()
            };
            if self.attempt(app, &origin, open, options, &mut known).await {
                break;
            }
        }
        ids.iter().map(|id| known.get(id).cloned().unwrap_or_else(unknown)).collect()
    }

    /// Does to the table what the properties say before the data comes. Returns the sources that can be ingested.
    async fn prepare_table(
        &mut self,
        app: &App,
        origin: &IngestionOrigin,
        open: Vec<(SourceId, SourceUri)>,
        known: &mut HashMap<SourceId, Outcome>,
    ) -> Vec<(SourceId, SourceUri)> {
        let mut ingestion = self.ingestion(open.iter().map(|(_, uri)| uri.clone()));
        let event = CommitEvent::from("ALTER-MERGE-TABLE");
        let prepared = match ingestion.prepare_table(app, &origin.cancel, event).await {
            Ok(prepared) => prepared,
            Err(error) => vec![Err(error); open.len()],
        };
        self.table = ingestion.table;
        let mut fit = Vec::with_capacity(open.len());
        for (source, outcome) in open.into_iter().zip(prepared) {
            match outcome {
                Ok(()) => fit.push(source),
                Err(error) => {
                    known.insert(source.0, Outcome::Failed(error));
                }
            }
        }
        fit
    }

    fn ingestion(&self, uris: impl Iterator<Item = SourceUri>) -> SourceIngestion {
        SourceIngestion {
            database: self.database.clone(),
            table: self.table.clone(),
            sources: uris.map(Source::Uri).collect(),
            properties: self.properties.clone(),
        }
    }

    /// Tries to ingest `open` together. False if one of them spoiled it for the others, which are to be tried again.
    async fn attempt(
        &self,
        app: &App,
        origin: &IngestionOrigin,
        open: Vec<(SourceId, SourceUri)>,
        options: IngestOptions,
        known: &mut HashMap<SourceId, Outcome>,
    ) -> bool {
        let (ids, uris): (Vec<SourceId>, Vec<SourceUri>) = open.into_iter().unzip();
        let ingestion = self.ingestion(uris.into_iter());
        let all_read = || self.slot.end_reading();
        let (ingested, read) = ingestion.run_each(app, origin, options, ids.clone(), &all_read).await;
        let failed: BTreeMap<usize, AppError> =
            read.iter().enumerate().filter_map(|(at, outcome)| Some((at, outcome.as_ref().err()?.clone()))).collect();
        known.extend(failed.into_iter().map(|(at, error)| (ids[at], Outcome::Failed(error))));
        match ingested {
            // Somebody else's commit brought the tag in the meantime.
            Ok((ingested, _)) if ingested.already_tagged => {
                for id in ids {
                    known.entry(id).or_insert(Outcome::Skipped);
                }
                true
            }
            Ok((ingested, policies)) => {
                let extents: Vec<ExtentId> = ingested.extents.iter().map(|extent| extent.id).collect();
                for (id, outcome) in ids.iter().zip(&read) {
                    if let Ok(rows) = outcome {
                        let (extents, policy_failure) = (extents.clone(), policies.failure.clone());
                        known.insert(*id, Outcome::Succeeded { rows: *rows, extents, policy_failure });
                    }
                }
                true
            }
            // The last one read is at fault, and was told so above: the others are tried without it.
            Err(_) if read.last().is_some_and(Result::is_err) => ids.iter().all(|id| known.contains_key(id)),
            Err(error) => {
                for id in ids {
                    known.entry(id).or_insert_with(|| Outcome::Failed(error.clone()));
                }
                true
            }
        }
    }
}

/// A batch runs to its end whoever waits for it.
fn origin(app: &App, sources: &[Arc<QueuedSource>]) -> IngestionOrigin {
    let mut origin = IngestionOrigin::internal(app, &Cancellation::new());
    if let Some(first) = sources.first() {
        origin.operation = first.operation().unwrap_or(origin.operation);
        origin.activity_id = first.message.id;
        origin.source_path = first.location();
        origin.user.clone_from(&first.message.application);
    }
    origin
}

fn unknown() -> Outcome {
    Outcome::Failed(AppError::internal("The outcome of the ingestion is not known."))
}

/// A table that is not there; but a mapping that is not there either is told first, as the service does.
fn missing(database: &Database, table: &str, properties: &IngestionProperties) -> AppError {
    let format = properties.format.unwrap_or(calypso_formats::DataFormat::DEFAULT);
    if let (MappingChoice::Reference(name), Some(kind)) = (&properties.mapping, format.mapping_kind())
        && !database.mappings.iter().any(|mapping| mapping.name == *name && mapping.kind.serves(kind))
    {
        return AppError::mapping_not_found(table, kind.name(), name);
    }
    AppError::table_not_found(&database.name, table)
}
