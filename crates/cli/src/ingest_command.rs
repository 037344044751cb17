//! `calypso ingest`: brings files, standard input or URLs into a table.

mod delivery;
mod fallback;
mod first_record;
mod item;
mod mapping_file;
mod mode;
mod progress;
mod report;
pub mod source;
mod target_table;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use calypso_clock::{Ids as _, RandomIds};
use calypso_formats::DataFormat;
use calypso_types::DateTime;
use kusto_ingest::IngestionProperties;
use uuid::Uuid;

use crate::{connect::ConnectArguments, time_argument};

use delivery::Delivery;
use fallback::Fallback;
use item::Item;
use mode::Mode;
use progress::Progress;
use report::Report;
use source::InputSource;
use target_table::{Creation, Target};

/// Most sources under way at one time.
const PARALLEL_MAX: u64 = 64;

/// Arguments of `calypso ingest`.
#[derive(Debug, clap::Args)]
pub struct IngestArguments {
    #[command(flatten)]
    connect: ConnectArguments,

    /// Table to ingest into.
    #[arg(long, value_name = "TABLE")]
    table: String,

    /// How the data gets there.
    #[arg(long, value_enum, default_value = "managed", env = "CALYPSO_INGEST_MODE")]
    mode: Mode,

    /// Format of the data, such as csv, json, multijson or parquet; by default what name or content say.
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<DataFormat>,

    /// Name of an ingestion mapping of the table.
    #[arg(long, value_name = "NAME", conflicts_with = "mapping_file")]
    mapping: Option<String>,

    /// File with the JSON array of a mapping's elements; has the data queued.
    #[arg(long, value_name = "FILE")]
    mapping_file: Option<PathBuf>,

    /// Leave out the first record of each source: a header.
    #[arg(long)]
    ignore_first_record: bool,

    /// Create the table if it is missing, with columns told by the first records; the commands are shown and asked for.
    #[arg(long)]
    create_table: bool,

    /// Run the commands of --create-table without asking.
    #[arg(long, short = 'y', requires = "create_table")]
    yes: bool,

    /// Whether the first record are names, where --create-table would tell it otherwise.
    #[arg(long, value_enum, value_name = "YES|NO", requires = "create_table")]
    header: Option<HasHeader>,

    /// Tag of the extents; may be given many times. Has the data queued, as the other tags do.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,

    /// Tag to drop the extents by, without its prefix `drop-by:`; may be given many times.
    #[arg(long, value_name = "TAG")]
    drop_by: Vec<String>,

    /// Tag that --ingest-if-not-exists looks for, without its prefix `ingest-by:`; may be given many times.
    #[arg(long, value_name = "TAG")]
    ingest_by: Vec<String>,

    /// Skip the data if the table has an extent with this `ingest-by:` tag; may be given many times.
    #[arg(long, value_name = "TAG")]
    ingest_if_not_exists: Vec<String>,

    /// Time that retention and caching take for that of the data. Has the data queued.
    #[arg(long, value_name = "TIME", value_parser = time_argument::time)]
    creation_time: Option<DateTime>,

    /// Do not let queued data wait for others to share a batch with.
    #[arg(long)]
    flush: bool,

    /// Wait until the rows of all sources are visible, and fail if any did not get there.
    #[arg(long)]
    wait: bool,

    /// How long to wait, such as 90s or 1h.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = time_argument::duration)]
    wait_limit: Duration,

    /// Identity of the data: a service that has ingested it already does not do so again. For a single source.
    #[arg(long, value_name = "GUID")]
    source_id: Option<Uuid>,

    /// Sources under way at the same time.
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u64).range(1..=PARALLEL_MAX))]
    parallel: u64,

    /// Files; patterns of files, such as 'logs/*.csv'; URLs, which the service fetches; `-` for standard input.
    #[arg(value_name = "FILE|PATTERN|URL|-", required = true)]
    sources: Vec<String>,
}

/// An answer to a question that has a default of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum HasHeader {
    /// It is.
    Yes,
    /// It is data.
    No,
}

