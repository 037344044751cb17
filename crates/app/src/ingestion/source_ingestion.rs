//! Sources into extents: fetch, read, write, commit once for all of them.

use std::{
    fs::File,
    io::{Cursor, Read, Seek, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use calypso_formats::{BATCH_ROWS_DEFAULT, DataFormat, Ingestion, Options, read_body};
use calypso_model::{Database, IngestionMapping, Table};
use calypso_storage::{BatchSender, IngestOptions, Ingested, batch_channel};
use tokio::runtime::Handle;

use super::{IngestionProperties, MappingChoice, find_mapping, source_location};
use crate::{App, AppError, Cancellation, error_sources, table_definition::columns_of};

/// Where data is.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// In the command itself.
    Inline(Bytes),
    Uri(String),
}

impl Source {
    /// Returns how messages name the source.
    pub(crate) fn location(&self) -> String {
        match self {
            Self::Inline(_) => String::new(),
            Self::Uri(uri) => source_location(uri),
        }
    }

    fn format(&self, properties: &IngestionProperties) -> DataFormat {
        let by_name = || match self {
            Self::Inline(_) => None,
            Self::Uri(uri) => DataFormat::from_file_name(uri),
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
    /// Ingests all sources, all or none.
    ///
    /// # Errors
    /// The first failure; nothing is then committed.
    pub(crate) async fn run(
        self,
        app: &App,
        cancel: &Cancellation,
        options: IngestOptions,
    ) -> Result<Ingested, AppError> {
        let mut readings = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            readings.push(self.reading(app, source)?);
        }
        let (sender, receiver) = batch_channel::<AppError>();
        let producing = produce(app, cancel, self.sources, readings, sender);
        let ((), ingested) = tokio::join!(producing, app.storage.ingest_extents(self.table, receiver, options));
        ingested
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
            ..Options::default()
        };
        let reading = Reading { table: self.table.clone(), format, mapping, options };
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

/// Reads one source after the other into the channel. Only an end without errors is told as one.
async fn produce(
    app: &App,
    cancel: &Cancellation,
    sources: Vec<Source>,
    readings: Vec<Reading>,
    sender: BatchSender<AppError>,
) {
    let mut sender = sender;
    for (source, reading) in sources.into_iter().zip(readings) {
        match produce_one(app, cancel, source, reading, sender).await {
            Ok(returned) => sender = returned,
            Err(Some((returned, error))) => {
                // If nobody listens any more, the writer has failed by itself and tells why.
                let _ = returned.send(Err(error)).await;
                return;
            }
            Err(None) => return,
        }
    }
    sender.finish().await;
}

type Failed = Option<(BatchSender<AppError>, AppError)>;

async fn produce_one(
    app: &App,
    cancel: &Cancellation,
    source: Source,
    reading: Reading,
    sender: BatchSender<AppError>,
) -> Result<BatchSender<AppError>, Failed> {
    let permit = app.readers.clone().acquire_owned().await;
    let body = match open(app, cancel, source).await {
        Ok(body) => body,
        Err(error) => return Err(Some((sender, error))),
    };
    let runtime = Handle::current();
    let cancel = cancel.clone();
    let task = tokio::task::spawn_blocking(move || {
        let outcome = read(body, &reading, &cancel, &runtime, &sender);
        drop(permit);
        (sender, outcome)
    });
    match task.await {
        Ok((sender, Ok(()))) => Ok(sender),
        Ok((sender, Err(error))) => Err(Some((sender, error))),
        Err(error) => {
            error_sources::log(&error);
            Err(None)
        }
    }
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
        Source::Uri(uri) => app.sources.fetch_file(&uri, app.settings.source_bytes_max, cancel).await.map(Body::File),
    }
}

/// Runs on a blocking thread: parses, and waits where the writer is slower.
fn read(
    body: Body,
    reading: &Reading,
    cancel: &Cancellation,
    runtime: &Handle,
    sender: &BatchSender<AppError>,
) -> Result<(), AppError> {
    let columns = columns_of(&reading.table);
    read_body(body, &reading.ingestion(&columns), &mut |batch| {
        if cancel.is_cancelled() {
            return Err(Box::new(AppError::cancelled()));
        }
        if !runtime.block_on(sender.send(Ok(batch))) {
            return Err(Box::new(AppError::cancelled()));
        }
        Ok(())
    })?;
    Ok(())
}
