//! Use cases: queries, management commands, ingestion. Knows neither axum nor wire envelopes.
//!
//! Every entry takes a [`RequestContext`] first. Transports see [`Service`] and the types of `request`, `response`
//! and `error`. Read `app` (what the service is made of), then `commands` with one file per entity, `streaming_ingest`,
//! `ingestion` and `queued`.

mod request;
mod response;

mod cancellation;
mod error;
mod error_sources;
mod service;

mod app;
mod background;
mod cursor_options;
mod query;
mod running_query;
mod scan;
mod settings;

mod access;
mod async_operations;
mod command_table;
mod commands;
mod entity_name;
mod identity_token;
mod request_log;
mod spill_leftovers;
mod table_definition;

mod ingestion;
mod queued;
mod streaming_ingest;
mod streaming_log;

pub use app::App;
pub use cancellation::{CancelOnDrop, Cancellation};
pub use error::{AppError, AppErrorKind, InnerError};
pub use queued::{QueuedBlob, QueuedOperationStatus, QueuedSettings, QueuedStatistics, QueuedSubmission, SealCount};
pub use request::{
    QueryOptions, QueryRequest, RequestContext, StreamBody, StreamRequest, TRUNCATION_RECORDS_DEFAULT,
    TRUNCATION_SIZE_BYTES_DEFAULT,
};
pub use response::{
    BatchStream, CommandResponse, QueryResponse, QueryStatistics, QueryStatisticsReading, ResultLimits, ResultTable,
    StreamResponse, UpdatePolicyStatus, Visualization,
};
pub use service::Service;
pub use settings::{AppSettings, DATABASE_DEFAULT};
