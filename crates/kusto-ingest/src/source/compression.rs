//! How the bytes of a source are compressed, told by what they begin with.

/// A compression that Kusto reads; it tells it by the first bytes, never by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    #[default]
    None,
    Gzip,
    Zip,
}

impl Compression {
    /// Bytes that it takes to tell.
    pub(super) const MAGIC_BYTES: usize = 4;

    /// Tells the compression by the first bytes of the data.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if bytes.starts_with(b"PK\x03\x04") {
            Self::Zip
        } else {
            Self::None
        }
    }

    /// Tells the compression by the name of a blob, whose bytes a client does not see.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let path = name.split(['?', '#', ';']).next().unwrap_or_default().to_ascii_lowercase();
        if path.ends_with(".gz") || path.ends_with(".gzip") {
            Self::Gzip
        } else if path.ends_with(".zip") {
            Self::Zip
        } else {
            Self::None
        }
    }

    /// Says whether the bytes are compressed.
    #[must_use]
    pub const fn is_compressed(self) -> bool {
        !matches!(self, Self::None)
    }
}
