//! Open extents: file handle, footer and filter directory, kept for the extents used lately.
//!
//! The first time this process opens an extent that it has not written, the whole file is read and its checksum
//! compared with the catalog's, so that no query reads damaged bytes unnoticed; later opens trust that.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use calypso_model::{Extent, ExtentId};
use parking_lot::Mutex;
use parquet::{
    arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
    errors::ParquetError,
    file::metadata::PageIndexPolicy,
};

use super::{
    chunks::Chunks,
    filter_section::{FILTERS_KEY, FilterDirectory, located},
    term_filter,
};
use crate::{
    Error,
    extent_files::{ExtentFiles, ExtentSource},
    settings::OPEN_EXTENTS_MAX,
};

/// Bytes read at once while a checksum is computed.
const CHECK_BYTES: usize = 1024 * 1024;

/// An extent ready to be read.
pub(crate) struct OpenExtent {
    pub(super) path: String,
    pub(super) source: Arc<dyn ExtentSource>,
    pub(super) metadata: ArrowReaderMetadata,
    filters: FilterDirectory,
}

impl OpenExtent {
    /// Says whether a row group may hold all of `hashes` in `column`; true where there is no filter.
    pub(super) fn may_contain_all(&self, column: u32, row_group: usize, hashes: &[u64]) -> Result<bool, Error> {
        let Some(entry) = self.filters.get(column, row_group).filter(|_| !hashes.is_empty()) else {
            return Ok(true);
        };
        let filter = self.source.read_at(entry.offset, entry.length as usize).map_err(Error::io("read", &self.path))?;
        if crc32c::crc32c(&filter) != entry.crc {
            let reason = format!("the filter of column {column} in row group {row_group} has another checksum");
            return Err(Error::CorruptExtent { path: self.path.clone(), reason });
        }
        Ok(hashes.iter().all(|hash| term_filter::may_contain(&filter, *hash)))
    }
}

/// The extents used lately, and which files are known to be sound.
pub(crate) struct OpenExtents {
    files: Arc<dyn ExtentFiles>,
    cache: Mutex<Cache>,
    sound: Mutex<HashSet<ExtentId>>,
    /// Held while an extent is opened, so that threads reading parts of one extent check it once.
    opening: Mutex<HashMap<ExtentId, Arc<Mutex<()>>>>,
}

#[derive(Default)]
struct Cache {
    open: HashMap<ExtentId, (u64, Arc<OpenExtent>)>,
    uses: u64,
}

impl OpenExtents {
    pub(crate) fn new(files: Arc<dyn ExtentFiles>) -> Self {
        Self { files, cache: Mutex::default(), sound: Mutex::default(), opening: Mutex::default() }
    }

    /// Notes that this process wrote the extent, its checksum computed on the way.
    pub(crate) fn note_written(&self, extent: ExtentId) {
        self.sound.lock().insert(extent);
    }

    /// Forgets an extent whose file is about to be deleted.
    pub(crate) fn forget(&self, extent: ExtentId) {
        self.cache.lock().open.remove(&extent);
        self.sound.lock().remove(&extent);
    }

    /// Opens an extent. Blocking.
    pub(crate) fn open(&self, extent: &Extent) -> Result<Arc<OpenExtent>, Error> {
        if let Some(open) = self.cache.lock().get(extent.id) {
            return Ok(open);
        }
        let turn = self.opening.lock().entry(extent.id).or_default().clone();
        let opened = {
            let _turn = turn.lock();
            self.open_in_turn(extent)
        };
        self.opening.lock().remove(&extent.id);
        opened
    }

    fn open_in_turn(&self, extent: &Extent) -> Result<Arc<OpenExtent>, Error> {
        if let Some(open) = self.cache.lock().get(extent.id) {
            return Ok(open);
        }
        let source = self.files.open(&extent.path).map_err(Error::io("open", &extent.path))?;
        let is_sound = self.sound.lock().contains(&extent.id);
        if !is_sound {
            check(&source, extent)?;
            self.sound.lock().insert(extent.id);
        }
        let open = Arc::new(read_footer(source, extent)?);
        self.cache.lock().put(extent.id, open.clone());
        Ok(open)
    }
}

impl Cache {
    fn get(&mut self, extent: ExtentId) -> Option<Arc<OpenExtent>> {
        self.uses += 1;
        let (used, open) = self.open.get_mut(&extent)?;
        *used = self.uses;
        Some(open.clone())
    }

    fn put(&mut self, extent: ExtentId, open: Arc<OpenExtent>) {
        if self.open.len() >= OPEN_EXTENTS_MAX {
            let oldest = self.open.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| *id);
            oldest.and_then(|oldest| self.open.remove(&oldest));
        }
        self.open.insert(extent, (self.uses, open));
    }
}

fn check(source: &Arc<dyn ExtentSource>, extent: &Extent) -> Result<(), Error> {
    let (mut crc, mut at) = (0, 0);
    while at < source.length() {
        let length = CHECK_BYTES.min(usize::try_from(source.length() - at).unwrap_or(CHECK_BYTES));
        let bytes = source.read_at(at, length).map_err(Error::io("read", &extent.path))?;
        crc = crc32c::crc32c_append(crc, &bytes);
        at += length as u64;
    }
    if crc == extent.crc32c {
        return Ok(());
    }
    Err(Error::CorruptExtent { path: extent.path.clone(), reason: "the file has another checksum".to_owned() })
}

fn read_footer(source: Arc<dyn ExtentSource>, extent: &Extent) -> Result<OpenExtent, Error> {
    let path = extent.path.clone();
    let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
    let metadata = ArrowReaderMetadata::load(&Chunks(source.clone()), options)
        .map_err(Error::extent("read the footer of", &path))?;
    let place = metadata
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .and_then(|entries| entries.iter().find(|entry| entry.key == FILTERS_KEY))
        .and_then(|entry| entry.value.as_deref())
        .and_then(located);
    let filters = match place {
        Some((offset, length)) => {
            let bytes = source.read_at(offset, length).map_err(Error::io("read", &path))?;
            FilterDirectory::decode(&bytes)
                .map_err(|reason| Error::CorruptExtent { path: path.clone(), reason: reason.to_owned() })?
        }
        None => {
            let source = ParquetError::General(format!("the footer has no entry {FILTERS_KEY}"));
            return Err(Error::Extent { operation: "read the footer of", path, source });
        }
    };
    Ok(OpenExtent { path, source, metadata, filters })
}
