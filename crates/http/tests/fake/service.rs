//! A service with canned answers, and a caller without a network.
#![allow(dead_code, clippy::unwrap_used, reason = "every test file uses its part; a failing fake is a failing test")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use bytes::Bytes;
use calypso_app::{
    AppError, CommandResponse, QueryRequest, QueryResponse, QueryStatistics, QueuedStatistics, RequestContext,
    ResultTable, SealCount, Service, StreamRequest, StreamResponse, Visualization,
};
use calypso_clock::{ManualClock, SeededIds};
use calypso_columns::{Column, batch_from_rows};
use calypso_http::{HttpSettings, Transport, router};
use calypso_protocol::{
    BlobFailure, BlobStatus, FailureStatus, IngestionConfiguration, OperationStatus, SubmissionBody,
};
use calypso_types::{DateTime, Scalar, ScalarType};
use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use tower::ServiceExt as _;
use uuid::Uuid;

/// The id of the first request that a [`Fake`] serves.
pub(crate) const ACTIVITY: &str = "<activity>";

type QueryAnswer = Box<dyn Fn(&RequestContext, &QueryRequest) -> Result<QueryResponse, AppError> + Send + Sync>;
type CommandAnswer = Box<dyn Fn(&QueryRequest) -> Result<CommandResponse, AppError> + Send + Sync>;
type StreamAnswer = Box<dyn Fn(&StreamRequest) -> Result<StreamResponse, AppError> + Send + Sync>;

/// What the service was asked and what it answers.
pub(crate) struct Fake {
    pub(crate) query: QueryAnswer,
    pub(crate) command: CommandAnswer,
    pub(crate) stream: StreamAnswer,
    pub(crate) hang: bool,
    pub(crate) queries: Mutex<Vec<(RequestContext, QueryRequest)>>,
    pub(crate) streams: Mutex<Vec<StreamRequest>>,
    /// Submissions of queued ingestion: database, table, body.
    pub(crate) submissions: Mutex<Vec<(String, String, SubmissionBody)>>,
    pub(crate) calls: AtomicU64,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            query: Box::new(|_, request| Ok(response(vec![two_rows()], request))),
            command: Box::new(|_| Ok(CommandResponse::plain(two_rows()))),
            stream: Box::new(|_| Ok(StreamResponse { consumed_records: 10, ..StreamResponse::default() })),
            hang: false,
            queries: Mutex::default(),
            streams: Mutex::default(),
            submissions: Mutex::default(),
            calls: AtomicU64::new(0),
        }
    }
}

#[async_trait]
impl Service for Fake {
    async fn query(&self, ctx: RequestContext, request: QueryRequest) -> Result<QueryResponse, AppError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.queries.lock().push((ctx.clone(), request.clone()));
        if self.hang {
            std::future::pending::<()>().await;
        }
        (self.query)(&ctx, &request)
    }

    async fn command(&self, ctx: RequestContext, request: QueryRequest) -> Result<CommandResponse, AppError> {
        self.queries.lock().push((ctx, request.clone()));
        (self.command)(&request)
    }

    async fn stream_ingest(&self, _ctx: RequestContext, request: StreamRequest) -> Result<StreamResponse, AppError> {
        self.streams.lock().push(request.clone());
        if self.hang {
            std::future::pending::<()>().await;
        }
        (self.stream)(&request)
    }

    async fn ingestion_configuration(&self, ctx: RequestContext) -> Result<IngestionConfiguration, AppError> {
        let containers = vec![format!("{}/store/temp?sig=x", ctx.origin)];
        Ok(IngestionConfiguration { containers, blobs_max: 20, data_bytes_max: 6, prefers_rest: true })
    }

    /// An operation's id is that of its first source.
    async fn queue_ingestion(
        &self,
        _: RequestContext,
        database: String,
        table: String,
        body: SubmissionBody,
    ) -> Result<Option<Uuid>, AppError> {
        let operation = body.blobs[0].source_id.filter(|_| body.enable_tracking);
        self.submissions.lock().push((database, table, body));
        Ok(operation)
    }

    /// Knows the operation `known` only, of which one blob failed.
    async fn queued_ingestion_status(
        &self,
        _: RequestContext,
        database: String,
        table: String,
        operation: String,
        details: bool,
    ) -> Result<OperationStatus, AppError> {
        if operation != "known" {
            return Err(AppError::entity_not_found("Queued ingestion operation", &operation));
        }
        let at = DateTime::parse("2020-01-01").unwrap();
        let failure = BlobFailure {
            error_code: "Download_SourceNotFound".to_owned(),
            status: FailureStatus::Permanent,
            details: "gone".to_owned(),
        };
        let blob = BlobStatus {
            source_id: Uuid::from_u128(1),
            url: format!("http://store/{database}/{table}"),
            status: "Failed",
            started_on: at,
            updated_on: at,
            failure: Some(failure),
        };
        Ok(OperationStatus {
            started_on: at,
            updated_on: at,
            succeeded: 0,
            failed: 1,
            in_progress: 0,
            canceled: 0,
            details: details.then(|| vec![blob]),
        })
    }

    fn queued_ingestion_statistics(&self) -> QueuedStatistics {
        let sealed = SealCount { batches: 2, items: 3, raw_bytes: 4 };
        QueuedStatistics {
            received: 5,
            sealed: [("Time", sealed)].into(),
            failed: [("Download_SourceNotFound".to_owned(), 6)].into(),
            oldest: DateTime::parse("2019-12-31T23:59:00Z"),
            ..QueuedStatistics::default()
        }
    }
}

