//! Ingestion into Kusto: streaming, managed streaming and queued.
//!
//! One trait, [`IngestClient`], and three clients behind it. Every call takes a [`Source`] and [`IngestionProperties`],
//! and returns an [`IngestionResult`] that can be awaited to the end of the ingestion: delivery is never silent.
//! <https://learn.microsoft.com/azure/data-explorer/ingest-data-overview>
//!
//! ```no_run
//! # async fn example() -> Result<(), kusto_ingest::Error> {
//! use std::time::Duration;
//! use kusto_ingest::{IngestClient as _, IngestionProperties, ManagedStreamingIngestClient};
//!
//! let client = ManagedStreamingIngestClient::new("http://localhost:8080")?;
//! let properties = IngestionProperties::new("NetDefaultDB", "Events").with_ignore_first_record(true);
//! let result = client.ingest_from_file("events.csv", &properties).await?;
//! let status = result.wait(Duration::from_secs(600)).await?;
//! assert!(status.is_success(), "{:?}", status.details);
//! # Ok(())
//! # }
//! ```
//!
//! The guide, with each option beside those of the other SDKs, is `docs/sdk/kusto-ingest.md`.

// What is told to a client: where to, how, and from what.
mod data_format;
mod ingestion_mapping;
mod ingestion_properties;
mod mapping_kind;
mod validation_policy;

mod source;

// What a client tells.
mod error;
mod ingest_client;
mod ingestion_result;

// Queued ingestion.
mod message;
mod queued_ingest_client;
mod resources;
mod status;
mod status_queues;
mod storage;
mod upload;

// How a client reaches its service.
mod endpoint;
mod ingest_client_options;
mod retry_policy;
mod timing;

// Streaming, alone and managed.
mod managed_streaming_ingest_client;
mod managed_streaming_policy;
mod streaming_failure;
mod streaming_ingest_client;

#[cfg(test)]
mod scripted_service;
#[cfg(test)]
mod scripted_storage;

pub use calypso_protocol::{
    FailureNotice, FailureStatus, IngestionNotice, IngestionStatus as OperationStatus, ReportLevel, ReportMethod,
};
pub use data_format::DataFormat;
pub use error::{Error, ErrorKind};
pub use ingest_client::IngestClient;
pub use ingest_client_options::IngestClientOptions;
pub use ingestion_mapping::{ColumnMapping, IngestionMapping, TransformationMethod};
pub use ingestion_properties::IngestionProperties;
pub use ingestion_result::{IngestionOutcome, IngestionResult, IngestionStatus, StatusReader};
pub use managed_streaming_ingest_client::ManagedStreamingIngestClient;
pub use managed_streaming_policy::{DefaultManagedStreamingPolicy, ManagedStreamingPolicy, streaming_bytes_max};
pub use mapping_kind::MappingKind;
pub use queued_ingest_client::{QueuedIngestClient, Submission};
pub use resources::{ResourceManager, ResourceUri};
pub use retry_policy::RetryPolicy;
pub use source::{Compression, Source};
pub use status_queues::{IngestionStatusQueues, StatusQueue};
pub use streaming_failure::{StreamingFailure, StreamingFailureCategory};
pub use streaming_ingest_client::StreamingIngestClient;
pub use validation_policy::{ValidationImplications, ValidationOptions, ValidationPolicy};
