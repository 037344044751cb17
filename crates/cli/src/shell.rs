//! The interactive shell: reads statements line by line, runs them, shows what came.

mod completer;
mod editor;
mod highlighter;
mod history;
mod prompt;
mod schema_source;
mod session;
mod validator;

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use reedline::Signal;

use crate::{
    connect::ConnectArguments,
    layout::Format,
    meta_command::{MetaCommand, help},
    statement::Statement,
};

use session::Session;

/// Arguments of `calypso repl`.
#[derive(Debug, clap::Args)]
pub struct ShellArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Form of the results; by default a chart where `render` asks for one, else a table, or one line for each value
    /// where a table would not fit.
    #[arg(long, value_enum, value_name = "FORMAT", env = "CALYPSO_FORMAT")]
    format: Option<Format>,
}

/// Runs the shell until the user leaves.
///
/// # Errors
/// If there is no terminal, or no service.
pub fn run(arguments: &ShellArguments) -> anyhow::Result<()> {
    begin(&arguments.connect, arguments.format)
}

/// Connects and runs the shell until the user leaves.
///
/// # Errors
/// As [`run`].
pub fn begin(connect: &ConnectArguments, format: Option<Format>) -> anyhow::Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!("the shell needs a terminal; `calypso query -` reads a statement from standard input");
    }
    if format.is_some_and(Format::is_binary) {
        bail!("the shell cannot show Parquet; `calypso query --output FILE.parquet` writes a file");
    }
    let mut session = Session::open(connect, format)?;
    let mut editor = editor::editor(&session)?;
    say(&session.greeting())?;
    loop {
        let signal = editor.read_line(&session.prompt()).context("cannot read from the terminal")?;
        match signal {
            Signal::Success(text) if handle(&mut session, &text)? => {}
            Signal::Success(_) | Signal::CtrlD => return Ok(()),
            // What was typed is gone; the next line begins anew.
            _ => {}
        }
    }
}

/// Does what a line says; false to leave.
fn handle(session: &mut Session, text: &str) -> anyhow::Result<bool> {
    if text.trim_start().starts_with('\\') {
        return match MetaCommand::read(text) {
            Ok(command) => meta(session, command),
            Err(reason) => say(&format!("{reason}\n")).map(|()| true),
        };
    }
    let statement = Statement::new(without_end(text));
    if !statement.is_empty() {
        session.execute(&statement)?;
    }
    Ok(true)
}

/// Takes off the empty lines that ended the statement.
fn without_end(text: &str) -> &str {
    text.trim_end()
}

fn meta(session: &mut Session, command: MetaCommand) -> anyhow::Result<bool> {
    match command {
        MetaCommand::Quit => return Ok(false),
        MetaCommand::Help => say(&help())?,
        MetaCommand::Database(None) => session.execute(&Statement::new(".show databases | project DatabaseName"))?,
        MetaCommand::Database(Some(name)) => say(&session.change_database(&name))?,
        MetaCommand::Format(None) => say(&format!("form: {}\n", session.format_name()))?,
        MetaCommand::Format(Some(format)) => {
            session.format = format;
            say(&format!("form: {}\n", session.format_name()))?;
        }
        MetaCommand::Timing => {
            session.timing = !session.timing;
            say(&format!("timing: {}\n", if session.timing { "on" } else { "off" }))?;
        }
        MetaCommand::Refresh => say(&session.refresh())?,
        MetaCommand::Connect(text) => say(&session.change_service(&text))?,
    }
    Ok(true)
}

/// Writes to the terminal.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to the terminal")
}
