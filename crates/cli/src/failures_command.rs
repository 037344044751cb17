//! `calypso failures`: what did not get into tables of late, queued, streamed or by command.
//!
//! <https://learn.microsoft.com/kusto/management/ingestion-failures>
//! <https://learn.microsoft.com/kusto/management/streaming-ingestion-failures>

use std::io::{self, Write};

use anyhow::{Context as _, bail};
use calypso_types::{DateTime, Scalar, ScalarType, TimeSpan, kql_string};
use kusto_data::{Column, Row, Table};

use crate::{
    connect::{ConnectArguments, Connection, failed},
    figures,
    layout::{Format, Layout},
    status_command::moment,
    time_argument,
};

/// Failures that are shown for people; programs get all.
const SHOWN_MAX: usize = 50;

/// Arguments of `calypso failures`.
#[derive(Debug, clap::Args)]
pub struct FailuresArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// How far to look back, such as 30m, 1h or 7d; by default as far as the service remembers.
    #[arg(long, value_name = "TIME", value_parser = time_argument::span)]
    since: Option<TimeSpan>,

    /// Only failures of this table.
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// End with an error if there are any.
    #[arg(long)]
    check: bool,

    /// Form of the answer; by default one for people.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

/// What went wrong once, or again and again.
#[derive(Debug, Clone, PartialEq)]
struct Failure {
    at: DateTime,
    /// `queued`, `streaming`, or what kind of command.
    way: String,
    table: String,
    code: String,
    /// `Permanent` or `Transient`.
    kind: String,
    details: String,
    source: String,
    activity: String,
    count: i64,
}

/// Shows failures.
///
/// # Errors
/// If the service does not answer; with `--check` also if there are any.
pub fn run(arguments: &FailuresArguments) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let connection = arguments.connect.connect()?;
    let mut failures = runtime.block_on(read(&connection, arguments))?;
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.at));
    let mut out = io::stdout().lock();
    match arguments.format {
        Some(_) => {
            let table = table(&failures)?;
            Layout::plain(arguments.format).write(&[&table], None, &mut out).context("cannot write the answer")?;
        }
        None => show(&failures, arguments, &connection.database, &mut out).context("cannot write the answer")?,
    }
    if arguments.check && !failures.is_empty() {
        bail!("{} to ingest", figures::counted(failures.len() as u64, "failure"));
    }
    Ok(())
}

