//! `calypso quickstart`: the tutorial on a server that lives in this process and a temporary directory.

mod next_steps;
mod page;
mod sample;
mod storm_events;
mod tutorial;

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use calypso_cli::connect::ConnectArguments;

use crate::{
    config::{Config, ServeArguments},
    serve::Server,
    shutdown, telemetry,
};

use page::Page;
use sample::Sample;
use tutorial::Tutorial;

/// Most records that are made up.
const ROWS_MAX: i64 = 1_000_000;

/// Arguments of `calypso quickstart`.
#[derive(Debug, clap::Args)]
pub(crate) struct QuickstartArguments {
    /// Stream this csv file instead of made-up events; its columns must be those of the table.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// How many events to make up.
    #[arg(long, value_name = "N", default_value = "1000", conflicts_with = "data",
          value_parser = clap::value_parser!(u32).range(1..=ROWS_MAX))]
    rows: u32,

    /// Keep the server's data directory.
    #[arg(long)]
    keep: bool,

    /// Let the server log to standard error.
    #[arg(long, short)]
    verbose: bool,
}

/// Runs the tutorial; an error if any step fails or a result is not what it must be.
pub(crate) fn run(arguments: &QuickstartArguments) -> anyhow::Result<()> {
    let sample = match &arguments.data {
        Some(path) => Sample::from_file(path)?,
        None => Sample::MadeUp { rows: arguments.rows },
    };
    let dir = tempfile::Builder::new()
        .prefix("calypso-quickstart-")
        .tempdir()
        .context("cannot create a temporary directory")?;
    let config = config(dir.path())?;
    if arguments.verbose {
        telemetry::begin(&config)?;
    }
    let mut page = Page::open();
    let runtime = crate::serve::runtime()?;
    let taught = runtime.block_on(teach(config, sample, &mut page));
    // Nothing of the service may still write when the directory goes, or stays.
    drop(runtime);
    let kept = arguments.keep.then(|| dir.keep());
    match taught.and_then(|()| next_steps::write(kept.as_deref(), &mut page)) {
        // Whoever reads has seen enough.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        outcome => outcome,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.root_cause().downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Runs the tutorial on a server of its own, which is closed whatever comes of it.
async fn teach(config: Config, sample: Sample, page: &mut Page) -> anyhow::Result<()> {
    let server = Server::open(config).await?;
    let url = server.url();
    let taught =
        async { Tutorial { connection: ConnectArguments::local(&url)?.connect()?, page }.run(&url, sample).await };
    let outcome = tokio::select! {
        outcome = taught => outcome,
        stopped = shutdown::requested() => stopped.and_then(|()| bail!("interrupted")),
    };
    server.close().await;
    outcome
}

/// The settings of the temporary server: a free port of the loopback, nothing else.
fn config(dir: &Path) -> anyhow::Result<Config> {
    Config::resolve(ServeArguments {
        data_dir: Some(dir.to_owned()),
        listen: Some("127.0.0.1:0".to_owned()),
        https_listen: Some("none".to_owned()),
        ..ServeArguments::default()
    })
}
