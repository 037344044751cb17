//! The message by which a client of queued ingestion tells of a blob: what to ingest, where to and how.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest#ingestion-message-internal-structure>. Every SDK
//! spells it differently: names are matched without regard to case, flags and numbers may be text, enums may be
//! numbers or names, and what is `null` counts as missing.

use std::{collections::BTreeMap, fmt};

use calypso_types::DateTime;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Error, base64_text,
    members::{Members, text_of},
};

/// Longest message, decoded: queues take 64 KiB of base64.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Which outcomes a client wants to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportLevel {
    #[default]
    FailuresOnly,
    DoNotReport,
    FailuresAndSuccesses,
}

/// Where a client wants to hear of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportMethod {
    #[default]
    Queue,
    Table,
    QueueAndTable,
}

impl ReportLevel {
    const NAMES: [(&'static str, Self); 5] = [
        ("failuresonly", Self::FailuresOnly),
        ("donotreport", Self::DoNotReport),
        ("none", Self::DoNotReport),
        ("failuresandsuccesses", Self::FailuresAndSuccesses),
        ("all", Self::FailuresAndSuccesses),
    ];

    /// Says whether a success is told.
    #[must_use]
    pub const fn tells_success(self) -> bool {
        matches!(self, Self::FailuresAndSuccesses)
    }

    /// Says whether a failure is told.
    #[must_use]
    pub const fn tells_failure(self) -> bool {
        !matches!(self, Self::DoNotReport)
    }
}

impl ReportMethod {
    const NAMES: [(&'static str, Self); 5] = [
        ("queue", Self::Queue),
        ("table", Self::Table),
        ("queueandtable", Self::QueueAndTable),
        ("queue and table", Self::QueueAndTable),
        // Go's fourth method, which needs a service that is not here; the queue is the method without one.
        ("azuremonitoring", Self::Queue),
    ];

    #[must_use]
    pub const fn by_queue(self) -> bool {
        matches!(self, Self::Queue | Self::QueueAndTable)
    }

    #[must_use]
    pub const fn by_table(self) -> bool {
        matches!(self, Self::Table | Self::QueueAndTable)
    }
}

/// The keys of the entity that a client reads the status from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntityKey {
    pub partition_key: String,
    pub row_key: String,
}

/// See the file's header.
#[derive(Clone, PartialEq, Eq)]
pub struct IngestionMessage {
    /// The source id: the same through all retries of the same data.
    pub id: Uuid,
    /// The blob's URI with its secrets: never log it.
    pub blob_path: String,
    /// Bytes of the data before compression, if the client knows.
    pub raw_data_size: Option<u64>,
    pub database: String,
    pub table: String,
    pub retain_blob_on_success: bool,
    pub flush_immediately: bool,
    pub ignore_size_limit: bool,
    pub report_level: ReportLevel,
    pub report_method: ReportMethod,
    pub created_on: Option<DateTime>,
    /// Ingestion properties by name in lower case, as text. Arrays and objects are JSON.
    pub properties: BTreeMap<String, String>,
    pub status_entity: Option<StatusEntityKey>,
    pub application: String,
    /// The tracked operation that the server posted it for. Only the server's own submissions have one.
    pub operation: Option<Uuid>,
}

impl fmt::Debug for IngestionMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestionMessage")
            .field("id", &self.id)
            .field("database", &self.database)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

impl IngestionMessage {
    /// Reads the text of a message: JSON, or base64 of it.
    ///
    /// # Errors
    /// When it is neither, or lacks the id, the blob, the database or the table.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document = message_object(text)?;
        let members = Members(&document);
        let required =
            |name: &'static str| members.text(name).filter(|text| !text.is_empty()).ok_or(Error::MissingMember(name));
        let id = Uuid::try_parse(required("Id")?.trim()).map_err(|_| Error::WrongMember("Id", "a guid"))?;
        let mut properties = members.object("AdditionalProperties").map(properties_of).unwrap_or_default();
        for policy in ["ValidationPolicy", "validationPolicyOptions"] {
            if let Some(value) = members.get(policy).filter(|_| !properties.contains_key("validationpolicy")) {
                properties.insert("validationpolicy".to_owned(), text_of(value));
            }
        }
        Ok(Self {
            id,
            blob_path: required("BlobPath")?,
            raw_data_size: members.number("RawDataSize").filter(|size| *size > 0),
            database: required("DatabaseName")?,
            table: required("TableName")?,
            retain_blob_on_success: members.flag("RetainBlobOnSuccess"),
            flush_immediately: members.flag("FlushImmediately"),
            ignore_size_limit: members.flag("IgnoreSizeLimit"),
            report_level: members.choice("ReportLevel", &ReportLevel::NAMES, |number| match number {
                1 => ReportLevel::DoNotReport,
                2 => ReportLevel::FailuresAndSuccesses,
                _ => ReportLevel::FailuresOnly,
            }),
            report_method: members.choice("ReportMethod", &ReportMethod::NAMES, |number| match number {
                1 => ReportMethod::Table,
                2 => ReportMethod::QueueAndTable,
                _ => ReportMethod::Queue,
            }),
            created_on: members.text("SourceMessageCreationTime").and_then(|text| DateTime::parse(&text)),
            properties,
            status_entity: members.object("IngestionStatusInTable").and_then(status_entity),
            application: members.text("ApplicationForTracing").unwrap_or_default(),
            operation: members.text("IngestionOperationId").and_then(|text| Uuid::try_parse(text.trim()).ok()),
        })
    }