async fn read(connection: &Connection, arguments: &FailuresArguments) -> anyhow::Result<Vec<Failure>> {
    let mut failures = Vec::new();
    for (command, time, of_row) in [
        (".show ingestion failures", "FailedOn", of_ingestion as fn(Row<'_>) -> Option<Failure>),
        (".show streamingingestion failures", "LastFailureOn", of_streaming),
    ] {
        let mut command = format!("{command} | where Database == {}", kql_string(&connection.database));
        if let Some(table) = &arguments.table {
            command.push_str(&format!(" | where Table == {}", kql_string(table)));
        }
        if let Some(since) = arguments.since {
            command.push_str(&format!(" | where {time} >= ago(timespan({since}))"));
        }
        let dataset = connection.client.execute_command(&connection.database, &command, None).await;
        let dataset = dataset.map_err(|error| failed(&error))?;
        failures.extend(dataset.primary_results().flat_map(Table::iter).filter_map(of_row));
    }
    Ok(failures)
}

fn of_ingestion(row: Row<'_>) -> Option<Failure> {
    let way = match text(row, "OperationKind").as_str() {
        "" => "queued".to_owned(),
        kind => kind.to_owned(),
    };
    Some(Failure {
        at: time(row, "FailedOn")?,
        way,
        table: text(row, "Table"),
        code: text(row, "ErrorCode"),
        kind: text(row, "FailureKind"),
        details: text(row, "Details"),
        source: text(row, "IngestionSourcePath"),
        activity: text(row, "RootActivityId"),
        count: 1,
    })
}

fn of_streaming(row: Row<'_>) -> Option<Failure> {
    Some(Failure {
        at: time(row, "LastFailureOn")?,
        way: "streaming".to_owned(),
        table: text(row, "Table"),
        code: text(row, "ErrorCode"),
        kind: text(row, "FailureKind"),
        details: text(row, "Details"),
        source: String::new(),
        activity: text(row, "RootActivityId"),
        count: text(row, "Count").parse().unwrap_or(1),
    })
}

fn text(row: Row<'_>, column: &str) -> String {
    row.get(column).map(Scalar::to_text).unwrap_or_default()
}

fn time(row: Row<'_>, column: &str) -> Option<DateTime> {
    match row.get(column)? {
        Scalar::DateTime(time) => Some(*time),
        _ => None,
    }
}

/// For programs: the failures of both kinds in one table.
fn table(failures: &[Failure]) -> anyhow::Result<Table> {
    let columns = [
        ("FailedOn", ScalarType::DateTime),
        ("Way", ScalarType::String),
        ("Table", ScalarType::String),
        ("ErrorCode", ScalarType::String),
        ("FailureKind", ScalarType::String),
        ("Details", ScalarType::String),
        ("Source", ScalarType::String),
        ("RootActivityId", ScalarType::String),
        ("Count", ScalarType::Long),
    ];
    let columns = columns.map(|(name, ty)| Column::new(name, ty)).to_vec();
    let rows = failures.iter().map(|failure| {
        let Failure { at, way, table, code, kind, details, source, activity, count } = failure.clone();
        let texts = [way, table, code, kind, details, source, activity].map(Scalar::from);
        std::iter::once(Scalar::from(at)).chain(texts).chain([Scalar::from(count)]).collect()
    });
    Ok(Table::new("Failures", columns, rows.collect())?)
}

/// For people: the newest first, each with its reason and what belongs to it.
fn show(failures: &[Failure], arguments: &FailuresArguments, database: &str, out: &mut dyn Write) -> io::Result<()> {
    let of = arguments.table.as_ref().map_or_else(String::new, |table| format!(" of the table '{table}'"));
    let since = arguments.since.map_or_else(String::new, |since| format!(" in the last {since}"));
    if failures.is_empty() {
        return writeln!(out, "no failures to ingest{of} in the database '{database}'{since}");
    }
    for failure in failures.iter().take(SHOWN_MAX) {
        let times = if failure.count > 1 { format!(", {} times", failure.count) } else { String::new() };
        let Failure { way, table, code, kind, .. } = failure;
        writeln!(out, "{}  {table}  {way}  {kind}  {code}{times}", moment(failure.at))?;
        for line in failure.details.lines() {
            writeln!(out, "    {line}")?;
        }
        for (what, value) in [("source", &failure.source), ("id", &failure.activity)] {
            if !value.is_empty() {
                writeln!(out, "    {what}: {value}")?;
            }
        }
    }
    let hidden = failures.len().saturating_sub(SHOWN_MAX);
    let total = figures::counted(failures.len() as u64, "failure");
    match hidden {
        0 => writeln!(out, "\n{total}{since}"),
        _ => writeln!(out, "\n{total}{since}, of which {hidden} are not shown; `--format csv` has all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        Failure {
            at: DateTime::parse("2026-01-01T10:00:00Z").unwrap(),
            way: "streaming".to_owned(),
            table: "T".to_owned(),
            code: "Stream_ClosingQuoteMissing".to_owned(),
            kind: "Permanent".to_owned(),
            details: "closing quote is missing".to_owned(),
            source: String::new(),
            activity: "a1".to_owned(),
            count: 3,
        }
    }

    #[test]
    fn failures_read_as_sentences_and_as_a_table() {
        let arguments = FailuresArguments {
            connect: ConnectArguments::local("http://localhost:1").unwrap(),
            since: None,
            table: None,
            check: false,
            format: None,
        };
        let mut out = Vec::new();
        show(&[failure()], &arguments, "D", &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "2026-01-01 10:00:00  T  streaming  Permanent  Stream_ClosingQuoteMissing, 3 times\n\
             \x20   closing quote is missing\n    id: a1\n\n1 failure\n"
        );
        let table = table(&[failure()]).unwrap();
        assert_eq!(table.value(0, "Count").unwrap().to_text(), "3");
    }
}
