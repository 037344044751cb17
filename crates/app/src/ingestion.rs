//! Bringing sources into extents: what `.ingest` commands share, and what queued ingestion will share.
//!
//! `properties` says how, `calypso_sources` gets the bytes, `source_ingestion` feeds them through the readers into
//! storage, `update_policies` derives from them what goes into other tables, `failures` remembers what went wrong.

mod failures;
mod origin;
mod properties;
mod source_ingestion;
#[cfg(test)]
mod tests;
pub(crate) mod update_policies;

use std::sync::Arc;

use calypso_formats::DataFormat;
use calypso_model::{ClusterState, Database, EffectivePolicies, IngestionMapping, Table};
use calypso_types::{DateTime, TimeSpan};

pub(crate) use failures::{IngestionFailure, IngestionFailures};
pub(crate) use origin::IngestionOrigin;
pub(crate) use properties::{INGEST_BY, IngestionProperties, MappingChoice, not_supported_here};
pub(crate) use source_ingestion::{Source, SourceIngestion, fetch_bytes};

use crate::AppError;

/// Returns the mapping called `name` for data of `format`: the table's, else the database's.
///
/// # Errors
/// `BadRequest_MappingReferenceWasNotFound` when neither has one of the format's kind.
pub(crate) fn find_mapping(
    database: &Database,
    table: &Table,
    format: DataFormat,
    name: &str,
) -> Result<Arc<IngestionMapping>, AppError> {
    let Some(kind) = format.mapping_kind() else {
        return Err(AppError::coded(
            "BadRequest_InvalidMappingReference",
            format!("Data of format '{format}' takes no ingestion mapping, but '{name}' was given."),
        ));
    };
    let mut mappings = table.mappings.iter().chain(&database.mappings);
    let found = mappings.find(|mapping| mapping.name == name && mapping.kind.serves(kind)).cloned();
    found.ok_or_else(|| AppError::mapping_not_found(&table.name, kind.name(), name))
}

/// Checks that retention would not drop the data as soon as it is there.
///
/// # Errors
/// `BadRequest_ZeroRetentionPolicyWithNoUpdatePolicy`, `BadRequest_CreationTimeEarlierThanSoftDeletePeriod`.
pub(crate) fn check_retention(
    state: &ClusterState,
    database: &Database,
    table: &Table,
    created_on: Option<DateTime>,
    now: DateTime,
) -> Result<(), AppError> {
    let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies);
    let period = policies.retention().soft_delete_period;
    if period <= TimeSpan::ZERO && update_policies::feeds_update_policies(database, &table.name) {
        return Ok(());
    }
    if period <= TimeSpan::ZERO {
        let message = format!("Table '{}' has a soft-delete period of zero and feeds no update policy.", table.name);
        return Err(AppError::coded("BadRequest_ZeroRetentionPolicyWithNoUpdatePolicy", message));
    }
    let kept_since = DateTime(now.0.saturating_sub(period.0));
    match created_on {
        Some(created_on) if created_on < kept_since => {
            let message = format!(
                "The creation time {} lies before the soft-delete period {} of table '{}'.",
                created_on.to_iso(),
                period.to_text(),
                table.name
            );
            Err(AppError::coded("BadRequest_CreationTimeEarlierThanSoftDeletePeriod", message))
        }
        _ => Ok(()),
    }
}

/// Says whether an extent has one of the `ingest-by` tags that `ingestIfNotExists` names.
pub(crate) fn is_there_already(state: &ClusterState, table: &Table, properties: &IngestionProperties) -> bool {
    let wanted = properties.tags_to_avoid();
    !wanted.is_empty()
        && state.extents_of(table.id).iter().any(|extent| extent.tags.iter().any(|tag| wanted.contains(tag)))
}
