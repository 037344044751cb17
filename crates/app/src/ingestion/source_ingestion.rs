//! Sources into extents: fetch, read, write, commit once for all of them.

mod table_preparation;

use std::{
    fs::File,
    io::{Cursor, Read, Seek, SeekFrom},
    sync::Arc,
};

use arrow::array::RecordBatch;
use bytes::Bytes;
use calypso_formats::{BATCH_ROWS_DEFAULT, DataFormat, Ingestion, Options, read_body};
use calypso_model::{Database, IngestionMapping, SourceId, Table};
use calypso_sources::SourceUri;
use calypso_storage::{BatchSender, IngestOptions, Ingested, batch_channel};
use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::{
    IngestionOrigin, IngestionProperties, MappingChoice, find_mapping, update_policies,
    update_policies::UpdatePolicyOutcome,
};
use crate::{App, AppError, Cancellation, error_sources, table_definition::columns_of};

/// Bytes of a source's batches that are held back until the whole source has been read, where one may fail without the
/// others.
const HELD_BYTES_MAX: usize = 32 << 20;

/// Where data is.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// In the command itself.
    Inline(Bytes),
    Uri(SourceUri),
}

impl Source {
    /// Returns how messages name the source.
    pub(crate) fn location(&self) -> String {
        match self {
            Self::Inline(_) => String::new(),
            Self::Uri(uri) => uri.location().to_owned(),
        }
    }

    fn format(&self, properties: &IngestionProperties) -> DataFormat {
        let by_name = || match self {
            Self::Inline(_) => None,
            Self::Uri(uri) => DataFormat::from_file_name(&uri.file_name()),
        };
        properties.format.or_else(by_name).unwrap_or(DataFormat::DEFAULT)
    }
}

/// An ingestion of sources into one table.
pub(crate) struct SourceIngestion {
    pub(crate) database: Arc<Database>,
    pub(crate) table: Arc<Table>,
    pub(crate) sources: Vec<Source>,
    pub(crate) properties: IngestionProperties,
}

/// How one source is read.
struct Reading {
    table: Arc<Table>,
    format: DataFormat,
    mapping: Option<Arc<IngestionMapping>>,
    options: Options,
}

impl SourceIngestion {
    /// Ingests all sources and what update policies derive from them, all or none. With `ingestIfNotExists` the commit
    /// makes sure that no extent has such a tag.
    ///
    /// # Errors
    /// The first failure; nothing is then committed.
    pub(crate) async fn run(
        self,
        app: &App,
        origin: &IngestionOrigin,
        options: IngestOptions,
    ) -> Result<Ingested, AppError> {
        let (ingested, _) = self.feed(app, origin, options, Feed::default()).await;
        Ok(ingested?.0)
    }

    /// Ingests the sources that can be read, and tells of each how many rows it brought or why it was left out.
    /// `ids` are the sources' own, of the reservation in `options`. `all_read` is called when the last source has been
    /// read; what fails behind that is no source's fault.
    ///
    /// # Errors
    /// When nothing was committed: the failure, and the outcomes of sources that failed on their own. A source that
    /// fails after a part of it went on its way takes the others along: ingest them again without it.
    pub(crate) async fn run_each(
        self,
        app: &App,
        origin: &IngestionOrigin,
        options: IngestOptions,
        ids: Vec<SourceId>,
        all_read: &(dyn Fn() + Sync),
    ) -> (Result<(Ingested, UpdatePolicyOutcome), AppError>, Vec<SourceOutcome>) {
        let lenient = Lenient { ids, left_out: options.left_out.clone() };
        let feed = Feed { lenient: Some(lenient), all_read: Some(all_read), ..Feed::default() };
        self.feed(app, origin, options, feed).await
    }

