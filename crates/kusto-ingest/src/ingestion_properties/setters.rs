//! The setters of [`IngestionProperties`], each returning the properties changed.

use calypso_types::DateTime;
use serde_json::Value;

use super::IngestionProperties;
use crate::{ColumnMapping, DataFormat, IngestionMapping, MappingKind, ReportLevel, ReportMethod, ValidationPolicy};

impl IngestionProperties {
    /// Says what the data is; csv unless said.
    #[must_use]
    pub fn with_format(mut self, format: DataFormat) -> Self {
        self.format = format;
        self
    }

    /// Says the kind of the mapping, for a service that cannot tell it by the format.
    #[must_use]
    pub fn with_mapping_kind(mut self, kind: MappingKind) -> Self {
        self.mapping_kind = Some(kind);
        self
    }

    /// Leaves out the first record of every file: a header.
    #[must_use]
    pub fn with_ignore_first_record(mut self, ignore: bool) -> Self {
        self.ignore_first_record = ignore;
        self
    }

    /// Leaves out a last record that is cut off.
    #[must_use]
    pub fn with_ignore_last_record_if_invalid(mut self, ignore: bool) -> Self {
        self.ignore_last_record_if_invalid = ignore;
        self
    }

    /// Does not wait for other sources to batch with.
    #[must_use]
    pub fn with_flush_immediately(mut self, flush: bool) -> Self {
        self.flush_immediately = flush;
        self
    }

    /// Sets what retention and caching take for the time of the data.
    #[must_use]
    pub fn with_creation_time(mut self, time: DateTime) -> Self {
        self.creation_time = Some(time);
        self
    }

    /// Says which outcomes the service reports.
    #[must_use]
    pub fn with_report_level(mut self, level: ReportLevel) -> Self {
        self.report_level = Some(level);
        self
    }

    /// Says where the service reports.
    #[must_use]
    pub fn with_report_method(mut self, method: ReportMethod) -> Self {
        self.report_method = Some(method);
        self
    }

    /// Has the service validate csv records.
    #[must_use]
    pub fn with_validation_policy(mut self, policy: ValidationPolicy) -> Self {
        self.validation_policy = Some(policy);
        self
    }

    /// Adds columns that the data has and the table lacks.
    #[must_use]
    pub fn with_extend_schema(mut self, extend: bool) -> Self {
        self.extend_schema = extend;
        self
    }

    /// Replaces the table's schema by the data's.
    #[must_use]
    pub fn with_recreate_schema(mut self, recreate: bool) -> Self {
        self.recreate_schema = recreate;
        self
    }

    /// Ingests blobs above the service's size limit.
    #[must_use]
    pub fn with_ignore_size_limit(mut self, ignore: bool) -> Self {
        self.ignore_size_limit = ignore;
        self
    }

    /// Says whether the blob is kept after a success; it is unless said.
    #[must_use]
    pub fn with_retain_blob_on_success(mut self, retain: bool) -> Self {
        self.retain_blob_on_success = retain;
        self
    }

    /// Ingests only the members of a zip archive whose names match a regular expression.
    #[must_use]
    pub fn with_zip_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.zip_pattern = Some(pattern.into());
        self
    }

    /// Puts a table that ingestion creates into a folder.
    #[must_use]
    pub fn with_folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Tags the extents with `tags`, as they are.
    #[must_use]
    pub fn with_additional_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.additional_tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Tags the extents with `drop-by:` and each of `tags`.
    #[must_use]
    pub fn with_drop_by_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.drop_by_tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Tags the extents with `ingest-by:` and each of `tags`.
    #[must_use]
    pub fn with_ingest_by_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.ingest_by_tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Skips the source if an extent of the table has the tag `ingest-by:` with one of `tags`.
    #[must_use]
    pub fn with_ingest_if_not_exists<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.ingest_if_not_exists = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Reads the data by a mapping that the table, or else the database, has.
    #[must_use]
    pub fn with_mapping_reference(mut self, name: impl Into<String>) -> Self {
        self.mapping = Some(IngestionMapping::Reference(name.into()));
        self
    }

    /// Reads the data by `columns`. Replaces a mapping by name: there is never more than one.
    #[must_use]
    pub fn with_inline_mapping(mut self, columns: impl IntoIterator<Item = ColumnMapping>) -> Self {
        self.mapping = Some(IngestionMapping::Inline(columns.into_iter().collect()));
        self
    }

    /// Adds a property by Kusto's name, such as `policy_ingestiontime`.
    #[must_use]
    pub fn with_additional_property(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.additional_properties.insert(name.into(), value.into());
        self
    }
}