impl HasHeader {
    /// Returns it as a truth value.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// Reads the name of a format.
///
/// # Errors
/// If there is none of that name; the text lists those there are.
pub fn format(name: &str) -> Result<DataFormat, String> {
    DataFormat::from_name(name).map_err(|_| {
        let names = DataFormat::ALL.map(DataFormat::name).join(", ");
        format!("there is no such format; there are {names}")
    })
}

/// Ingests every source.
///
/// # Errors
/// If any of them fails, or is not known to have arrived.
pub fn run(arguments: &IngestArguments) -> anyhow::Result<()> {
    let sources = InputSource::expand(&arguments.sources)?;
    if arguments.source_id.is_some() && sources.len() > 1 {
        bail!("--source-id is for a single source");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start a thread")?;
    runtime.block_on(ingest(arguments, sources))
}

async fn ingest(arguments: &IngestArguments, sources: Vec<InputSource>) -> anyhow::Result<()> {
    let fallback = Arc::new(Fallback::default());
    let (connection, options) = arguments.connect.resolve()?;
    let client = arguments.mode.client(connection, options, &fallback);
    let client = client.map_err(|error| anyhow::Error::msg(error.to_string()))?;
    let connection = arguments.connect.connect()?;
    let total = sources.len();
    let report = Mutex::new(Report::begin(total));
    let mut items = prepare(arguments, sources, &report);
    let target = if items.is_empty() {
        Target::default()
    } else {
        target_table::find_or_create(&connection, &arguments.table, &items, arguments.creation()).await?
    };
    if arguments.ignore_first_record || target.has_header {
        items.iter_mut().for_each(|item| item.leave_out_first_record(arguments.mode));
    } else if arguments.header.is_none()
        && let Some(hint) = first_record::header_hint(&items)
    {
        warn(&hint);
    }
    let size = items.iter().filter_map(|item| item.size).sum();
    let progress = Progress::begin(items.len() as u64, size);
    let delivery = Delivery {
        client,
        connection: &connection,
        properties: arguments.properties(&connection.database)?,
        target,
        parallel: usize::try_from(arguments.parallel).unwrap_or(1),
        wait: arguments.wait.then_some(arguments.wait_limit),
        fallback,
        progress: progress.clone(),
        report: &report,
        batches: Mutex::default(),
    };
    delivery.run(items).await;
    progress.end();
    let batches = delivery.batches.lock().unwrap_or_else(PoisonError::into_inner).len();
    drop(delivery);
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(failure) = report.only_failure.take() {
        bail!(failure);
    }
    let (bytes, elapsed) = progress.figures();
    let failed = report.end(bytes, batches, progress.sending(), elapsed).context("cannot write to standard output")?;
    if failed > 0 {
        bail!("{failed} of {total} sources failed");
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "results go to standard output, warnings do not")]
fn warn(text: &str) {
    eprintln!("{text}");
}

/// Finds out how sources are to be read; those that cannot be are reported and left out.
fn prepare(arguments: &IngestArguments, sources: Vec<InputSource>, report: &Mutex<Report>) -> Vec<Item> {
    let mut items = Vec::with_capacity(sources.len());
    for source in sources {
        let name = source.to_string();
        let source_id = arguments.source_id.unwrap_or_else(|| RandomIds.next_id());
        match Item::prepare(source, arguments.format, source_id) {
            Ok(item) => items.push(item),
            Err(error) => {
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.source(&name, report::Ending::Failed(format!("{error:#}")));
            }
        }
    }
    items
}

impl IngestArguments {
    fn creation(&self) -> Creation {
        Creation {
            wanted: self.create_table,
            agreed: self.yes,
            has_header: self.header.map(HasHeader::is_yes).or(self.ignore_first_record.then_some(true)),
            has_mapping: self.mapping.is_some() || self.mapping_file.is_some(),
            mode: self.mode,
        }
    }

    fn properties(&self, database: &str) -> anyhow::Result<IngestionProperties> {
        let mut properties = IngestionProperties::new(database, &self.table)
            .with_additional_tags(self.tag.clone())
            .with_drop_by_tags(self.drop_by.clone())
            .with_ingest_by_tags(self.ingest_by.clone())
            .with_ingest_if_not_exists(self.ingest_if_not_exists.clone())
            .with_flush_immediately(self.flush);
        if let Some(time) = self.creation_time {
            properties = properties.with_creation_time(time);
        }
        if let Some(name) = &self.mapping {
            properties = properties.with_mapping_reference(name);
        }
        if let Some(path) = &self.mapping_file {
            properties = properties.with_inline_mapping(mapping_file::read(path)?);
        }
        Ok(properties)
    }
}
