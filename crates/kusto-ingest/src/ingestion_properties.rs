//! Where data goes and how it is ingested.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-properties>

use std::collections::BTreeMap;

use calypso_types::DateTime;
use serde_json::Value;

use crate::{DataFormat, Error, IngestionMapping, MappingKind, ReportLevel, ReportMethod, ValidationPolicy};

/// Prefix of tags by which extents are dropped together.
const DROP_BY: &str = "drop-by:";
/// Prefix of tags that `ingest_if_not_exists` looks for.
const INGEST_BY: &str = "ingest-by:";

/// See the file's header. What is not set takes the service's default.
///
/// ```
/// use kusto_ingest::{DataFormat, IngestionProperties};
///
/// let properties = IngestionProperties::new("NetDefaultDB", "Events")
///     .with_format(DataFormat::MultiJson)
///     .with_mapping_reference("events_json")
///     .with_ingest_by_tags(["2026-11-21"])
///     .with_ingest_if_not_exists(["2026-11-21"]);
/// assert_eq!(properties.tags(), ["ingest-by:2026-11-21"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IngestionProperties {
    pub database: String,
    pub table: String,
    /// A source that is written by the client itself (rows, record batches) has a format of its own, which wins.
    pub format: DataFormat,
    pub mapping: Option<IngestionMapping>,
    /// Told by the format unless given.
    pub mapping_kind: Option<MappingKind>,
    /// Tags of the extents, as they are.
    pub additional_tags: Vec<String>,
    /// Tags with the prefix `drop-by:`, given without it.
    pub drop_by_tags: Vec<String>,
    /// Tags with the prefix `ingest-by:`, given without it.
    pub ingest_by_tags: Vec<String>,
    /// Values of `ingest-by:` tags: when the table has an extent with one of them, the source is skipped.
    pub ingest_if_not_exists: Vec<String>,
    /// What retention and caching take for the time of the data.
    pub creation_time: Option<DateTime>,
    /// Leave out the first record of every file: a header.
    pub ignore_first_record: bool,
    /// Leave out a last record that is cut off, instead of failing the source.
    pub ignore_last_record_if_invalid: bool,
    /// Do not wait for other sources to batch with. Costs efficiency: small extents must be merged.
    pub flush_immediately: bool,
    /// Which outcomes the service reports. Not given: as much as [`crate::IngestionResult::wait`] needs.
    pub report_level: Option<ReportLevel>,
    /// Where it reports. Not given: the client chooses what the service offers.
    pub report_method: Option<ReportMethod>,
    pub validation_policy: Option<ValidationPolicy>,
    /// Regular expression of the members of a zip archive to ingest.
    pub zip_pattern: Option<String>,
    /// Add columns that the data has and the table lacks.
    pub extend_schema: bool,
    /// Replace the table's schema by the data's.
    pub recreate_schema: bool,
    /// Folder of a table that ingestion creates.
    pub folder: Option<String>,
    /// Ingest blobs above the service's size limit.
    pub ignore_size_limit: bool,
    /// Keep the blob after a success. What the client uploads itself need not be kept; what the caller names must be.
    pub retain_blob_on_success: bool,
    /// Any further property, by Kusto's name.
    pub additional_properties: BTreeMap<String, Value>,
}

impl IngestionProperties {
    /// Returns the properties of plain csv for `table` of `database`.
    #[must_use]
    pub fn new(database: impl Into<String>, table: impl Into<String>) -> Self {
        Self {
            database: database.into(),
            table: table.into(),
            format: DataFormat::Csv,
            mapping: None,
            mapping_kind: None,
            additional_tags: Vec::new(),
            drop_by_tags: Vec::new(),
            ingest_by_tags: Vec::new(),
            ingest_if_not_exists: Vec::new(),
            creation_time: None,
            ignore_first_record: false,
            ignore_last_record_if_invalid: false,
            flush_immediately: false,
            report_level: None,
            report_method: None,
            validation_policy: None,
            zip_pattern: None,
            extend_schema: false,
            recreate_schema: false,
            folder: None,
            ignore_size_limit: false,
            retain_blob_on_success: true,
            additional_properties: BTreeMap::new(),
        }
    }

    /// Returns every tag with its prefix, in the order of the SDKs: plain ones, `drop-by:`, `ingest-by:`.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let drop_by = self.drop_by_tags.iter().map(|tag| format!("{DROP_BY}{tag}"));
        let ingest_by = self.ingest_by_tags.iter().map(|tag| format!("{INGEST_BY}{tag}"));
        self.additional_tags.iter().cloned().chain(drop_by).chain(ingest_by).collect()
    }

    /// Returns the kind of the mapping that applies to `format`, if there is a mapping.
    #[must_use]
    pub fn effective_mapping_kind(&self, format: DataFormat) -> Option<MappingKind> {
        self.mapping.as_ref().and_then(|_| self.mapping_kind.or_else(|| format.mapping_kind()))
    }

    /// Checks what no service needs to be asked for.
    ///
    /// # Errors
    /// `InvalidProperty` naming the property.
    pub(crate) fn validate(&self, format: DataFormat) -> Result<(), Error> {
        if self.database.trim().is_empty() {
            return Err(Error::property("database", "it is empty"));
        }
        if self.table.trim().is_empty() {
            return Err(Error::property("table", "it is empty"));
        }
        match (&self.mapping, self.mapping_kind) {
            (Some(mapping), kind) => mapping.validate(kind, format),
            (None, Some(kind)) => {
                Err(Error::property("ingestion mapping kind", format!("{kind} is given without a mapping")))
            }
            (None, None) => Ok(()),
        }
    }

    /// Returns the first property that streaming ingestion has no parameter for.
    ///
    /// Those that only concern queued delivery (flushing, reports, retention of blobs, the size limit) lose no meaning.
    pub(crate) fn beyond_streaming(&self) -> Option<&'static str> {
        let inline = matches!(self.mapping, Some(IngestionMapping::Inline(_)));
        [
            ("inline ingestion mapping", inline),
            ("ignore_first_record", self.ignore_first_record),
            ("ignore_last_record_if_invalid", self.ignore_last_record_if_invalid),
            ("additional_tags", !self.additional_tags.is_empty()),
            ("drop_by_tags", !self.drop_by_tags.is_empty()),
            ("ingest_by_tags", !self.ingest_by_tags.is_empty()),
            ("ingest_if_not_exists", !self.ingest_if_not_exists.is_empty()),
            ("creation_time", self.creation_time.is_some()),
            ("validation_policy", self.validation_policy.is_some()),
            ("zip_pattern", self.zip_pattern.is_some()),
            ("extend_schema", self.extend_schema),
            ("recreate_schema", self.recreate_schema),
            ("folder", self.folder.is_some()),
            ("additional_properties", !self.additional_properties.is_empty()),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }
}

mod setters;

#[cfg(test)]
mod tests;
