//! `calypso status`: where queued sources are.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/show-queued-ingestion-operations>

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use calypso_types::{DateTime, kql_string};
use kusto_data::Table;

use crate::{
    connect::{ConnectArguments, Connection, failed},
    explanation::explain,
    figures,
    layout::{Format, Layout},
    source_details::SourceDetails,
};

/// Most ids of one command.
const IDS_MAX: usize = 1_000;

/// Arguments of `calypso status`.
#[derive(Debug, clap::Args)]
pub struct StatusArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Only sources for this table.
    #[arg(long, value_name = "TABLE", conflicts_with = "ids")]
    table: Option<String>,

    /// Only sources that failed.
    #[arg(long, conflicts_with = "ids")]
    failed: bool,

    /// How many sources to list, those that changed last.
    #[arg(long, value_name = "N", default_value = "20", conflicts_with = "ids")]
    limit: u32,

    /// Form of the answer; by default one for people.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// Ids of sources, as `calypso ingest` tells them, or of operations; without any, the sources of the database.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// Shows where sources are.
///
/// # Errors
/// If the service does not answer, an id is not known, or one of the sources asked for by id has failed.
pub fn run(arguments: &StatusArguments) -> anyhow::Result<()> {
    if arguments.ids.len() > IDS_MAX {
        bail!("more than {IDS_MAX} ids");
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let connection = arguments.connect.connect()?;
    if arguments.ids.is_empty() {
        runtime.block_on(list(&connection, arguments))
    } else {
        runtime.block_on(show(&connection, arguments))
    }
}

/// Lists the sources that changed last.
async fn list(connection: &Connection, arguments: &StatusArguments) -> anyhow::Result<()> {
    let mut command =
        format!(".show queued ingestion operations details | where Database == {}", kql_string(&connection.database));
    if let Some(table) = &arguments.table {
        command.push_str(&format!(" | where Table == {}", kql_string(table)));
    }
    if arguments.failed {
        command.push_str(" | where IngestionStatus == 'Failed'");
    }
    command.push_str(&format!(" | top {} by LastUpdatedOn desc", arguments.limit));
    if arguments.format.is_none() {
        command.push_str(
            " | project Received = format_datetime(StartedAt, 'yyyy-MM-dd HH:mm:ss'), Table, Status = IngestionStatus, \
             Rows = RowCount, Bytes = RawDataSize, Sealed = SealReason, Error = ErrorCode, Source = SourceId",
        );
    }
    let dataset = connection.client.execute_command(&connection.database, &command, None).await;
    let dataset = dataset.map_err(|error| failed(&error))?;
    let tables: Vec<&Table> = dataset.primary_results().collect();
    let mut out = io::stdout().lock();
    if arguments.format.is_none() && tables.iter().all(|table| table.is_empty()) {
        let of = arguments.table.as_ref().map_or_else(String::new, |table| format!(" for the table '{table}'"));
        writeln!(out, "no queued sources{of} in the database '{}' of late", connection.database)?;
        return Ok(());
    }
    Layout::plain(arguments.format).write(&tables, None, &mut out).context("cannot write the answer")
}

/// Shows sources by their ids.
async fn show(connection: &Connection, arguments: &StatusArguments) -> anyhow::Result<()> {
    let mut unknown = Vec::new();
    let mut failures = 0;
    let mut out = io::stdout().lock();
    for id in &arguments.ids {
        let command = format!(".show queued ingestion operations {} details", kql_string(id));
        let dataset = match connection.client.execute_command(&connection.database, &command, None).await {
            Ok(dataset) => dataset,
            Err(error) if error.code().is_some_and(|code| code.contains("NotFound")) => {
                unknown.push(id.as_str());
                continue;
            }
            Err(error) => bail!(explain(&error, None)),
        };
        let Some(table) = dataset.primary() else { continue };
        let sources = SourceDetails::read(table);
        failures += sources.iter().filter(|source| matches!(source.status.as_str(), "Failed" | "Canceled")).count();
        match arguments.format {
            Some(_) => Layout::plain(arguments.format).write(&[table], None, &mut out)?,
            None => sources.iter().try_for_each(|source| out.write_all(told(source).as_bytes()))?,
        }
    }
    out.flush()?;
    if let [first, ..] = unknown.as_slice() {
        bail!(
            "the service knows nothing of {}{}\nhint: its message may still wait in the queue; what was streamed is in \
             the table and has no status; after 14 days a source is forgotten",
            first,
            if unknown.len() > 1 { format!(" and {} more", unknown.len() - 1) } else { String::new() }
        );
    }
    if failures > 0 {
        bail!("{} did not get into the table", figures::counted(failures as u64, "source"));
    }
    Ok(())
}

/// One source for people: its way from line to line.
fn told(source: &SourceDetails) -> String {
    let id = source.source_id.as_deref().unwrap_or("source");
    let place = [source.table.as_deref(), source.database.as_deref()].map(Option::unwrap_or_default).join(" in ");
    let mut lines = vec![format!("{id}  {}  {place}", source.status)];
    let mut line = |step: &str, at: Option<DateTime>, rest: String| {
        lines.push(format!("  {step:<9} {:<19}  {rest}", at.map(moment).unwrap_or_default()).trim_end().to_owned());
    };
    line("received", source.received_on, source.raw_bytes.map(figures::bytes).unwrap_or_default());
    match (&source.batch, source.status.as_str()) {
        (Some(batch), _) => line("batch", source.sealed_on, told_batch(source, batch)),
        (None, "Pending") => line("batch", None, "open: it is sealed by time, size or count".to_owned()),
        (None, _) => {}
    }
    let attempts = source
        .attempts
        .filter(|attempts| *attempts > 1)
        .map(|count| format!(", {}", figures::counted(count, "attempt")));
    let attempts = attempts.unwrap_or_default();
    match source.status.as_str() {
        "Succeeded" => {
            let rows = source.rows.map_or_else(String::new, |rows| figures::counted(rows, "row"));
            line("ingested", source.completed_on, format!("{rows}{attempts}"));
        }
        "Skipped" => line("skipped", source.completed_on, "the table has data with its ingest-by tag".to_owned()),
        "Canceled" => line("canceled", source.completed_on, String::new()),
        "Failed" => line("failed", source.completed_on, format!("{}{attempts}", told_failure(source))),
        "InProgress" => line("ingesting", source.updated_on, format!("under way{attempts}")),
        _ if source.failure_status.is_some() => {
            line("retrying", source.updated_on, format!("{}{attempts}", told_failure(source)));
        }
        _ => {}
    }
    if !source.extents.is_empty() {
        line("extents", None, source.extents.join(", "));
    }
    if let Some(reason) = &source.reason {
        lines.extend(reason.lines().map(|line| format!("    {line}")));
    }
    lines.join("\n") + "\n"
}

fn told_batch(source: &SourceDetails, batch: &str) -> String {
    let items = source.batch_items.map_or_else(String::new, |items| format!(", {}", figures::counted(items, "source")));
    let bytes = source.batch_raw_bytes.map_or_else(String::new, |bytes| format!(", {}", figures::bytes(bytes)));
    let reason = source.seal_reason.as_deref().map_or_else(String::new, |reason| format!("sealed by {reason}, "));
    format!("{reason}{batch}{items}{bytes}")
}

fn told_failure(source: &SourceDetails) -> String {
    let parts = [source.failure_status.as_deref(), source.error_code.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `2026-01-31 10:00:00`
pub(crate) fn moment(time: DateTime) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {}", clock.split(['.', 'Z']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_a_source_is_told_step_by_step() {
        let at = |text: &str| DateTime::parse(text);
        let source = SourceDetails {
            source_id: Some("0c3e".to_owned()),
            database: Some("D".to_owned()),
            table: Some("T".to_owned()),
            status: "Succeeded".to_owned(),
            received_on: at("2026-01-01T10:00:00Z"),
            completed_on: at("2026-01-01T10:05:01.25Z"),
            raw_bytes: Some(2048),
            batch: Some("7f".to_owned()),
            seal_reason: Some("Time".to_owned()),
            sealed_on: at("2026-01-01T10:05:00Z"),
            batch_items: Some(3),
            batch_raw_bytes: Some(4096),
            rows: Some(12_000),
            attempts: Some(1),
            extents: vec!["e1".to_owned()],
            ..SourceDetails::default()
        };
        assert_eq!(
            told(&source),
            "0c3e  Succeeded  T in D\n\
             \x20 received  2026-01-01 10:00:00  2.0 KiB\n\
             \x20 batch     2026-01-01 10:05:00  sealed by Time, 7f, 3 sources, 4.0 KiB\n\
             \x20 ingested  2026-01-01 10:05:01  12,000 rows\n\
             \x20 extents                        e1\n"
        );
    }

    #[test]
    fn a_failure_has_its_code_and_reason() {
        let source = SourceDetails {
            status: "Failed".to_owned(),
            failure_status: Some("Permanent".to_owned()),
            error_code: Some("Stream_WrongNumberOfFields".to_owned()),
            reason: Some("record 2".to_owned()),
            attempts: Some(2),
            ..SourceDetails::default()
        };
        let told = told(&source);
        assert!(told.contains("Permanent Stream_WrongNumberOfFields, 2 attempts\n    record 2\n"), "{told}");
    }
}
