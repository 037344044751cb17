//! `calypso doctor`: says what of a connection works, from the address to the staging of queued ingestion.

mod check;
mod ingestion;
mod queries;
mod reach;

use std::io::Write as _;

use anyhow::{Context as _, anyhow, bail};
use kusto_ingest::{IngestClientOptions, QueuedIngestClient};

use crate::connect::{ConnectArguments, Connection};

use check::{Finding, Report};

/// Arguments of `calypso doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArguments {
    #[command(flatten)]
    connect: ConnectArguments,
}

/// Runs every check whose ground holds; an error if any failed.
///
/// # Errors
/// If a check failed, with how many.
pub fn run(arguments: &DoctorArguments) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let mut report = Report::new();
    let prepared = arguments.connect.connect().and_then(|connection| Ok((connection, arguments.ingestion()?)));
    match prepared {
        Ok((connection, ingestion)) => runtime.block_on(examine(&connection, &ingestion, &mut report))?,
        Err(error) => {
            let next = "`calypso doctor --help` lists the flags";
            report.say("connection", &Finding::failed(format!("{error:#}"), next))?;
        }
    }
    match report.failed() {
        0 => Ok(()),
        1 => bail!("1 check failed"),
        count => bail!("{count} checks failed"),
    }
}

impl DoctorArguments {
    /// The endpoint of ingestion may have a name of its own.
    fn ingestion(&self) -> anyhow::Result<QueuedIngestClient> {
        let (connection, options) = self.connect.resolve()?;
        let options = IngestClientOptions::new().with_client_options(options);
        QueuedIngestClient::with_options(connection, options).map_err(|error| anyhow!("{error}"))
    }
}

/// Each check stands on those before it: where one fails, those above it would only say the same.
async fn examine(connection: &Connection, ingestion: &QueuedIngestClient, report: &mut Report) -> anyhow::Result<()> {
    for (name, finding) in reach::check(connection).await {
        report.say(name, &finding)?;
    }
    if report.failed() > 0 {
        return Ok(());
    }
    report.say("version", &queries::version(connection).await)?;
    if report.failed() > 0 {
        return Ok(());
    }
    report.say("clock", &queries::clock(connection).await)?;
    report.say("database", &queries::database(connection).await)?;
    if report.failed() > 0 {
        return Ok(());
    }
    report.say("query", &queries::query(connection).await)?;
    report.say("streaming", &ingestion::streaming(connection).await)?;
    let (resources, places) = ingestion::resources(ingestion).await;
    report.say("queued ingestion", &resources)?;
    for place in places {
        report.say("staging", &ingestion::staging(connection, &place).await)?;
    }
    Ok(())
}

/// Writes a line.
fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