/// Returns a response whose limits are those of the request's options.
pub(crate) fn response(tables: Vec<ResultTable>, request: &QueryRequest) -> QueryResponse {
    QueryResponse {
        cursor: None,
        tables,
        visualization: None,
        statistics: Arc::new(QueryStatistics::default()),
        limits: request.options.result_limits(),
    }
}

/// Returns a rendered response.
pub(crate) fn rendered(tables: Vec<ResultTable>, request: &QueryRequest) -> QueryResponse {
    let visualization = Visualization {
        chart: "timechart".to_owned(),
        properties: [("title".to_owned(), "x".into())].into(),
        is_query_sorted: false,
    };
    QueryResponse { visualization: Some(visualization), ..response(tables, request) }
}

/// Returns the columns `a: long, b: string`.
pub(crate) fn columns() -> Vec<Column> {
    vec![Column::new("a", ScalarType::Long), Column::new("b", ScalarType::String)]
}

/// Returns one batch of `columns()` with the numbers of `range`.
pub(crate) fn batch(range: std::ops::Range<i64>) -> RecordBatch {
    let rows: Vec<Vec<Scalar>> = range.map(|n| vec![Scalar::Long(n), Scalar::String(format!("r{n}"))]).collect();
    batch_from_rows(&columns(), &rows).unwrap()
}

/// Returns a table with the rows 1 and 2.
pub(crate) fn two_rows() -> ResultTable {
    ResultTable::from_batches(ResultTable::PRIMARY, columns(), vec![batch(1..3)])
}

/// Returns a table that gives `batches` and then fails with `error`.
pub(crate) fn failing(batches: Vec<RecordBatch>, error: AppError) -> ResultTable {
    let items = batches.into_iter().map(Ok).chain([Err(error)]);
    ResultTable {
        name: ResultTable::PRIMARY.to_owned(),
        columns: columns(),
        batches: stream::iter(items.collect::<Vec<_>>()).boxed(),
    }
}

/// Returns the router over `service`; time stands at 2020-01-01 and ids follow from a seed.
pub(crate) fn app(service: Arc<Fake>) -> Router {
    app_with(service, HttpSettings::default())
}

/// As [`app`], with other settings.
pub(crate) fn app_with(service: Arc<Fake>, settings: HttpSettings) -> Router {
    let now = DateTime::parse("2020-01-01").unwrap();
    router(Transport {
        clock: Arc::new(ManualClock::new(now)),
        ids: Arc::new(SeededIds::new(7)),
        settings,
        ..Transport::new(service)
    })
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body, with ids that vary replaced by names.
    pub(crate) text: String,
}

/// Sends `request` through `app`.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let activity = parts.headers.get("x-ms-activity-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    let process = format!("\"processId\":{}", std::process::id());
    let text = String::from_utf8_lossy(&body).replace(&activity, ACTIVITY).replace(&process, "\"processId\":0");
    Answer { status: parts.status, headers: parts.headers, body, text }
}

/// Posts `body` to `path` with a client request id.
pub(crate) async fn post(app: &Router, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("x-ms-client-request-id", "test;1").body(body.into()).unwrap();
    send(app, request).await
}

/// Posts a statement with options given as JSON text.
pub(crate) async fn ask(app: &Router, path: &str, csl: &str, options: &str) -> Answer {
    let csl = serde_json::to_string(csl).unwrap();
    post(app, path, format!(r#"{{"db":"d","csl":{csl},"properties":{{"Options":{options}}}}}"#)).await
}
