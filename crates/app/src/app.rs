//! The application: what it is made of, how it opens and closes.

use std::sync::Arc;

use async_trait::async_trait;
use calypso_catalog::{Catalog, CommitEvent, IngestionLog};
use calypso_clock::{Clock, Ids};
use calypso_model::{Change, Database, DatabaseId, Policies};
use calypso_protocol::{IngestionConfiguration, OperationStatus, SubmissionBody};
use calypso_query::QueryEngine;
use calypso_sources::Sources;
use calypso_staging::StagingAccount;
use calypso_storage::Storage;
use calypso_types::DateTime;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    AppError, AppSettings, CommandResponse, DATABASE_DEFAULT, QueryRequest, QueryResponse, QueuedStatistics,
    RequestContext, Service, StreamRequest, StreamResponse,
    async_operations::AsyncOperations,
    background::Background,
    commands,
    identity_token::IdentityTokens,
    ingestion::IngestionFailures,
    queued::{self, Queued},
    request_log::RequestLog,
    running_query, spill_leftovers, streaming_ingest,
    streaming_log::StreamingLog,
};

/// The file of the catalog in the data directory.
const CATALOG_FILE: &str = "catalog.db";

/// The file of the log of queued ingestion.
const INGESTION_LOG_FILE: &str = "ingestions.db";

/// The service over one data directory. Clones share it.
#[derive(Clone)]
pub struct App {
    pub(crate) settings: Arc<AppSettings>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) storage: Storage,
    pub(crate) engine: Arc<QueryEngine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) requests: Arc<RequestLog>,
    pub(crate) streaming: Arc<StreamingLog>,
    pub(crate) failures: Arc<IngestionFailures>,
    pub(crate) operations: Arc<AsyncOperations>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) queued: Arc<Queued>,
    pub(crate) identity_tokens: Arc<IdentityTokens>,
    /// One permit per body or source being read off the async threads.
    pub(crate) readers: Arc<Semaphore>,
    pub(crate) started_on: DateTime,
    background: Arc<Mutex<Option<Background>>>,
}

