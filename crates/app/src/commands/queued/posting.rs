//! `.ingest-from-storage-queued into table …`: blobs by name or by listing become messages of one operation.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-storage-queued>

use std::collections::BTreeMap;

use calypso_model::SourceId;
use calypso_sources::{LISTED_MAX, SourceUri};
use calypso_syntax::ast::command::{CommandProperties, QueuedIngestion, QueuedSource};
use calypso_types::Scalar;

use super::blob_listing::{self, ListedBlob};
use crate::{
    AppError, QueuedBlob, QueuedSubmission, access, command_table::CommandTable, commands::CommandScope,
    ingestion::IngestionProperties,
};

/// Options of the command that the documentation also writes among the properties.
const OPTIONS: [&str; 2] = ["enabletracking", "skipbatching"];
/// How many bytes a compressed byte is taken to stand for, as everywhere in the service.
const COMPRESSION_FACTOR_DEFAULT: f64 = 11.0;
/// Ends of names of compressed blobs.
const COMPRESSED: [&str; 2] = [".gz", ".zip"];

/// Queues the blobs and answers with the operation's id. Every operation can be asked for, as in the service, which
/// gives an id to untracked ones as well.
pub(super) async fn ingest(scope: &CommandScope, ingestion: QueuedIngestion) -> Result<CommandTable, AppError> {
    let database = ingestion.table.database.as_ref().map_or(scope.database_name(), |name| name.text.as_str());
    let (database, table) = (database.to_owned(), ingestion.table.name.text.clone());
    access::authorize_queued_ingestion(&scope.ctx, &database, &table)?;
    let in_properties = ingestion.properties.flag("skipBatching");
    let properties = properties(&ingestion.properties)?;
    let submission = QueuedSubmission {
        database,
        table,
        blobs: blobs(scope, &ingestion).await?,
        properties,
        skip_batching: ingestion.skip_batching.or(in_properties).unwrap_or(false),
        delete_after_download: false,
        track: true,
        application: scope.ctx.application.clone(),
    };
    let operation = scope.app.submit_queued(submission).await?;
    let operation = operation.ok_or_else(|| AppError::internal("a tracked submission has no operation"))?;
    let show = format!(".show queued ingestion operations \"{operation}\"");
    Ok(CommandTable::of_strings(&["IngestionOperationId", "ClientRequestId", "OperationInfo"]).with([
        operation.to_string().into(),
        scope.ctx.client_request_id.as_str().into(),
        show.into(),
    ]))
}

/// Returns the properties as a message carries them: names in lower case, values as text.
fn properties(given: &CommandProperties) -> Result<BTreeMap<String, String>, AppError> {
    let is_option = |name: &str| OPTIONS.contains(&name.to_ascii_lowercase().as_str());
    let kept = given.0.iter().filter(|property| !is_option(&property.name.text)).cloned();
    let kept = CommandProperties(kept.collect());
    // A message may carry what nobody knows; a command may not.
    IngestionProperties::read(&kept)?;
    let text = |value: &Scalar, text: String| match value {
        Scalar::Dynamic(_) => {
            let mut json = String::new();
            value.write_json(&mut json);
            json
        }
        _ => text,
    };
    let named =
        kept.0.iter().map(|property| (property.name.text.to_ascii_lowercase(), text(&property.value, property.text())));
    Ok(named.collect())
}

async fn blobs(scope: &CommandScope, ingestion: &QueuedIngestion) -> Result<Vec<QueuedBlob>, AppError> {
    let new_source = || SourceId(scope.app.ids.next_id());
    let blobs: Vec<QueuedBlob> = match &ingestion.source {
        QueuedSource::Blobs(blobs) => {
            let blob = |uri: &str| {
                SourceUri::parse(uri)?;
                Ok(QueuedBlob { uri: uri.to_owned(), source: new_source(), raw_bytes: None, created_on: None })
            };
            blobs.iter().map(|named| blob(&named.uri)).collect::<Result<_, AppError>>()?
        }
        QueuedSource::Listing(listing) => {
            let listed = blob_listing::list(scope, listing, LISTED_MAX).await?;
            let blob = |blob: &ListedBlob| QueuedBlob {
                uri: blob.source.uri.secret_text().to_owned(),
                source: new_source(),
                raw_bytes: Some(raw_bytes(blob, ingestion.compression_factor)),
                created_on: blob.created_on,
            };
            listed.iter().map(blob).collect()
        }
    };
    if blobs.is_empty() {
        return Err(AppError::argument("there are no blobs to ingest: the listing is empty"));
    }
    Ok(blobs)
}

/// Returns the bytes before compression: by the command's factor, or by the usual one where the name says that the
/// blob is compressed.
fn raw_bytes(blob: &ListedBlob, factor: Option<f64>) -> u64 {
    let name = blob.source.uri.file_name().to_ascii_lowercase();
    let is_compressed = COMPRESSED.iter().any(|end| name.ends_with(end));
    let factor = factor.unwrap_or(if is_compressed { COMPRESSION_FACTOR_DEFAULT } else { 1.0 });
    (blob.source.bytes as f64 * factor) as u64
}
