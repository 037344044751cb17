//! `.list blobs (…)`: the blobs of a container, for people and for `.ingest-from-storage-queued`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/list-blobs>

use calypso_sources::{LISTED_MAX, ListedSource, SourceUri};
use calypso_syntax::ast::command::BlobListing;
use calypso_types::{DateTime, ScalarType};
use serde_json::{Value, json};

use super::path_capture::PathCapture;
use crate::{
    AppError,
    command_table::{CommandTable, count, dynamic},
    commands::CommandScope,
};

/// Most blobs that the command alone answers, as documented.
const SHOWN_MAX: usize = 1_000;

/// A blob that was listed.
pub(super) struct ListedBlob {
    pub(super) source: ListedSource,
    /// What its path says of when its data was created.
    pub(super) created_on: Option<DateTime>,
}

/// Answers `.list blobs`.
pub(super) async fn show(scope: &CommandScope, listing: &BlobListing) -> Result<CommandTable, AppError> {
    let mut result = CommandTable::new(&[
        ("BlobUri", ScalarType::String),
        ("SizeInBytes", ScalarType::Long),
        ("CapturedVariables", ScalarType::Dynamic),
    ]);
    for blob in list(scope, listing, SHOWN_MAX).await? {
        result.push([blob.source.uri.location().into(), count(blob.source.bytes), dynamic(&captured(blob.created_on))]);
    }
    Ok(result)
}

fn captured(created_on: Option<DateTime>) -> Value {
    let Some(at) = created_on.map(DateTime::parts) else { return json!({}) };
    let text = format!("{:02}/{:02}/{:04} {:02}:{:02}:{:02}", at.month, at.day, at.year, at.hour, at.minute, at.second);
    json!({ "creationTime": text })
}

/// Returns the blobs, at most `blobs_max` and at most as many as the command says.
///
/// # Errors
/// When a locator is no container, refuses, or the path format captures something else.
pub(super) async fn list(
    scope: &CommandScope,
    listing: &BlobListing,
    blobs_max: usize,
) -> Result<Vec<ListedBlob>, AppError> {
    let capture = listing.path_format.as_ref().map(PathCapture::new).transpose()?;
    let wanted = listing.files_max.map_or(LISTED_MAX, |count| usize::try_from(count).unwrap_or(LISTED_MAX));
    let wanted = wanted.min(blobs_max);
    let (prefix, suffix) = (listing.prefix.as_deref().unwrap_or(""), listing.suffix.as_deref().unwrap_or(""));
    let mut blobs = Vec::new();
    for locator in &listing.locators {
        let root = SourceUri::parse(&locator.uri)?;
        let found = scope.app.sources.list(&root, prefix, suffix, wanted - blobs.len()).await?;
        blobs.extend(found.into_iter().map(|source| {
            let created_on = capture.as_ref().and_then(|capture| capture.find(source.uri.location()));
            ListedBlob { source, created_on }
        }));
    }
    Ok(blobs)
}
