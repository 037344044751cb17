//! One thing to ingest: a source, and how it is read.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use calypso_formats::{Compression, DataFormat, decompress};
use kusto_ingest::Source;
use uuid::Uuid;

use super::{
    first_record::{FirstRecord, WithoutFirstRecord},
    mode::Mode,
    source::InputSource,
};
use crate::data_sample::{
    DataSample, Known, first_bytes, format_of_bytes, format_of_name, format_unknown, may_have_header,
};

/// Bytes of standard input that are looked at: as much as inference reads of data that may be compressed, and more.
const INPUT_BYTES_MAX: u64 = 6 << 20;
/// Managed streaming streams no file above this size, whatever its format.
const STREAMED_FILE_BYTES_MAX: u64 = 8 << 20;

/// The flag that says what data are.
const FORMAT_FLAG: &str = "--format";

/// See the file's header.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) source: InputSource,
    pub(super) source_id: Uuid,
    pub(super) format: DataFormat,
    pub(super) first_record: FirstRecord,
    /// Bytes as they are stored; nothing for pipes and URLs.
    pub(super) size: Option<u64>,
    /// What was read of standard input already.
    beginning: Vec<u8>,
    compression: Compression,
}

impl Item {
    /// Finds out how `source` is to be read.
    ///
    /// # Errors
    /// If it cannot be opened, or its format cannot be told.
    pub(super) fn prepare(source: InputSource, format: Option<DataFormat>, source_id: Uuid) -> anyhow::Result<Self> {
        let mut item = Self {
            format: format.or_else(|| source.name().and_then(format_of_name)).unwrap_or(DataFormat::DEFAULT),
            source_id,
            first_record: FirstRecord::Kept,
            size: None,
            beginning: Vec::new(),
            compression: Compression::None,
            source,
        };
        let is_known = format.is_some() || item.source.name().and_then(format_of_name).is_some();
        match &item.source {
            InputSource::Url(_) if is_known => {}
            InputSource::Url(_) => anyhow::bail!("its name does not tell the format; say it with `--format`"),
            InputSource::StandardInput => {
                io::stdin().lock().take(INPUT_BYTES_MAX).read_to_end(&mut item.beginning)?;
                item.compression = Compression::sniff(&item.beginning);
                if !is_known {
                    item.format = tell_format(&mut Cursor::new(&item.beginning))?;
                }
            }
            InputSource::File(path) => {
                // A pipe can be opened only once.
                let metadata = std::fs::metadata(path)?;
                if metadata.is_file() {
                    let mut file = File::open(path)?;
                    item.size = Some(metadata.len());
                    let mut magic = Vec::new();
                    file.by_ref().take(4).read_to_end(&mut magic)?;
                    item.compression = Compression::sniff(&magic);
                    if !is_known {
                        item.format = tell_format(&mut file)?;
                    }
                } else if !is_known {
                    anyhow::bail!(format_unknown(FORMAT_FLAG));
                }
            }
        }
        Ok(item)
    }

    /// Decides who leaves out the first record.
    pub(super) fn leave_out_first_record(&mut self, mode: Mode) {
        let has_one = may_have_header(self.format) || self.format == DataFormat::Txt;
        let is_streamed = match mode {
            Mode::Streaming => true,
            Mode::Managed => self.size.is_none_or(|size| size <= STREAMED_FILE_BYTES_MAX),
            Mode::Queued => false,
        };
        let passes_here = !matches!(self.source, InputSource::Url(_)) && self.compression != Compression::Zip;
        self.first_record = if !has_one {
            FirstRecord::Kept
        } else if is_streamed && passes_here {
            FirstRecord::LeftOutHere
        } else {
            FirstRecord::LeftOutThere
        };
    }

    /// Looks at the first records; nothing where they cannot be seen.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(super) fn sample(&self, has_header: Option<bool>) -> anyhow::Result<Option<DataSample>> {
        let known = Known { format: Some(self.format), has_header, format_flag: FORMAT_FLAG };
        let name = self.source.name();
        Ok(match &self.source {
            InputSource::Url(_) => None,
            InputSource::StandardInput => {
                Some(DataSample::take(Cursor::new(self.beginning.clone()), name, known).context("standard input")?)
            }
            InputSource::File(path) if self.size.is_some() => {
                let sample = File::open(path).map_err(Into::into).and_then(|file| DataSample::take(file, name, known));
                Some(sample.with_context(|| path.display().to_string())?)
            }
            InputSource::File(_) => None,
        })
    }

    /// Opens the source for the SDK; bytes are added to `read` as they are read.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub(super) fn open(&mut self, read: &Arc<AtomicU64>) -> anyhow::Result<Source> {
        let counted = |reader| Counted { reader, count: Arc::clone(read) };
        let source = match &self.source {
            InputSource::Url(url) => Source::blob(url.clone()),
            InputSource::StandardInput => {
                let whole = Cursor::new(std::mem::take(&mut self.beginning)).chain(io::stdin());
                self.reading(counted(Box::new(whole)))?
            }
            InputSource::File(path) => {
                let file = File::open(path)?;
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                self.reading(counted(Box::new(file)))?.with_name(name)
            }
        };
        Ok(source.with_source_id(self.source_id))
    }

    fn reading(&self, reader: Counted) -> anyhow::Result<Source> {
        if self.first_record != FirstRecord::LeftOutHere {
            return Ok(Source::blocking_reader(reader));
        }
        let has_quotes = !matches!(self.format, DataFormat::Tsve | DataFormat::Txt);
        let plain = decompress(reader, u64::MAX)?;
        Ok(Source::blocking_reader(WithoutFirstRecord::new(plain, has_quotes)))
    }
}

fn tell_format(data: &mut (impl Read + io::Seek)) -> anyhow::Result<DataFormat> {
    let (first, is_whole) = first_bytes(data, FORMAT_FLAG)?;
    format_of_bytes(&first, is_whole).with_context(|| format_unknown(FORMAT_FLAG))
}

/// Counts what is read of it.
struct Counted {
    reader: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