    /// Writes the message as the server's own submissions do: base64 of JSON.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut document = json!({
            "Id": self.id,
            "BlobPath": self.blob_path,
            "RawDataSize": self.raw_data_size,
            "DatabaseName": self.database,
            "TableName": self.table,
            "RetainBlobOnSuccess": self.retain_blob_on_success,
            "FlushImmediately": self.flush_immediately,
            "IgnoreSizeLimit": self.ignore_size_limit,
            "ReportLevel": self.report_level as u8,
            "ReportMethod": self.report_method as u8,
            "ApplicationForTracing": self.application,
            "AdditionalProperties": self.properties,
        });
        if let Some(operation) = self.operation {
            document["IngestionOperationId"] = operation.to_string().into();
        }
        if let Some(at) = self.created_on {
            document["SourceMessageCreationTime"] = at.to_iso().into();
        }
        if let Some(key) = &self.status_entity {
            document["IngestionStatusInTable"] = json!({"partitionKey": key.partition_key, "rowKey": key.row_key});
        }
        base64_text::encode(document.to_string().as_bytes())
    }
}

/// Reads a queue's message: JSON, or base64 of it.
pub(crate) fn message_object(text: &str) -> Result<Map<String, Value>, Error> {
    let text = text.trim();
    let decoded;
    let json = if text.starts_with('{') {
        text.as_bytes()
    } else {
        decoded = base64_text::decode(text).ok_or_else(|| Error::BodyJson("neither JSON nor base64".to_owned()))?;
        decoded.as_slice()
    };
    if json.len() > MESSAGE_BYTES_MAX {
        return Err(Error::BodyJson(format!("the message is longer than {MESSAGE_BYTES_MAX} bytes")));
    }
    match serde_json::from_slice(json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::BodyJson("expected an object".to_owned())),
        Err(error) => Err(Error::BodyJson(error.to_string())),
    }
}

pub(crate) fn properties_of(members: &Map<String, Value>) -> BTreeMap<String, String> {
    let given = members.iter().filter(|(_, value)| !value.is_null());
    given.map(|(name, value)| (name.to_ascii_lowercase(), text_of(value))).collect()
}

/// Go writes an empty object where no table is used.
fn status_entity(members: &Map<String, Value>) -> Option<StatusEntityKey> {
    let members = Members(members);
    let key = |name| members.text(name).filter(|text| !text.is_empty());
    Some(StatusEntityKey { partition_key: key("partitionKey")?, row_key: key("rowKey")? })
}

#[cfg(test)]
mod tests;
