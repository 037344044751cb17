//! What the service is told of a blob: the message of the queue, in the Python SDK's spelling, and the properties of a
//! submission over REST.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest#ingestion-message-internal-structure>,
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-use-http>

use calypso_protocol::{MESSAGE_BYTES_MAX, PostedMessage, ReportLevel, ReportMethod, StatusTableReference};
use calypso_types::{DateTime, TimeSpan};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{DataFormat, Error, IngestionProperties};

/// What a message says beyond the ingestion properties.
pub(crate) struct Posting<'p> {
    pub(crate) source_id: Uuid,
    /// The blob's URI with its secrets.
    pub(crate) blob_path: &'p str,
    /// Bytes before compression, if known.
    pub(crate) raw_size: Option<u64>,
    pub(crate) format: DataFormat,
    pub(crate) report_level: ReportLevel,
    pub(crate) report_method: ReportMethod,
    pub(crate) status_entity: Option<StatusTableReference<'p>>,
    pub(crate) now: DateTime,
    pub(crate) application: &'p str,
    pub(crate) client_version: &'p str,
    /// The caller's identity, as the service signed it: a secret.
    pub(crate) identity_token: &'p str,
}

impl Posting<'_> {
    /// Returns the text of the message: base64 of its JSON.
    ///
    /// # Errors
    /// When it is longer than a queue takes.
    pub(crate) fn to_text(&self, properties: &IngestionProperties) -> Result<String, Error> {
        let (additional, created) = (self.additional_properties(properties), python_time(self.now));
        self.message(properties, &additional, &created).to_text().map_err(|length| {
            let reason = format!("the message is {length} bytes long with it, but a queue takes {MESSAGE_BYTES_MAX}");
            Error::property(longest(&additional), reason)
        })
    }

    fn message<'m>(
        &'m self,
        properties: &'m IngestionProperties,
        additional: &'m Map<String, Value>,
        created: &'m str,
    ) -> PostedMessage<'m> {
        PostedMessage {
            blob_path: self.blob_path,
            raw_data_size: self.raw_size.filter(|size| *size > 0),
            database_name: &properties.database,
            table_name: &properties.table,
            retain_blob_on_success: properties.retain_blob_on_success,
            flush_immediately: properties.flush_immediately,
            ignore_size_limit: properties.ignore_size_limit,
            report_level: self.report_level,
            report_method: self.report_method,
            source_message_creation_time: created,
            id: self.source_id,
            application_for_tracing: self.application,
            client_version_for_tracing: self.client_version,
            additional_properties: additional,
            ingestion_status_in_table: self.status_entity.clone(),
        }
    }

    /// In the order in which the Python SDK writes them; those that it does not know stand where it puts the caller's.
    fn additional_properties(&self, properties: &IngestionProperties) -> Map<String, Value> {
        let mut members = Map::new();
        for (name, value) in &properties.additional_properties {
            members.insert(name.clone(), value.clone());
        }
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        };
        let flag = |given: bool| given.then_some(Value::Bool(true));
        let list = |values: &[String]| (!values.is_empty()).then(|| Value::from(values).to_string().into());
        put("creationTime", properties.creation_time.map(|at| at.to_iso().into()));
        put("zipPattern", properties.zip_pattern.clone().map(Value::from));
        put("folder", properties.folder.clone().map(Value::from));
        put("extend_schema", flag(properties.extend_schema));
        put("recreate_schema", flag(properties.recreate_schema));
        put("ignoreLastRecordIfInvalid", flag(properties.ignore_last_record_if_invalid));
        put("authorizationContext", Some(self.identity_token.into()));
        put("tags", list(&properties.tags()));
        put("ingestIfNotExists", list(&properties.ingest_if_not_exists));
        put("ingestionMapping", properties.mapping.as_ref().and_then(|mapping| mapping.inline_json()).map(Value::from));
        let reference = properties.mapping.as_ref().and_then(|mapping| mapping.reference());
        put("ingestionMappingReference", reference.map(Value::from));
        let kind = properties.effective_mapping_kind(self.format);
        put("ingestionMappingType", kind.map(|kind| kind.name().into()));
        put("ValidationPolicy", properties.validation_policy.map(|policy| policy.to_json().into()));
        put("format", Some(self.format.name().into()));
        put("ignoreFirstRecord", flag(properties.ignore_first_record));
        members
    }
}

/// Returns the properties of a submission over REST, `format` among them. It is tracked.
pub(crate) fn rest_properties(properties: &IngestionProperties, format: DataFormat) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in &properties.additional_properties {
        members.insert(name.clone(), value.clone());
    }
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    let flag = |given: bool| given.then_some(Value::Bool(true));
    let list = |values: Vec<String>| (!values.is_empty()).then(|| Value::from(values));
    put("format", Some(format.name().into()));
    put("enableTracking", Some(true.into()));
    put("tags", list(properties.tags()));
    put("ingestIfNotExists", list(properties.ingest_if_not_exists.clone()));
    put("skipBatching", flag(properties.flush_immediately));
    put("deleteAfterDownload", flag(!properties.retain_blob_on_success));
    let mapping = properties.mapping.as_ref();
    put("ingestionMappingReference", mapping.and_then(|mapping| mapping.reference()).map(Value::from));
    put("ingestionMapping", mapping.and_then(|mapping| mapping.inline_json()).map(Value::from));
    put("validationPolicy", properties.validation_policy.map(|policy| policy.to_json().into()));
    put("ignoreSizeLimit", flag(properties.ignore_size_limit));
    put("ignoreFirstRecord", flag(properties.ignore_first_record));
    put("ignoreLastRecordIfInvalid", flag(properties.ignore_last_record_if_invalid));
    put("creationTime", properties.creation_time.map(|at| at.to_iso().into()));
    put("zipPattern", properties.zip_pattern.clone().map(Value::from));
    put("folder", properties.folder.clone().map(Value::from));
    put("extend_schema", flag(properties.extend_schema));
    put("recreate_schema", flag(properties.recreate_schema));
    members
}

/// Returns the name of the longest property, the one to shorten.
fn longest(members: &Map<String, Value>) -> &'static str {
    let longest = members.iter().max_by_key(|(_, value)| value.as_str().map_or(0, str::len));
    match longest.map(|(name, _)| name.as_str()) {
        Some("ingestionMapping") => "inline ingestion mapping",
        Some("tags") => "additional_tags",
        Some("ingestIfNotExists") => "ingest_if_not_exists",
        _ => "additional_properties",
    }
}

/// Returns a time as Python's `isoformat` has it: UTC without a zone, microseconds unless they are zero.
fn python_time(at: DateTime) -> String {
    let micros = at.tick_of_second() / TimeSpan::MICROSECOND.0 as u32;
    let seconds = DateTime(at.0 - i64::from(at.tick_of_second())).to_iso();
    let seconds = seconds.split('.').next().unwrap_or_default().trim_end_matches('Z');
    if micros == 0 { seconds.to_owned() } else { format!("{seconds}.{micros:06}") }
}

#[cfg(test)]
mod tests;