    async fn feed(
        self,
        app: &App,
        origin: &IngestionOrigin,
        mut options: IngestOptions,
        mut feed: Feed<'_>,
    ) -> (Result<(Ingested, UpdatePolicyOutcome), AppError>, Vec<SourceOutcome>) {
        let mut readings = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            match self.checked_reading(app, source) {
                Ok(reading) => readings.push(reading),
                Err(error) => return (Err(error), Vec::new()),
            }
        }
        let (sender, receiver) = batch_channel::<AppError>();
        options.unless_tagged.extend(self.properties.tags_to_avoid());
        let producing = feed.produce(app, &origin.cancel, self.sources, readings, sender);
        let ingesting = update_policies::ingest_extents(app, origin, self.table, receiver, options);
        let ((), ingested) = tokio::join!(producing, ingesting);
        (ingested, feed.outcomes)
    }

    fn reading(&self, app: &App, source: &Source) -> Result<Reading, AppError> {
        let format = source.format(&self.properties);
        let mapping = match &self.properties.mapping {
            MappingChoice::None => None,
            MappingChoice::Reference(name) => Some(find_mapping(&self.database, &self.table, format, name)?),
            MappingChoice::Inline(text) => {
                let kind = self.properties.mapping_kind.or_else(|| format.mapping_kind());
                let kind = kind.ok_or_else(|| AppError::not_supported(format!("a mapping of format '{format}'")))?;
                Some(Arc::new(IngestionMapping::parse(kind, "", text)?))
            }
        };
        let options = Options {
            ignore_first_record: self.properties.ignore_first_record,
            source_location: Some(source.location()).filter(|location| !location.is_empty()),
            validation: self.properties.validation,
            decompressed_bytes_max: app.settings.source_bytes_max,
            zip_pattern: self.properties.zip_pattern.clone(),
            spool_directory: Some(app.settings.sources.spool_dir.clone()),
            ..Options::default()
        };
        Ok(Reading { table: self.table.clone(), format, mapping, options })
    }

    /// Returns how a source is read, if it can be.
    fn checked_reading(&self, app: &App, source: &Source) -> Result<Reading, AppError> {
        let reading = self.reading(app, source)?;
        let columns = columns_of(&reading.table);
        calypso_formats::check(&reading.ingestion(&columns))?;
        Ok(reading)
    }
}

impl Reading {
    fn ingestion<'a>(&'a self, columns: &'a [calypso_columns::Column]) -> Ingestion<'a> {
        Ingestion {
            format: self.format,
            columns,
            mapping: self.mapping.as_deref(),
            options: self.options.clone(),
            batch_rows: BATCH_ROWS_DEFAULT,
        }
    }
}

/// What a source came to: its rows, or why it was left out.
pub(crate) type SourceOutcome = Result<u64, AppError>;

/// Sources that may fail without the others.
struct Lenient {
    ids: Vec<SourceId>,
    left_out: Arc<Mutex<Vec<SourceId>>>,
}

/// Reads one source after the other into the channel of batches.
#[derive(Default)]
struct Feed<'a> {
    lenient: Option<Lenient>,
    /// Called when the last source has been read.
    all_read: Option<&'a (dyn Fn() + Sync)>,
    /// Of the sources read so far, in their order.
    outcomes: Vec<SourceOutcome>,
}

impl Feed<'_> {
    /// Only an end without errors is told to the writer as one.
    async fn produce(
        &mut self,
        app: &App,
        cancel: &Cancellation,
        sources: Vec<Source>,
        readings: Vec<Reading>,
        mut sender: BatchSender<AppError>,
    ) {
        for (index, (source, reading)) in sources.into_iter().zip(readings).enumerate() {
            let held_bytes_max = if self.lenient.is_some() { HELD_BYTES_MAX } else { 0 };
            let batches = Batches { held_bytes_max, ..Batches::of(sender) };
            let Some((batches, outcome)) = produce_one(app, cancel, source, reading, batches).await else { return };
            let (begun, writer_gone) = (batches.begun, batches.writer_gone);
            sender = batches.sender;
            match (outcome, &self.lenient) {
                (Ok(()), _) => self.outcomes.push(Ok(batches.rows)),
                (Err(error), Some(lenient)) if !begun && !cancel.is_cancelled() => {
                    lenient.left_out.lock().extend(lenient.ids.get(index));
                    self.outcomes.push(Err(error));
                }
                (Err(error), _) => {
                    if !writer_gone {
                        self.outcomes.push(Err(error.clone()));
                    }
                    // If nobody listens any more, the writer has failed by itself and tells why.
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            }
        }
        sender.finish().await;
        if let Some(all_read) = self.all_read {
            all_read();
        }
    }
}

/// The batches of one source on their way. The first ones are held back for as long as the source may still fail
/// without the others.
struct Batches {
    sender: BatchSender<AppError>,
    held: Vec<RecordBatch>,
    held_bytes: usize,
    held_bytes_max: usize,
    /// Something has been sent.
    begun: bool,
    /// The writer has failed by itself: the source is not at fault.
    writer_gone: bool,
    rows: u64,
}

impl Batches {
    fn of(sender: BatchSender<AppError>) -> Self {
        Self { sender, held: Vec::new(), held_bytes: 0, held_bytes_max: 0, begun: false, writer_gone: false, rows: 0 }
    }