impl App {
    /// Opens the service: creates what is missing, recovers what a crash left. Background work does not run yet.
    /// Clients of queued ingestion post to `staging`.
    ///
    /// # Errors
    /// When the data directory is in use or cannot be read, or stored data is damaged. The error's particulars are in
    /// the log.
    pub async fn open(
        settings: AppSettings,
        staging: Arc<dyn StagingAccount>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, AppError> {
        let data_dir = settings.data_dir.clone();
        tokio::fs::create_dir_all(&data_dir).await.map_err(|error| {
            AppError::unavailable(format!("cannot create the data directory '{}': {error}", data_dir.display()))
        })?;
        let catalog = Catalog::open(&data_dir.join(CATALOG_FILE), clock.clone(), ids.clone()).await?;
        let catalog = Arc::new(catalog);
        let storage = Storage::open(settings.storage.clone(), catalog.clone(), clock.clone(), ids.clone()).await?;
        let log = IngestionLog::open(&data_dir.join(INGESTION_LOG_FILE)).await?;
        spill_leftovers::delete(&settings.engine.spill_directory);
        let engine = QueryEngine::new(&settings.engine)?;
        let app = Self {
            catalog,
            storage,
            engine: Arc::new(engine),
            requests: Arc::new(RequestLog::new(clock.clone())),
            streaming: Arc::new(StreamingLog::default()),
            failures: Arc::new(IngestionFailures::default()),
            operations: Arc::new(AsyncOperations::new(settings.async_operations_max)),
            sources: Arc::new(Sources::new(settings.sources.clone())),
            identity_tokens: Arc::new(IdentityTokens::open(&settings.data_dir, &*ids)?),
            queued: Arc::new(Queued::new(settings.queued.clone(), staging, log)),
            readers: Arc::new(Semaphore::new(settings.readers_max.clamp(1, Semaphore::MAX_PERMITS))),
            started_on: clock.now(),
            background: Arc::default(),
            settings: Arc::new(settings),
            clock,
            ids,
        };
        app.create_missing_databases().await?;
        Ok(app)
    }

    /// Returns the bytes of rows that are in no extent yet, of all tables.
    #[must_use]
    pub fn row_store_bytes(&self) -> u64 {
        self.storage.row_store_statistics().iter().map(|statistics| statistics.bytes).sum()
    }

    /// Starts sealing, merging, retention, and the batching manager. Starting again does nothing.
    pub fn start_background(&self) {
        let mut background = self.background.lock();
        if background.is_none() {
            *background = Some(Background::start(self));
        }
    }

    /// Ends background work, cancels running requests of `async` commands, and closes storage and catalog. Rows that
    /// were acknowledged are there at the next start.
    ///
    /// # Errors
    /// The first failure; the rest is closed all the same.
    pub async fn shutdown(&self) -> Result<(), AppError> {
        self.operations.shutdown().await;
        let background = self.background.lock().take();
        if let Some(background) = background {
            background.shutdown().await;
        }
        let storage = self.storage.shutdown().await;
        let catalog = self.catalog.close().await;
        storage?;
        catalog?;
        Ok(())
    }

    async fn create_missing_databases(&self) -> Result<(), AppError> {
        let names: Vec<String> =
            std::iter::once(DATABASE_DEFAULT.to_owned()).chain(self.settings.databases.iter().cloned()).collect();
        for name in &names {
            crate::entity_name::check("Database", name)?;
        }
        let event = CommitEvent::from("CREATE-DATABASE");
        self.catalog
            .update(event, |state| {
                let mut created: Vec<Database> = Vec::new();
                for name in names {
                    let known = created.iter().any(|database| database.name.eq_ignore_ascii_case(&name));
                    if !known && state.database(&name).is_none() {
                        created.push(self.new_database(&name));
                    }
                }
                Ok((created.into_iter().map(|database| Change::PutDatabase(Arc::new(database))).collect(), ()))
            })
            .await
    }

    /// Returns an empty database called `name`.
    pub(crate) fn new_database(&self, name: &str) -> Database {
        Database {
            id: DatabaseId(self.ids.next_id()),
            name: name.to_owned(),
            pretty_name: String::new(),
            created_on: self.clock.now(),
            policies: Policies::default(),
            mappings: Vec::new(),
            tables: Default::default(),
            functions: Default::default(),
        }
    }
}

#[async_trait]
impl Service for App {
    async fn query(&self, ctx: RequestContext, request: QueryRequest) -> Result<QueryResponse, AppError> {
        running_query::run(self, &ctx, &request).await
    }

    async fn command(&self, ctx: RequestContext, request: QueryRequest) -> Result<CommandResponse, AppError> {
        commands::run(self, ctx, request).await
    }

    async fn stream_ingest(&self, ctx: RequestContext, request: StreamRequest) -> Result<StreamResponse, AppError> {
        streaming_ingest::run(self, &ctx, request).await
    }

    async fn ingestion_configuration(&self, ctx: RequestContext) -> Result<IngestionConfiguration, AppError> {
        queued::configuration(self, &ctx).await
    }

    async fn queue_ingestion(
        &self,
        ctx: RequestContext,
        database: String,
        table: String,
        body: SubmissionBody,
    ) -> Result<Option<Uuid>, AppError> {
        queued::submit(self, &ctx, database, table, body).await
    }

    async fn queued_ingestion_status(
        &self,
        ctx: RequestContext,
        database: String,
        table: String,
        operation: String,
        details: bool,
    ) -> Result<OperationStatus, AppError> {
        queued::status(self, &ctx, &database, &table, &operation, details).await
    }

    fn queued_ingestion_statistics(&self) -> QueuedStatistics {
        self.queued_statistics()
    }
}
