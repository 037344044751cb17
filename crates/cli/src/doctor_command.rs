//! `calypso doctor`: says what of a connection works, from the address to the staging of queued ingestion.

mod check;
mod ingestion;
mod queries;
mod reach;

use std::io::Write as _;

use anyhow::{Context as _, bail};

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
    let connection = match arguments.connect.connect() {
        Ok(connection) => connection,
        Err(error) => {
            report
                .say("connection", &Finding::failed(format!("{error:#}"), "`calypso doctor --help` lists the flags"))?;
            bail!("1 check failed");
        }
    };
    runtime.block_on(examine(&connection, &mut report))?;
    match report.failed() {
        0 => Ok(()),
        1 => bail!("1 check failed"),
        count => bail!("{count} checks failed"),
    }
}

/// Each check stands on those before it: where one fails, those above it would only say the same.
async fn examine(connection: &Connection, report: &mut Report) -> anyhow::Result<()> {
    for finding in reach::check(connection).await {
        report.say(finding.0, &finding.1)?;
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
    let (resources, staging) = ingestion::resources(connection).await;
    report.say("queued ingestion", &resources)?;
    if let Some(uri) = staging {
        report.say("staging", &ingestion::staging(connection, &uri).await)?;
    }
    Ok(())
}

/// Writes a line.
fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
