//! Streaming ingestion: a body becomes rows that are durable and visible when the call returns.
//!
//! <https://learn.microsoft.com/kusto/api/rest/streaming-ingest>. Small bodies are read where they arrive; larger
//! ones on a bounded number of blocking threads. Update policies run before the rows are appended, and what they derive is
//! appended with them.

use std::{io::Cursor, sync::Arc};

use arrow::{array::RecordBatch, compute::concat_batches};
use bytes::Bytes;
use calypso_columns::arrow_schema;
use calypso_formats::{Compression, DataFormat, Ingestion, Options, read_body};
use calypso_model::{ClusterState, Database, EffectivePolicies, IngestionMapping, OperationId, SourceId, Table};
use calypso_sources::SourceUri;
use calypso_types::DateTime;

use crate::{
    App, AppError, RequestContext, StreamBody, StreamRequest, StreamResponse, UpdatePolicyStatus, access,
    error_sources,
    ingestion::{
        IngestionOrigin, check_retention, fetch_bytes, find_mapping,
        update_policies::{self, UpdatePolicyOutcome},
    },
    streaming_log::StreamingEvent,
    table_definition::columns_of,
};

/// Uncompressed bodies below this are read on the async thread.
const INLINE_BYTES_MAX: usize = 64 * 1024;
/// Compressed bodies below this are read on the async thread: at most a thousandfold of it comes out.
const INLINE_COMPRESSED_BYTES_MAX: usize = 4 * 1024;
/// Rows of one batch: practically every body becomes a single one.
const BATCH_ROWS: usize = 1 << 20;

/// Runs one streaming ingestion.
pub(crate) async fn run(app: &App, ctx: &RequestContext, request: StreamRequest) -> Result<StreamResponse, AppError> {
    access::authorize_ingestion(ctx, &request)?;
    let mut seen = Seen::default();
    let result = ingest(app, ctx, &request, &mut seen).await;
    app.streaming.note(&StreamingEvent {
        database: &request.database,
        table: &request.table,
        principal: &ctx.principal,
        format: &request.format,
        mapping: request.mapping.as_deref(),
        compressed: seen.compressed,
        from_storage: matches!(request.body, StreamBody::BlobUri(_)),
        activity_id: ctx.activity_id,
        started_on: ctx.started_on,
        ended_on: app.clock.now(),
        bytes: seen.bytes,
        rows: result.as_ref().map_or(0, |response| response.consumed_records),
        error: result.as_ref().err(),
    });
    result
}

/// What the statistics want to know of the body.
#[derive(Default)]
struct Seen {
    bytes: u64,
    compressed: bool,
}

async fn ingest(
    app: &App,
    ctx: &RequestContext,
    request: &StreamRequest,
    seen: &mut Seen,
) -> Result<StreamResponse, AppError> {
    let target = Target::find(&app.catalog.snapshot(), request, ctx.started_on)?;
    let source = request.source_id.map(SourceId);
    if source.is_some_and(|source| app.storage.has_source(target.table.id, source)) {
        return Ok(StreamResponse::default());
    }
    let (body, location) = match &request.body {
        StreamBody::Bytes(bytes) => (bytes.clone(), None),
        StreamBody::BlobUri(uri) => {
            let uri = SourceUri::parse(uri)?;
            let bytes_max = app.settings.streaming_body_bytes_max;
            let body = fetch_bytes(app, &ctx.cancel, &uri, bytes_max).await?;
            (body, Some(uri.location().to_owned()))
        }
    };
    seen.bytes = body.len() as u64;
    seen.compressed = Compression::sniff(&body) != Compression::None;
    if body.is_empty() {
        return Err(AppError::coded("Stream_NoDataToIngest", "Stream_NoDataToIngest: the request's body is empty."));
    }
    let table = target.table.clone();
    let mut origin = IngestionOrigin::of_request(ctx, OperationId(ctx.activity_id), "StreamingIngestion");
    origin.source_path = location.clone().unwrap_or_default();
    let batch = read(app, target, body, location, seen.compressed).await?;
    let (appended, outcome) = update_policies::append(app, &origin, &table, batch, source).await?;
    Ok(StreamResponse { consumed_records: appended.rows, update_policy: status(outcome) })
}

fn status(outcome: UpdatePolicyOutcome) -> UpdatePolicyStatus {
    match outcome {
        UpdatePolicyOutcome { active: false, .. } => UpdatePolicyStatus::Inactive,
        UpdatePolicyOutcome { failure: None, .. } => UpdatePolicyStatus::Succeeded,
        UpdatePolicyOutcome { failure: Some(error), .. } => {
            UpdatePolicyStatus::Failed { code: error.code.into_owned(), reason: error.message }
        }
    }
}

/// What a request writes into, and how its body is read.
struct Target {
    table: Arc<Table>,
    format: DataFormat,
    mapping: Option<Arc<IngestionMapping>>,
}

impl Target {
    fn find(state: &ClusterState, request: &StreamRequest, now: DateTime) -> Result<Self, AppError> {
        let database = state.database(&request.database);
        let database: &Database = database.ok_or_else(|| AppError::database_not_found(&request.database))?;
        let table = database.tables.get(&request.table);
        let table = table.ok_or_else(|| AppError::table_not_found(&database.name, &request.table))?;
        let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies);
        if !policies.streaming_ingestion().is_enabled {
            return Err(AppError::streaming_policy_not_enabled(&database.name, &table.name));
        }
        check_retention(state, database, table, None, now)?;
        let format = DataFormat::from_name(&request.format)?;
        let mapping = match &request.mapping {
            Some(name) => Some(find_mapping(database, table, format, name)?),
            None => None,
        };
        Ok(Self { table: table.clone(), format, mapping })
    }
}

async fn read(
    app: &App,
    target: Target,
    body: Bytes,
    location: Option<String>,
    compressed: bool,
) -> Result<RecordBatch, AppError> {
    let options = Options {
        source_location: location,
        decompressed_bytes_max: app.settings.streaming_decompressed_bytes_max,
        spool_directory: Some(app.settings.sources.spool_dir.clone()),
        ..Options::default()
    };
    let inline_max =
        if compressed || target.format.is_compact() { INLINE_COMPRESSED_BYTES_MAX } else { INLINE_BYTES_MAX };
    if body.len() < inline_max {
        return parse(&target, body, options);
    }
    let permit = app.readers.clone().acquire_owned().await;
    let reading = tokio::task::spawn_blocking(move || {
        let batch = parse(&target, body, options);
        drop(permit);
        batch
    });
    reading.await.unwrap_or_else(|error| {
        error_sources::log(&error);
        Err(AppError::internal("Reading the body failed."))
    })
}

fn parse(target: &Target, body: Bytes, options: Options) -> Result<RecordBatch, AppError> {
    let columns = columns_of(&target.table);
    let ingestion = Ingestion {
        format: target.format,
        columns: &columns,
        mapping: target.mapping.as_deref(),
        options,
        batch_rows: BATCH_ROWS,
    };
    let mut batches = Vec::with_capacity(1);
    read_body(Cursor::new(body), &ingestion, &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    if batches.len() == 1
        && let Some(batch) = batches.pop()
    {
        return Ok(batch);
    }
    concat_batches(&arrow_schema(&columns), &batches).map_err(|error| {
        error_sources::log(&error);
        AppError::internal("Joining the batches of a body failed.")
    })
}
