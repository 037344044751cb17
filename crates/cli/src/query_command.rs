//! `calypso query`: runs a query or management command and prints its results.

mod output;
mod streamed;
mod text;

use std::{
    io::{self, IsTerminal as _, Write},
    path::PathBuf,
};

use anyhow::{Context as _, bail};
use kusto_data::{ClientRequestProperties, Error};

use crate::{
    answer,
    connect::{ConnectArguments, Connection},
    explanation::explain,
    layout::{Format, Layout},
    shell,
    statement::Statement,
    terminal,
};

use output::Output;

/// Arguments of `calypso query`.
#[derive(Debug, clap::Args)]
pub struct QueryArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Form of the results; by default a chart where `render` asks for one on a terminal, else a table, or one line for
    /// each value where a table would not fit the terminal.
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

    /// Read the query or command from a file.
    #[arg(long, short, value_name = "FILE", conflicts_with = "statement")]
    file: Option<PathBuf>,

    /// Query, or management command if it begins with a dot; `-` reads it from standard input. Without it the
    /// interactive shell begins, on a terminal.
    #[arg(value_name = "KQL")]
    statement: Option<String>,
}

/// Runs the statement; an error if it fails, also when it fails after some results.
///
/// # Errors
/// What went wrong, with the place in the text and what to try.
pub fn run(arguments: &QueryArguments) -> anyhow::Result<()> {
    let none_given = arguments.file.is_none() && arguments.statement.is_none();
    if none_given && io::stdin().is_terminal() && io::stdout().is_terminal() {
        return shell::begin(&arguments.connect, arguments.format);
    }
    let statement = Statement::new(&text::read(arguments.file.as_deref(), arguments.statement.as_deref())?);
    if statement.is_empty() {
        bail!("there is no query or command to run");
    }
    let layout = arguments.layout();
    if layout.format.is_some_and(Format::is_binary) && arguments.output.is_none() && io::stdout().is_terminal() {
        bail!("a Parquet file would garble the terminal; name a file with `--output FILE.parquet`");
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let connection = arguments.connect.connect()?;
    let mut out = Output::to(arguments.output.as_deref());
    let outcome = if layout.format.is_some_and(Format::is_streamed) && !statement.is_command() {
        runtime.block_on(streamed::run(&connection, &statement, &layout, &mut out))
    } else {
        runtime.block_on(execute(&connection, &statement, &layout, &mut out))
    };
    match outcome.and_then(|()| out.finish()) {
        // Whoever reads has seen enough.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        outcome => outcome,
    }
}

async fn execute(
    connection: &Connection,
    statement: &Statement,
    layout: &Layout,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match answer::execute(connection, statement, &ClientRequestProperties::default()).await {
        Ok(dataset) => written(layout.write(&answer::results(&dataset), answer::visualization(&dataset).as_ref(), out)),
        Err(error) => {
            if let Some(partial) = error.partial_results() {
                written(layout.write(&answer::results(partial), None, out).and_then(|()| out.flush()))?;
            }
            Err(failed(&error, statement))
        }
    }
}

fn written(outcome: io::Result<()>) -> anyhow::Result<()> {
    outcome.context("cannot write the results")
}

fn failed(error: &Error, statement: &Statement) -> anyhow::Error {
    let told = anyhow::Error::msg(explain(error, Some(statement.text())));
    match error.partial_results() {
        Some(_) => told.context("the results are not complete"),
        None => told,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.root_cause().downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

impl QueryArguments {
    /// Returns the arguments that run `statement`, or the text of `file`, at a service: for programs that have one.
    #[must_use]
    pub const fn of(connect: ConnectArguments, statement: Option<String>, file: Option<PathBuf>) -> Self {
        Self { connect, format: None, width: None, no_header: false, output: None, file, statement }
    }

    /// Says in which form the results are written, how wide, and where to.
    #[must_use]
    pub fn with_output(
        self,
        format: Option<Format>,
        width: Option<usize>,
        no_header: bool,
        output: Option<PathBuf>,
    ) -> Self {
        Self { format, width, no_header, output, ..self }
    }

    fn layout(&self) -> Layout {
        let to_terminal = self.output.is_none() && io::stdout().is_terminal();
        let of_file = || self.output.as_deref().and_then(Format::of_file);
        let terminal_width = || terminal::width().filter(|_| to_terminal);
        Layout {
            format: self.format.or_else(of_file),
            width: self.width.or_else(terminal_width).filter(|width| *width > 0),
            header: !self.no_header,
            row_count: to_terminal,
            charts: to_terminal,
            colours: to_terminal && terminal::has_colours(),
        }
    }
}
