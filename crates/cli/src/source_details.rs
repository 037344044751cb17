//! Where a queued source is on its way, as the service tells it.
//!
//! Other services than Calypso lack some of the columns.
//! <https://learn.microsoft.com/kusto/management/data-ingestion/show-queued-ingestion-operations>

use calypso_types::{DateTime, Scalar, kql_string};
use kusto_data::{Error, Row, Table};

use crate::connect::Connection;

/// See the file's header. Nothing where the service says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceDetails {
    pub(crate) source_id: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) table: Option<String>,
    /// `Pending`, `InProgress`, `Succeeded`, `Skipped`, `Canceled`, `Failed`.
    pub(crate) status: String,
    pub(crate) blob: Option<String>,
    pub(crate) received_on: Option<DateTime>,
    pub(crate) completed_on: Option<DateTime>,
    pub(crate) updated_on: Option<DateTime>,
    pub(crate) attempts: Option<u64>,
    pub(crate) raw_bytes: Option<u64>,
    pub(crate) error_code: Option<String>,
    pub(crate) failure_status: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) batch: Option<String>,
    pub(crate) seal_reason: Option<String>,
    pub(crate) sealed_on: Option<DateTime>,
    pub(crate) batch_items: Option<u64>,
    pub(crate) batch_raw_bytes: Option<u64>,
    pub(crate) rows: Option<u64>,
    pub(crate) extents: Vec<String>,
}

impl SourceDetails {
    /// Asks for the sources of one operation, or for one source by its id.
    ///
    /// # Errors
    /// If the service does not know it, or cannot be asked.
    pub(crate) async fn of(connection: &Connection, id: &str) -> Result<Vec<Self>, Error> {
        let command = format!(".show queued ingestion operations {} details", kql_string(id));
        let dataset = connection.client.execute_command(&connection.database, &command, None).await?;
        Ok(dataset.primary().map(Self::read).unwrap_or_default())
    }

    pub(crate) fn read(table: &Table) -> Vec<Self> {
        table.iter().map(Self::of_row).collect()
    }

    fn of_row(row: Row<'_>) -> Self {
        Self {
            source_id: text(row, "SourceId"),
            database: text(row, "Database"),
            table: text(row, "Table"),
            status: text(row, "IngestionStatus").unwrap_or_default(),
            blob: text(row, "BlobUrl"),
            received_on: time(row, "StartedAt"),
            completed_on: time(row, "CompletedAt"),
            updated_on: time(row, "LastUpdatedOn"),
            attempts: count(row, "Attempts"),
            raw_bytes: count(row, "RawDataSize").filter(|bytes| *bytes > 0),
            error_code: text(row, "ErrorCode"),
            failure_status: text(row, "FailureStatus"),
            reason: text(row, "FailedReason"),
            batch: text(row, "BatchId"),
            seal_reason: text(row, "SealReason"),
            sealed_on: time(row, "SealedOn"),
            batch_items: count(row, "BatchItems"),
            batch_raw_bytes: count(row, "BatchRawDataSize"),
            rows: count(row, "RowCount"),
            extents: texts(row, "ExtentIds"),
        }
    }

    /// Says where the source is, in a few words.
    pub(crate) fn stage(&self) -> &'static str {
        match (self.status.as_str(), &self.batch) {
            ("Pending", _) if self.failure_status.is_some() => "waits for another attempt",
            ("Pending", None) => "waits in an open batch",
            ("Pending", Some(_)) => "batch is sealed",
            ("InProgress", _) => "is being ingested",
            ("Succeeded", _) => "ingested",
            ("Skipped", _) => "skipped: its tag was there already",
            ("Canceled", _) => "canceled",
            ("Failed", _) => "failed",
            _ => "unknown",
        }
    }
}

fn text(row: Row<'_>, column: &str) -> Option<String> {
    row.get(column).map(Scalar::to_text).filter(|text| !text.is_empty())
}

fn time(row: Row<'_>, column: &str) -> Option<DateTime> {
    match row.get(column)? {
        Scalar::DateTime(time) => Some(*time),
        _ => None,
    }
}

fn count(row: Row<'_>, column: &str) -> Option<u64> {
    match row.get(column)? {
        Scalar::Long(count) => u64::try_from(*count).ok(),
        Scalar::Int(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

fn texts(row: Row<'_>, column: &str) -> Vec<String> {
    let text = text(row, column).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}
