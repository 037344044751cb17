//! Opening a body that may be compressed. What it is, its first bytes say: clients' headers and file names lie.

use std::io::{self, BufReader, Chain, Cursor, Read, Seek, SeekFrom};

use flate2::bufread::MultiGzDecoder;
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use crate::{Error, ZipPattern, limits::ARCHIVE_FILES_MAX};

/// First bytes of a gzip member.
const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];

/// First bytes of a zip archive.
const ZIP_MAGIC: [u8; 4] = *b"PK\x03\x04";

/// First bytes of a zip archive without any file.
const ZIP_EMPTY_MAGIC: [u8; 4] = *b"PK\x05\x06";

/// Bytes read at a time before they are unpacked.
const GZIP_BUFFER_BYTES: usize = 64 << 10;

/// What macOS adds to archives: resource forks, which are no data.
const RESOURCE_FORKS: &str = "__MACOSX/";

/// Takes a file of a body: its name where an archive gives one, and its bytes.
pub(crate) type Visit<'v> = dyn FnMut(Option<&str>, &mut dyn Read) -> Result<(), Error> + 'v;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zip,
}

impl Compression {
    /// Tells the compression from the first bytes of a body; four are enough.
    #[must_use]
    pub fn sniff(first: &[u8]) -> Self {
        if first.starts_with(&GZIP_MAGIC) {
            Self::Gzip
        } else if first.starts_with(&ZIP_MAGIC) || first.starts_with(&ZIP_EMPTY_MAGIC) {
            Self::Zip
        } else {
            Self::None
        }
    }
}

/// Tells how a body is compressed, and returns to where it stood.
///
/// # Errors
/// When reading fails.
pub(crate) fn sniff_body(body: &mut (impl Read + Seek)) -> Result<Compression, Error> {
    let (first, length) = first_bytes(body).map_err(Error::Read)?;
    Ok(Compression::sniff(&first[..length]))
}

/// Calls `visit` with each file of `body` in turn, decompressed, and the file's name where the archive names it.
/// All files together may have `bytes_max` bytes. Of a zip archive only the files that `pattern` matches are read.
///
/// # Errors
/// When the archive is invalid, too large or has no file to read, reading fails, or `visit` fails. An error inside the compressed
/// data comes to `visit` as an I/O error around an [`Error`].
pub(crate) fn for_each_file(
    mut body: impl Read + Seek,
    bytes_max: u64,
    pattern: Option<&ZipPattern>,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let mut left = bytes_max;
    match sniff_body(&mut body)? {
        Compression::None => {
            visit(None, &mut Limited { source: body, left: &mut left, limit: bytes_max, archive: None })
        }
        Compression::Gzip => {
            let source = MultiGzDecoder::new(BufReader::with_capacity(GZIP_BUFFER_BYTES, body));
            visit(None, &mut Limited { source, left: &mut left, limit: bytes_max, archive: Some("gzip") })
        }
        Compression::Zip => for_each_member(body, bytes_max, pattern, visit),
    }
}

/// Decompresses a stream that cannot seek: gzip by its first bytes, else as it is. A zip archive needs to seek.
///
/// # Errors
/// When reading the first bytes fails.
pub fn decompress<R: Read>(mut body: R, bytes_max: u64) -> Result<impl Read, Error> {
    let mut first = [0; 4];
    let length = read_up_to(&mut body, &mut first).map_err(Error::Read)?;
    let compression = Compression::sniff(&first[..length]);
    let mut head = Cursor::new(first);
    head.set_position(0);
    let whole = BufReader::new(head.take(length as u64).chain(body));
    let source: MaybeGzip<_> = match compression {
        Compression::None => MaybeGzip::Plain(whole),
        Compression::Gzip => MaybeGzip::Gzip(Box::new(MultiGzDecoder::new(whole))),
        Compression::Zip => {
            let message = "a zip archive can only be read from a whole body".to_owned();
            return Err(Error::InvalidArchive { kind: "zip", message });
        }
    };
    let archive = (compression == Compression::Gzip).then_some("gzip");
    Ok(Limited { source, left: bytes_max, limit: bytes_max, archive })
}

/// The start of a stream put back in front of it.
type Rejoined<R> = BufReader<Chain<io::Take<Cursor<[u8; 4]>>, R>>;

enum MaybeGzip<R: Read> {
    Plain(Rejoined<R>),
    Gzip(Box<MultiGzDecoder<Rejoined<R>>>),
}

impl<R: Read> Read for MaybeGzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(buffer),
            Self::Gzip(source) => source.read(buffer),
        }
    }
}

/// Reads until `buffer` is full or the source ends.
fn read_up_to(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match source.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Looks at the first bytes and returns to them.
fn first_bytes(body: &mut (impl Read + Seek)) -> io::Result<([u8; 4], usize)> {
    let start = body.stream_position()?;
    let mut first = [0; 4];
    let length = read_up_to(body, &mut first)?;
    body.seek(SeekFrom::Start(start))?;
    Ok((first, length))
}

fn for_each_member(
    body: impl Read + Seek,
    bytes_max: u64,
    pattern: Option<&ZipPattern>,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let mut archive = ZipArchive::new(body).map_err(from_zip)?;
    if archive.len() > ARCHIVE_FILES_MAX {
        return Err(Error::TooManyFiles { files: archive.len() });
    }
    let mut left = bytes_max;
    let mut files = 0;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(from_zip)?;
        let Some(name) = data_file_name(&member)? else { continue };
        if pattern.is_some_and(|pattern| !pattern.matches(&name)) {
            continue;
        }
        files += 1;
        visit(Some(&name), &mut Limited { source: member, left: &mut left, limit: bytes_max, archive: Some("zip") })?;
    }
    match pattern {
        _ if files > 0 => Ok(()),
        Some(pattern) => Err(Error::NoFileMatches { pattern: pattern.text().to_owned() }),
        None => Err(Error::EmptyArchive),
    }
}

/// Returns the name of a member that is a file of data.
fn data_file_name(member: &ZipFile<'_, impl Read>) -> Result<Option<String>, Error> {
    let name = member.name().map_err(from_zip)?.into_owned();
    Ok((!member.is_dir() && !name.starts_with(RESOURCE_FORKS)).then_some(name))
}

fn from_zip(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => Error::Read(error),
        other => Error::InvalidArchive { kind: "zip", message: other.to_string() },
    }
}

/// What remains of a limit: of one file, or shared by the files of an archive.
trait Allowance {
    fn left(&mut self) -> &mut u64;
}

impl Allowance for u64 {
    fn left(&mut self) -> &mut u64 {
        self
    }
}

impl Allowance for &mut u64 {
    fn left(&mut self) -> &mut u64 {
        self
    }
}

/// Reads at most so many bytes, and tells corrupt archives from failing sources.
struct Limited<R, A> {
    source: R,
    left: A,
    limit: u64,
    /// The kind of archive that `source` unpacks.
    archive: Option<&'static str>,
}

impl<R: Read, A: Allowance> Read for Limited<R, A> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer).map_err(|error| match (self.archive, error.kind()) {
            // What decoders answer to data that is damaged or cut short.
            (
                Some(kind),
                io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::Other,
            ) => io::Error::other(Error::InvalidArchive { kind, message: error.to_string() }),
            _ => error,
        })?;
        let left = self.left.left();
        match left.checked_sub(count as u64) {
            Some(rest) => *left = rest,
            None => return Err(io::Error::other(Error::DecompressedTooLarge { limit: self.limit })),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
