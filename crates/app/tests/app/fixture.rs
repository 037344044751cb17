//! A service over a temporary directory, with a clock that stands still and results as text.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use calypso_app::{
    App, AppError, AppSettings, QueryRequest, RequestContext, ResultTable, Service as _, StreamBody, StreamRequest,
    StreamResponse,
};
use calypso_catalog::{IngestionLog, SourceRecord, SourceState};
use calypso_clock::{Clock as _, ManualClock, SeededIds};
use calypso_columns::scalar_at;
use calypso_model::SourceId;
use calypso_types::{DateTime, Scalar, TimeSpan};
use futures::TryStreamExt as _;
use tempfile::TempDir;
use uuid::Uuid;

use crate::memory_staging::MemoryStaging;

/// See the file's header.
pub(crate) struct Fixture {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) staging: Arc<MemoryStaging>,
    seed: u64,
    dir: TempDir,
}

impl Fixture {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut AppSettings)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(DateTime::parse("2026-01-02T03:04:05Z").unwrap()));
        let mut settings = settings(dir.path());
        change(&mut settings);
        let staging = Arc::new(MemoryStaging::new());
        let ids = Arc::new(SeededIds::new(7));
        let app = App::open(settings, staging.clone(), clock.clone(), ids).await.unwrap();
        Self { app, clock, staging, seed: 7, dir }
    }

    /// Closes the service and opens it again over the same directory.
    pub(crate) async fn reopen(mut self) -> Self {
        self.app.shutdown().await.unwrap();
        self.seed += 1;
        let ids = Arc::new(SeededIds::new(self.seed));
        let settings = settings(self.dir.path());
        self.app = App::open(settings, self.staging.clone(), self.clock.clone(), ids).await.unwrap();
        self
    }

    /// Leaves the trace of a process that ended while it ingested a source, and of as many before it.
    pub(crate) async fn remember_under_way(&self, source: SourceId, table: &str, before: u32) {
        let log = IngestionLog::open(&self.dir.path().join("ingestions.db")).await.unwrap();
        let record = SourceRecord {
            source,
            database: "NetDefaultDB".to_owned(),
            table: table.to_owned(),
            operation: None,
            path: String::new(),
            state: SourceState::InProgress,
            received_on: self.clock.now(),
            updated_on: self.clock.now(),
            raw_bytes: 0,
            attempts: 1,
            interruptions: before,
            batch: None,
            extents: Vec::new(),
            rows: 0,
            failure: None,
        };
        log.put(vec![record]).await.unwrap();
    }

    pub(crate) fn context(&self) -> RequestContext {
        let mut context = RequestContext::internal(Uuid::from_u128(1), self.clock.now());
        context.principal = "anonymous".to_owned();
        context.origin = "http://localhost:8080".to_owned();
        context
    }

    fn request(database: &str, text: &str) -> QueryRequest {
        QueryRequest { database: Some(database.to_owned()), text: text.to_owned(), ..QueryRequest::default() }
    }

    /// Runs a command in `NetDefaultDB`; the first result as text, see [`text_of`].
    pub(crate) async fn command(&self, text: &str) -> Result<String, AppError> {
        self.command_in("NetDefaultDB", text).await
    }

    pub(crate) async fn command_in(&self, database: &str, text: &str) -> Result<String, AppError> {
        let response = self.app.command(self.context(), Self::request(database, text)).await?;
        text_of(response.tables.into_iter().next().unwrap()).await
    }

    /// Runs a command that must succeed.
    pub(crate) async fn done(&self, text: &str) -> String {
        self.command(text).await.unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// Runs a command that must fail; its code.
    pub(crate) async fn refused(&self, text: &str) -> String {
        match self.command(text).await {
            Ok(answer) => panic!("{text} answered {answer}"),
            Err(error) => error.code.into_owned(),
        }
    }

    /// Runs a command; its answer, unless it fails.
    pub(crate) async fn refused_or_done(&self, text: &str) -> Option<String> {
        self.command(text).await.ok()
    }

    /// Runs a command with a tail; all its results.
    pub(crate) async fn results(&self, text: &str) -> Vec<String> {
        let response = self.app.command(self.context(), Self::request("NetDefaultDB", text)).await.unwrap();
        assert!(!response.plain);
        let mut results = Vec::new();
        for table in response.tables {
            results.push(text_of(table).await.unwrap());
        }
        results
    }

    /// Runs a query; its first result as text.
    pub(crate) async fn query(&self, text: &str) -> String {
        let request = Self::request("NetDefaultDB", text);
        let response = self.app.query(self.context(), request).await.unwrap_or_else(|e| panic!("{text}: {e:?}"));
        text_of(response.tables.into_iter().next().unwrap()).await.unwrap()
    }

    /// Streams a body into a table of `NetDefaultDB`.
    pub(crate) async fn stream(
        &self,
        table: &str,
        format: &str,
        mapping: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<StreamResponse, AppError> {
        let request = stream_request(table, format, mapping, body);
        self.app.stream_ingest(self.context(), request).await
    }
}

fn settings(dir: &Path) -> AppSettings {
    let mut settings = AppSettings::new(dir);
    settings.engine.memory_bytes_max = 256 << 20;
    settings.engine.threads = 2;
    settings.queued.poll_interval = std::time::Duration::from_millis(5);
    settings.queued.gather = TimeSpan::ZERO;
    settings.databases = vec!["Second".to_owned()];
    settings
}

pub(crate) fn stream_request(
    table: &str,
    format: &str,
    mapping: Option<&str>,
    body: impl Into<Bytes>,
) -> StreamRequest {
    StreamRequest {
        database: "NetDefaultDB".to_owned(),
        table: table.to_owned(),
        format: format.to_owned(),
        mapping: mapping.map(str::to_owned),
        body: StreamBody::Bytes(body.into()),
        source_id: None,
    }
}

/// Column names, then rows; values separated by `|`, lines by newlines.
pub(crate) async fn text_of(table: ResultTable) -> Result<String, AppError> {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![names.join("|")];
    let mut batches = table.batches;
    while let Some(batch) = batches.try_next().await? {
        for row in 0..batch.num_rows() {
            let values = table.columns.iter().enumerate().map(|(position, column)| {
                match scalar_at(batch.column(position), column.ty, row) {
                    Scalar::Null(_) => "null".to_owned(),
                    value => value.to_text(),
                }
            });
            lines.push(values.collect::<Vec<_>>().join("|"));
        }
    }
    Ok(lines.join("\n"))
}
