//! Sources that are files of the server's machine.

use std::{fs::File, io, path::Path};

use crate::{Error, SourceSettings};

/// Opens the file; returns it with its size.
///
/// # Errors
/// When the settings do not allow it, or there is no such file.
pub(crate) fn open(settings: &SourceSettings, path: &Path) -> Result<(File, u64), Error> {
    if !settings.allow_local_files {
        return Err(Error::LocalFilesNotAllowed);
    }
    let file = File::open(path).map_err(Error::LocalFile)?;
    let metadata = file.metadata().map_err(Error::LocalFile)?;
    if !metadata.is_file() {
        return Err(Error::LocalFile(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")));
    }
    Ok((file, metadata.len()))
}
