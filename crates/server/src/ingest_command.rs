//! `calypso ingest`: sends files, standard input or URLs into a table.

mod format;
mod payload;
mod source;
mod streaming;

use std::io::Write as _;

use anyhow::{Context as _, bail};
use calypso_clock::{Ids as _, RandomIds};
use uuid::Uuid;

use calypso_cli::{
    connect::{ConnectArguments, Connection},
    explanation::explain,
};

use format::StreamFormat;
use payload::Payload;
use source::Source;
use streaming::{Body, Retries, StreamRequest, StreamedRows};

/// How data reaches the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    /// Rows are durable and visible at once.
    Streaming,
    /// Streaming; what cannot be streamed is queued.
    Managed,
    /// Rows become visible when their batch is sealed.
    Queued,
}

/// Arguments of `calypso ingest`.
#[derive(Debug, clap::Args)]
pub(crate) struct IngestArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Table; it must exist.
    #[arg(long, value_name = "TABLE")]
    table: String,

    /// How the data gets there.
    #[arg(long, value_enum, default_value = "managed", env = "CALYPSO_INGEST_MODE")]
    mode: Mode,

    /// Format of the data, such as csv, json, multijson or parquet; by default what the name's ending says.
    #[arg(long, value_name = "FORMAT")]
    format: Option<StreamFormat>,

    /// Name of an ingestion mapping of the table.
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,

    /// Skip the first record of each source. Queued ingestion only: streaming ingestion cannot.
    #[arg(long)]
    ignore_first_record: bool,

    /// Wait until the rows are visible. Streamed rows always are when the command ends.
    #[arg(long)]
    wait: bool,

    /// Identity of the data: a service that has ingested it already does not do so again. For a single source.
    #[arg(long, value_name = "GUID")]
    source_id: Option<Uuid>,

    /// Files; URLs, which the service fetches; `-` for standard input.
    #[arg(value_name = "FILE|URL|-", required = true)]
    sources: Vec<Source>,
}

/// Ingests every source; an error if any of them fails.
pub(crate) fn run(arguments: &IngestArguments) -> anyhow::Result<()> {
    arguments.refuse_what_cannot_be()?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
    let connection = arguments.connect.connect()?;
    let (mut rows, mut failed) = (0, 0);
    for source in &arguments.sources {
        match runtime.block_on(arguments.ingest(&connection, source)) {
            Ok(streamed) => {
                rows += streamed.count;
                print(&format!("{source}: {}", told(streamed)))?;
            }
            Err(error) if arguments.sources.len() == 1 => return Err(error.context(source.to_string())),
            Err(error) => {
                failed += 1;
                complain(&format!("calypso: {source}: {error:#}"));
            }
        }
    }
    let total = arguments.sources.len();
    if total > 1 {
        print(&format!("{} of {total} sources, {rows} rows", total - failed))?;
    }
    if failed > 0 {
        bail!("{failed} of {total} sources failed");
    }
    Ok(())
}

impl IngestArguments {
    fn refuse_what_cannot_be(&self) -> anyhow::Result<()> {
        if self.mode == Mode::Queued {
            bail!("queued ingestion is not available yet; --mode streaming takes up to {} MiB", payload::MIB_MAX);
        }
        if self.ignore_first_record {
            bail!(
                "streaming ingestion cannot skip the first record (as in Kusto, where only queued ingestion has \
                 ignoreFirstRecord)\nhint: take it off first: tail -n +2 FILE | calypso ingest … --format csv -"
            );
        }
        if self.source_id.is_some() && self.sources.len() > 1 {
            bail!("--source-id is for a single source");
        }
        if self.sources.iter().filter(|source| **source == Source::StandardInput).count() > 1 {
            bail!("standard input can be read only once");
        }
        Ok(())
    }

    async fn ingest(&self, connection: &Connection, source: &Source) -> anyhow::Result<StreamedRows> {
        let format = match self.format {
            Some(format) => format,
            None => source.format().context("its name does not tell the format; say it with --format")?,
        };
        let body = match source {
            Source::Url(url) => Body::Uri(url.clone()),
            Source::File(path) => {
                let file = std::fs::File::open(path)?;
                self.payload(Payload::read(file, format)?)?
            }
            Source::StandardInput => self.payload(Payload::read(std::io::stdin().lock(), format)?)?,
        };
        let source_id = self.source_id.unwrap_or_else(|| RandomIds.next_id());
        let request = StreamRequest {
            table: &self.table,
            format: format.name(),
            mapping: self.mapping.as_deref(),
            body,
            source_id,
        };
        let streamed = streaming::stream(connection, &request, Retries::DEFAULT, |error, pause| {
            complain(&format!("calypso: {source}: {error}; trying again in {} s", pause.as_secs()));
        });
        streamed.await.map_err(|error| {
            let queued = self.mode == Mode::Managed && streaming::is_passing(&error) && error.service_error().is_some();
            let instead = if queued { "\nqueued ingestion, which would come next, is not available yet" } else { "" };
            anyhow::Error::msg(format!("{}{instead}", explain(&error, None)))
        })
    }

    fn payload(&self, payload: Payload) -> anyhow::Result<Body> {
        match payload {
            Payload::Whole { bytes, gzip } => Ok(Body::Data { bytes, gzip }),
            Payload::TooLarge if self.mode == Mode::Managed => bail!(
                "more than {} MiB cannot be streamed, and queued ingestion is not available yet; split the data",
                payload::MIB_MAX
            ),
            Payload::TooLarge => bail!(
                "more than {} MiB cannot be streamed; larger data needs --mode queued, or split it",
                payload::MIB_MAX
            ),
        }
    }
}

fn told(streamed: StreamedRows) -> String {
    match streamed {
        StreamedRows { count: 0, attempt: 2.. } => "ingested by an earlier attempt whose answer was lost".to_owned(),
        StreamedRows { count: 1, .. } => "1 row".to_owned(),
        StreamedRows { count, .. } => format!("{count} rows"),
    }
}

fn print(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

#[expect(clippy::print_stderr, reason = "the user must learn of a failure while the rest goes on")]
fn complain(line: &str) {
    eprintln!("{line}");
}
