//! A blob that this process holds itself.

use std::path::PathBuf;

/// Where the bytes of a staged blob are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedBlob {
    /// The file with the blob's bytes; it does not change, but may be deleted once the blob is.
    pub path: PathBuf,
    pub bytes: u64,
}
