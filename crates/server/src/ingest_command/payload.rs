//! The body of a streaming ingestion: read within the limit, compressed where that helps.

use std::io::{self, Read, Write as _};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::format::StreamFormat;

/// Largest body of a streaming ingestion, as it travels, in MiB: what Kusto documents and Calypso accepts.
pub(super) const MIB_MAX: usize = 10;
const BYTES_MAX: usize = MIB_MAX << 20;
/// How much is read at a time.
const PIECE_BYTES: usize = 64 * 1024;
const GZIP_MAGIC: &[u8] = b"\x1f\x8b";
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Payload {
    Whole { bytes: Bytes, gzip: bool },
    TooLarge,
}

impl Payload {
    /// Reads to the end, or until it is certain that the body would be too large.
    pub(super) fn read(mut reader: impl Read, format: StreamFormat) -> io::Result<Self> {
        let mut magic = Vec::with_capacity(ZIP_MAGIC.len());
        reader.by_ref().take(ZIP_MAGIC.len() as u64).read_to_end(&mut magic)?;
        let (gzip, zip) = (magic.starts_with(GZIP_MAGIC), magic.starts_with(ZIP_MAGIC));
        let mut reader = io::Cursor::new(magic).chain(reader);
        if gzip || zip || !format.is_text() {
            return Self::read_as_is(&mut reader, gzip);
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => encoder.write_all(&piece[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if encoder.get_ref().len() > BYTES_MAX {
                return Ok(Self::TooLarge);
            }
        }
        Ok(Self::within_limit(encoder.finish()?, true))
    }

    fn read_as_is(reader: &mut impl Read, gzip: bool) -> io::Result<Self> {
        let mut bytes = Vec::new();
        reader.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Self::within_limit(bytes, gzip))
    }

    fn within_limit(bytes: Vec<u8>, gzip: bool) -> Self {
        if bytes.len() > BYTES_MAX { Self::TooLarge } else { Self::Whole { bytes: bytes.into(), gzip } }
    }
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;

    use super::*;

    fn format(name: &str) -> StreamFormat {
        name.parse().unwrap()
    }

    #[test]
    fn text_is_compressed_and_what_is_compressed_travels_as_it_is() {
        let Payload::Whole { bytes, gzip: true } = Payload::read(&b"1,a\n2,b\n"[..], format("csv")).unwrap() else {
            panic!("text travels compressed");
        };
        let mut text = String::new();
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "1,a\n2,b\n");
        assert_eq!(
            Payload::read(&bytes[..], format("csv")).unwrap(),
            Payload::Whole { bytes: bytes.clone(), gzip: true }
        );
        for (body, name) in [(&b"PK\x03\x04..."[..], "csv"), (b"PAR1...", "parquet"), (b"", "orc")] {
            let expected = Payload::Whole { bytes: Bytes::from_static(body), gzip: false };
            assert_eq!(Payload::read(body, format(name)).unwrap(), expected);
        }
    }

    #[test]
    fn the_limit_is_that_of_the_body_that_travels() {
        let blanks = io::repeat(b' ').take(BYTES_MAX as u64 + 1);
        assert!(matches!(Payload::read(blanks, format("csv")).unwrap(), Payload::Whole { gzip: true, .. }));
        assert_eq!(Payload::read(io::repeat(b' '), format("parquet")).unwrap(), Payload::TooLarge);
        let exactly = io::repeat(1).take(BYTES_MAX as u64);
        assert!(matches!(Payload::read(exactly, format("avro")).unwrap(), Payload::Whole { gzip: false, .. }));
    }
}
