//! `calypso query`: runs a query or management command and prints its results.

use std::{
    io::{self, IsTerminal as _, Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::client::{
    Answer, ClientError, ConnectArguments, Statement, explain,
    layout::{Format, Layout},
};

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";
/// Largest statement that is read; services accept less.
const STATEMENT_BYTES_MAX: u64 = 64 << 20;

/// Arguments of `calypso query`.
#[derive(Debug, clap::Args)]
pub(crate) struct QueryArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Form of the results; by default a table, or one line for each value where a table would not fit the terminal.
    #[arg(long, value_enum, value_name = "FORMAT", env = "CALYPSO_FORMAT")]
    format: Option<Format>,

    /// Columns that lines may take; by default as many as the terminal has, any number elsewhere.
    #[arg(long, value_name = "COLUMNS", env = "CALYPSO_WIDTH")]
    width: Option<usize>,

    /// Leave the line of column names out of csv.
    #[arg(long)]
    no_header: bool,

    /// Read the query or command from a file.
    #[arg(long, short, value_name = "FILE", conflicts_with = "statement")]
    file: Option<PathBuf>,

    /// Query, or management command if it begins with a dot; `-` reads it from standard input.
    #[arg(value_name = "KQL")]
    statement: Option<String>,
}

/// Runs the statement; an error if it fails, also when it fails after some results.
pub(crate) fn run(arguments: &QueryArguments) -> anyhow::Result<()> {
    let statement = Statement::new(&arguments.text()?);
    if statement.is_empty() {
        bail!("there is no query or command to run");
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let explained = |error: &ClientError| anyhow::Error::msg(explain(error, Some(statement.text())));
    let client = arguments.connect.connect().map_err(|error| explained(&error))?;
    let Answer { tables, error } = runtime.block_on(client.execute(&statement)).map_err(|error| explained(&error))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = arguments.layout().write(&tables, &mut out).and_then(|()| out.flush());
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write the results")?,
    }
    match error {
        Some(error) => Err(explained(&ClientError::Refused(Box::new(error))).context("the results are not complete")),
        None => Ok(()),
    }
}

impl QueryArguments {
    fn text(&self) -> anyhow::Result<String> {
        match (&self.file, self.statement.as_deref()) {
            (Some(path), _) => read_file(path),
            (None, Some(STANDARD_INPUT)) => read_standard_input(),
            (None, Some(text)) => Ok(text.to_owned()),
            (None, None) if !io::stdin().is_terminal() => read_standard_input(),
            (None, None) => bail!("say what to run, such as `calypso query 'print now()'`"),
        }
    }

    fn layout(&self) -> Layout {
        let is_terminal = io::stdout().is_terminal();
        let terminal_width = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Layout {
            format: self.format,
            width: self.width.or_else(terminal_width).filter(|width| *width > 0),
            header: !self.no_header,
            row_count: is_terminal,
        }
    }
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    let context = || format!("cannot read {}", path.display());
    let file = std::fs::File::open(path).with_context(context)?;
    read_text(file).with_context(context)
}

fn read_standard_input() -> anyhow::Result<String> {
    read_text(io::stdin().lock()).context("cannot read standard input")
}

fn read_text(reader: impl io::Read) -> anyhow::Result<String> {
    let mut text = String::new();
    reader.take(STATEMENT_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > STATEMENT_BYTES_MAX {
        bail!("it is larger than {} MiB", STATEMENT_BYTES_MAX >> 20);
    }
    // Editors of some systems put a mark before the first line.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
