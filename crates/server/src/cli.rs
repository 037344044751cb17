//! The command line.

use clap::{Parser, Subcommand};

use calypso_cli::{
    completions_command::CompletionsArguments, doctor_command::DoctorArguments, failures_command::FailuresArguments,
    ingest_command::IngestArguments, query_command::QueryArguments, shell::ShellArguments,
    status_command::StatusArguments,
};

use crate::{config::ServeArguments, local::LocalArguments, quickstart::QuickstartArguments, trust::TrustArguments};

/// A self-hosted Kusto.
#[derive(Debug, Parser)]
#[command(name = "calypso", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service.
    Serve(Box<ServeArguments>),
    /// Show it all on a temporary server: create a table, stream, query.
    Quickstart(QuickstartArguments),
    /// Run a query or management command; without one, on a terminal, the interactive shell.
    Query(Box<QueryArguments>),
    /// The interactive shell: highlighting, completion, history, charts.
    Repl(Box<ShellArguments>),
    /// Query files with KQL, without a server.
    Local(Box<LocalArguments>),
    /// Ingest files, standard input or URLs into a table.
    Ingest(Box<IngestArguments>),
    /// Show where queued sources are: received, in a batch, ingested, failed.
    Status(Box<StatusArguments>),
    /// Show what did not get into tables, and why.
    Failures(Box<FailuresArguments>),
    /// Say what of a connection works: address, trust, version, clock, database, ingestion.
    Doctor(Box<DoctorArguments>),
    /// Say how clients come to trust the local certificate authority.
    Trust(TrustArguments),
    /// Print a commented configuration file with every setting and its default.
    Config,
    /// Print a script that completes commands and flags in a shell.
    Completions(CompletionsArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
