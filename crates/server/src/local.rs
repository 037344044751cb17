//! `calypso local`: KQL over files, on a service that lives in this process and a temporary directory.

mod loading;
mod source_argument;
mod table_layout;

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use calypso_cli::{
    connect::ConnectArguments,
    data_sample::{DataFormat, Known},
    ingest_command::{HasHeader, format},
    layout::Format,
    query_command::{self, QueryArguments},
    shell,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tempfile::TempDir;

use crate::{
    config::{Config, ServeArguments},
    serve::Server,
    telemetry,
};

use loading::Loaded;
use source_argument::TableSource;

/// Tables that are filled at the same time.
const TABLES_AT_ONCE_MAX: usize = 4;
/// What a process answers that a signal ended.
const INTERRUPTED: i32 = 130;

/// Arguments of `calypso local`.
#[derive(Debug, clap::Args)]
pub(crate) struct LocalArguments {
    /// Form of the results, as of `calypso query`.
    #[arg(long, value_enum, value_name = "FORMAT", env = "CALYPSO_FORMAT")]
    format: Option<Format>,

    /// Columns that lines may take; by default as many as the terminal has, any number elsewhere.
    #[arg(long, value_name = "COLUMNS", env = "CALYPSO_WIDTH")]
    width: Option<usize>,

    /// Leave the line of column names out of csv.
    #[arg(long)]
    no_header: bool,

    /// Write the results to a file, in the form that its ending says unless there is --format.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Read the query from a file; then all arguments are data.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Format of all data, such as csv or multijson; by default what names or contents say.
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    data_format: Option<DataFormat>,

    /// Whether the first record of delimited data are names; by default told by the data.
    #[arg(long, value_enum, value_name = "YES|NO")]
    header: Option<HasHeader>,

    /// Let the service log to standard error.
    #[arg(long, short)]
    verbose: bool,

    /// The query or command, then the data: files, patterns such as 'logs/*.csv', `-` for standard input, each called
    /// after its file or by NAME=FILE. Without a query the interactive shell begins, on a terminal.
    #[arg(value_name = "KQL|[NAME=]FILE", required_unless_present = "file")]
    arguments: Vec<String>,
}

/// Loads the data and runs the statement, or the shell; nothing is left.
pub(crate) fn run(arguments: &LocalArguments) -> anyhow::Result<()> {
    let (statement, sources) = match &arguments.file {
        Some(_) => (None, source_argument::split(&arguments.arguments)?.1),
        None => source_argument::split(&arguments.arguments)?,
    };
    let is_interactive = statement.is_none() && arguments.file.is_none();
    if is_interactive && !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        bail!(
            "there is no query\nhint: it comes first: calypso local 'TABLE | take 10' FILE…; on a terminal, without one, the shell begins"
        );
    }
    let dir = tempfile::Builder::new().prefix("calypso-local-").tempdir();
    let dir = dir.context("cannot create a temporary directory")?;
    let config = config(dir.path())?;
    if arguments.verbose {
        telemetry::begin(&config)?;
    }
    let runtime = crate::serve::runtime()?;
    runtime.spawn(remove_when_stopped(dir.path().to_owned(), is_interactive));
    let outcome =
        runtime.block_on(open(config, sources, arguments.known(), dir.path())).and_then(|(server, loaded)| {
            let outcome = arguments.answer(&server.url(), statement, &loaded, is_interactive);
            runtime.block_on(server.close());
            outcome
        });
    // Nothing of the service may still write when the directory goes.
    drop(runtime);
    remove(dir)?;
    outcome
}

/// Opens the service and loads the data, however many tables they are.
async fn open(
    config: Config,
    sources: Vec<TableSource>,
    known: Known,
    dir: &Path,
) -> anyhow::Result<(Server, Vec<Loaded>)> {
    let server = Server::open(config).await?;
    let connection = ConnectArguments::local(&server.url())?.connect()?;
    let loading = stream::iter(sources).map(|source| loading::load(&connection, source, known, dir));
    match loading.buffered(TABLES_AT_ONCE_MAX).try_collect().await {
        Ok(loaded) => Ok((server, loaded)),
        Err(error) => {
            server.close().await;
            Err(error)
        }
    }
}

impl LocalArguments {
    fn known(&self) -> Known {
        Known { format: self.data_format, has_header: self.header.map(HasHeader::is_yes), format_flag: "--data-format" }
    }

    fn answer(
        &self,
        url: &str,
        statement: Option<&str>,
        loaded: &[Loaded],
        is_interactive: bool,
    ) -> anyhow::Result<()> {
        notice_guesses(loaded)?;
        let connect = ConnectArguments::local(url)?;
        if is_interactive {
            show_tables(loaded)?;
            return shell::begin(&connect, self.format);
        }
        let query = QueryArguments::of(connect, statement.map(str::to_owned), self.file.clone()).with_output(
            self.format,
            self.width,
            self.no_header,
            self.output.clone(),
        );
        query_command::run(&query)
    }
}

/// Who queries data whose header was only guessed should know.
fn notice_guesses(loaded: &[Loaded]) -> io::Result<()> {
    for file in loaded.iter().flat_map(|loaded| &loaded.guessed_headers) {
        writeln!(io::stderr(), "calypso: {file}: the first line is taken for names; `--header no` if it is data")?;
    }
    Ok(())
}

fn show_tables(loaded: &[Loaded]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    loaded.iter().try_for_each(|Loaded { table, schema, .. }| writeln!(out, "{table} {schema}"))?;
    writeln!(out)
}

/// The settings of the temporary service: a free port of the loopback, and files of this machine.
fn config(dir: &Path) -> anyhow::Result<Config> {
    Config::resolve(ServeArguments {
        data_dir: Some(dir.join("service")),
        listen: Some("127.0.0.1:0".to_owned()),
        https_listen: Some("none".to_owned()),
        allow_local_files: Some(true),
        ..ServeArguments::default()
    })
}

/// A signal ends the process at once, but leaves nothing behind. The shell takes Ctrl-C for itself.
async fn remove_when_stopped(dir: PathBuf, is_interactive: bool) {
    let stopped = if is_interactive { crate::shutdown::terminated().await } else { crate::shutdown::requested().await };
    if stopped.is_ok() {
        // There is nobody to tell that it failed.
        let _ = std::fs::remove_dir_all(&dir);
        std::process::exit(INTERRUPTED);
    }
}

fn remove(dir: TempDir) -> anyhow::Result<()> {
    let path = dir.path().display().to_string();
    dir.close().with_context(|| format!("cannot remove {path}"))
}
