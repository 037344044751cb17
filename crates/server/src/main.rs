//! The `calypso` program: a Kusto-compatible database in one process and one data directory.

mod cli;
mod config;

mod serve;
mod trust;

mod local;
mod quickstart;

mod banner;
mod listener;
mod shutdown;
mod staging;
mod telemetry;
mod tls;
mod wiring;

use std::process::ExitCode;

use calypso_cli::{
    completions_command, doctor_command, failures_command, ingest_command, query_command, shell, status_command,
};
use clap::{CommandFactory as _, Parser as _};

use crate::cli::{Cli, Command};

/// Many small batches come and go; the system's allocator keeps too much of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Quickstart(arguments) => quickstart::run(&arguments),
        Command::Query(arguments) => query_command::run(&arguments),
        Command::Repl(arguments) => shell::run(&arguments),
        Command::Local(arguments) => local::run(&arguments),
        Command::Ingest(arguments) => ingest_command::run(&arguments),
        Command::Status(arguments) => status_command::run(&arguments),
        Command::Failures(arguments) => failures_command::run(&arguments),
        Command::Trust(arguments) => trust::run(&arguments),
        Command::Config => config::print_sample(),
        Command::Doctor(arguments) => doctor_command::run(&arguments),
        Command::Completions(arguments) => completions_command::run(&arguments, Cli::command()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a program that failed, perhaps before it could log")]
fn report(error: &anyhow::Error) {
    eprintln!("calypso: {error:#}");
}