    /// Blocks while the writer is slower; false if it has given up.
    fn take(&mut self, batch: RecordBatch, runtime: &Handle) -> bool {
        self.rows += batch.num_rows() as u64;
        self.held_bytes += batch.get_array_memory_size();
        self.held.push(batch);
        self.held_bytes <= self.held_bytes_max || self.release(runtime)
    }

    fn release(&mut self, runtime: &Handle) -> bool {
        // From here on nothing is held: the source is too large to be taken back.
        self.held_bytes_max = 0;
        self.begun = true;
        let taken = self.held.drain(..).all(|batch| runtime.block_on(self.sender.send(Ok(batch))));
        self.writer_gone |= !taken;
        taken
    }
}

async fn produce_one(
    app: &App,
    cancel: &Cancellation,
    source: Source,
    reading: Reading,
    mut batches: Batches,
) -> Option<(Batches, Result<(), AppError>)> {
    let permit = app.readers.clone().acquire_owned().await;
    let body = match open(app, cancel, source).await {
        Ok(body) => body,
        Err(error) => return Some((batches, Err(error))),
    };
    let runtime = Handle::current();
    let cancel = cancel.clone();
    let task = tokio::task::spawn_blocking(move || {
        let outcome = read(body, &reading, &cancel, &runtime, &mut batches);
        drop(permit);
        (batches, outcome)
    });
    // A reader that panicked has not said that the data is complete; the writer sees the channel close.
    task.await.inspect_err(|error| error_sources::log(error)).ok()
}

/// The bytes of an opened source.
enum Body {
    Memory(Cursor<Bytes>),
    File(File),
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for Body {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        match self {
            Self::Memory(bytes) => bytes.seek(position),
            Self::File(file) => file.seek(position),
        }
    }
}

async fn open(app: &App, cancel: &Cancellation, source: Source) -> Result<Body, AppError> {
    match source {
        Source::Inline(bytes) => Ok(Body::Memory(Cursor::new(bytes))),
        Source::Uri(uri) if let Some(file) = open_staged(app, &uri).await? => Ok(Body::File(file)),
        Source::Uri(uri) => {
            let file = app.sources.open_file(&uri, app.settings.source_bytes_max, cancel.cancelled()).await?;
            Ok(Body::File(file))
        }
    }
}

/// Returns the bytes of a source that is to be held in memory.
///
/// # Errors
/// When it cannot be read, or has more than `bytes_max` bytes.
pub(crate) async fn fetch_bytes(
    app: &App,
    cancel: &Cancellation,
    uri: &SourceUri,
    bytes_max: u64,
) -> Result<Bytes, AppError> {
    let Some(file) = open_staged(app, uri).await? else {
        return Ok(app.sources.fetch_bytes(uri, bytes_max, cancel.cancelled()).await?);
    };
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).map(|_| bytes)
    });
    match reading.await {
        Ok(Ok(bytes)) if bytes.len() as u64 > bytes_max => Err(calypso_sources::Error::TooLarge { bytes_max }.into()),
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(error)) => Err(calypso_sources::Error::Disk(error).into()),
        Err(error) => {
            error_sources::log(&error);
            Err(AppError::internal("Reading the staged blob failed."))
        }
    }
}

/// Opens a blob of our own staging account, which needs no request to ourselves.
async fn open_staged(app: &App, uri: &SourceUri) -> Result<Option<File>, AppError> {
    let Some(blob) = app.queued.staging.own_blob(uri.secret_text(), app.clock.now()).await? else { return Ok(None) };
    let opened = tokio::fs::File::open(blob.path).await;
    let file = opened.map_err(|_| AppError::coded("Download_SourceNotFound", "The staged blob is gone."))?;
    Ok(Some(file.into_std().await))
}

/// Runs on a blocking thread: parses, and waits where the writer is slower.
fn read(
    body: Body,
    reading: &Reading,
    cancel: &Cancellation,
    runtime: &Handle,
    batches: &mut Batches,
) -> Result<(), AppError> {
    let columns = columns_of(&reading.table);
    read_body(body, &reading.ingestion(&columns), &mut |batch| {
        if cancel.is_cancelled() || !batches.take(batch, runtime) {
            return Err(Box::new(AppError::cancelled()));
        }
        Ok(())
    })?;
    if batches.release(runtime) { Ok(()) } else { Err(AppError::cancelled()) }
}
