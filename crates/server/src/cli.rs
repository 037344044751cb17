//! The command line.

use clap::{Parser, Subcommand};

use crate::{
    config::ServeArguments, ingest_command::IngestArguments, query_command::QueryArguments,
    quickstart::QuickstartArguments, trust::TrustArguments,
};

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
    /// Run a query or management command.
    Query(Box<QueryArguments>),
    /// Ingest files, standard input or URLs into a table.
    Ingest(Box<IngestArguments>),
    /// Say how clients come to trust the local certificate authority.
    Trust(TrustArguments),
    /// Print a commented configuration file with every setting and its default.
    Config,
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
