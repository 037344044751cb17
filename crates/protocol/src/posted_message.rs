//! The ingestion message as a client of ours writes it: members, order and spelling of the Python SDK, which every
//! service reads. [`IngestionMessage`](crate::IngestionMessage) reads it.

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{MESSAGE_BYTES_MAX, ReportLevel, ReportMethod, base64_text};

/// Where the service is to write the status of a source: an entity that the client has inserted.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusTableReference<'m> {
    /// The table's URL with its signature: a secret.
    pub table_connection_string: &'m str,
    pub partition_key: &'m str,
    pub row_key: &'m str,
}

/// See the file's header. The order of the fields is that of the members.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PostedMessage<'m> {
    /// The blob's URI with its secrets.
    pub blob_path: &'m str,
    /// Bytes of the data before compression; left out if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_data_size: Option<u64>,
    pub database_name: &'m str,
    pub table_name: &'m str,
    pub retain_blob_on_success: bool,
    pub flush_immediately: bool,
    pub ignore_size_limit: bool,
    #[serde(serialize_with = "number_of_level")]
    pub report_level: ReportLevel,
    #[serde(serialize_with = "number_of_method")]
    pub report_method: ReportMethod,
    /// ISO 8601 in UTC without a zone, as Python writes it.
    pub source_message_creation_time: &'m str,
    /// The source id: the same through all retries of the same data.
    pub id: Uuid,
    pub application_for_tracing: &'m str,
    pub client_version_for_tracing: &'m str,
    /// Ingestion properties; the identity token among them is a secret.
    pub additional_properties: &'m Map<String, Value>,
    /// Left out if the status is not to be written to a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingestion_status_in_table: Option<StatusTableReference<'m>>,
}

impl PostedMessage<'_> {
    /// Returns the message's JSON.
    ///
    /// # Errors
    /// When it is longer than [`MESSAGE_BYTES_MAX`] in base64, with its length there.
    pub fn to_json(&self) -> Result<String, usize> {
        let json = serde_json::to_string(self).expect("text, numbers and maps with text keys are JSON");
        match json.len().div_ceil(3) * 4 {
            length if length > MESSAGE_BYTES_MAX => Err(length),
            _ => Ok(json),
        }
    }

    /// Returns the text of the queue's message: base64 of the JSON.
    ///
    /// # Errors
    /// As [`PostedMessage::to_json`].
    pub fn to_text(&self) -> Result<String, usize> {
        self.to_json().map(|json| base64_text::encode(json.as_bytes()))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn number_of_level<S: serde::Serializer>(level: &ReportLevel, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(*level as u8)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn number_of_method<S: serde::Serializer>(method: &ReportMethod, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(*method as u8)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::IngestionMessage;

    const ID: Uuid = Uuid::from_u128(0xfad8_f225_7d1b_4f0a_9d2e_5b6a_7c8d_9e0f);

    fn message<'m>(properties: &'m Map<String, Value>, blob_path: &'m str) -> PostedMessage<'m> {
        PostedMessage {
            blob_path,
            raw_data_size: Some(20),
            database_name: "db1",
            table_name: "T",
            retain_blob_on_success: true,
            flush_immediately: false,
            ignore_size_limit: false,
            report_level: ReportLevel::FailuresAndSuccesses,
            report_method: ReportMethod::Table,
            source_message_creation_time: "2026-11-20T23:28:17.845282",
            id: ID,
            application_for_tracing: "app",
            client_version_for_tracing: "v",
            additional_properties: properties,
            ingestion_status_in_table: Some(StatusTableReference {
                table_connection_string: "http://h:1/a/t?sig=x",
                partition_key: "p",
                row_key: "r",
            }),
        }
    }

    #[test]
    fn what_is_posted_is_read_by_the_service() {
        let properties = json!({"format": "csv", "ignoreFirstRecord": true});
        let Value::Object(properties) = properties else { unreachable!("an object was written") };
        let read = IngestionMessage::parse(&message(&properties, "http://h/b?s").to_text().unwrap()).unwrap();
        assert_eq!((read.id, read.raw_data_size, read.database.as_str()), (ID, Some(20), "db1"));
        assert_eq!((read.report_level, read.report_method), (ReportLevel::FailuresAndSuccesses, ReportMethod::Table));
        assert_eq!(read.properties["ignorefirstrecord"], "true");
        let key = read.status_entity.unwrap();
        assert_eq!((key.partition_key.as_str(), key.row_key.as_str()), ("p", "r"));
        assert!(read.retain_blob_on_success && read.created_on.is_some());
    }

    #[test]
    fn a_message_too_long_for_a_queue_says_how_long_it_is() {
        let (properties, path) = (Map::new(), "x".repeat(50_000));
        let length = message(&properties, &path).to_text().unwrap_err();
        assert!(length > MESSAGE_BYTES_MAX, "{length}");
    }
}
