//! What the beginning of data tells: their format, whether the first record are names, and which columns they make.

mod format;
mod header;

use std::io::{self, Read, Seek, SeekFrom};

use anyhow::{Context as _, bail};
pub use calypso_formats::DataFormat;
use calypso_formats::{Compression, Ingestion, decompress, infer_columns};
use calypso_types::ScalarType;

use header::Header;

/// Decompressed bytes that format and header are told by.
const FIRST_BYTES: u64 = 256 * 1024;

/// What a caller knows already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The format.
    pub format: Option<DataFormat>,
    /// Whether the first record are names.
    pub has_header: Option<bool>,
    /// The flag by which the user says the format, for errors.
    pub format_flag: &'static str,
}

/// See the file's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSample {
    /// How the records are to be read.
    pub format: DataFormat,
    /// Whether the first record are names, which ingestion must leave out.
    pub has_header: bool,
    /// Whether that is a guess that may be wrong: every column is text.
    pub header_is_guessed: bool,
    /// Names, as the data have them, and types of the fields.
    pub fields: Vec<(String, ScalarType)>,
}

impl DataSample {
    /// Looks at the beginning of `body`, whose `name` may tell its format.
    ///
    /// # Errors
    /// When the format cannot be told, the records cannot be read, or there are none.
    pub fn take<R>(mut body: R, name: Option<&str>, known: Known) -> anyhow::Result<Self>
    where
        R: Read + Seek + Send + 'static,
    {
        let format = match known.format.or_else(|| name.and_then(format_of_name)) {
            Some(format) => format,
            None => {
                let (first, is_whole) = first_bytes(&mut body, known.format_flag)?;
                format_of_bytes(&first, is_whole).with_context(|| format_unknown(known.format_flag))?
            }
        };
        if !format.is_supported() {
            bail!("Calypso does not read {format}, so its columns are not known");
        }
        let header = match known.has_header {
            _ if !may_have_header(format) => Header::Data,
            Some(true) => Header::Names,
            Some(false) => Header::Data,
            None => header::tell(&complete_lines(first_bytes(&mut body, known.format_flag)?), format)?,
        };
        let has_header = header != Header::Data;
        let mut ingestion = Ingestion::new(format, &[]);
        ingestion.options.ignore_first_record = has_header;
        let columns = infer_columns(body, &ingestion)?;
        Ok(Self {
            format,
            has_header,
            header_is_guessed: header == Header::LikelyNames,
            fields: columns.into_iter().map(|column| (column.name, column.ty)).collect(),
        })
    }
}

/// What to do about data that tell nothing.
pub(crate) fn format_unknown(flag: &str) -> String {
    format!("neither name nor content tells the format; say it with `{flag}`")
}

/// Tells the format by the name of a file or a URL.
#[must_use]
pub fn format_of_name(name: &str) -> Option<DataFormat> {
    format::of_name(name)
}

/// Tells the format by the first bytes of decompressed data; `is_whole` says that nothing follows.
#[must_use]
pub fn format_of_bytes(first: &[u8], is_whole: bool) -> Option<DataFormat> {
    format::of_bytes(first, is_whole)
}

/// Says whether the first record may be the names of fields.
#[must_use]
pub const fn may_have_header(format: DataFormat) -> bool {
    matches!(
        format,
        DataFormat::Csv | DataFormat::Tsv | DataFormat::Tsve | DataFormat::Scsv | DataFormat::Sohsv | DataFormat::Psv
    )
}

/// Reads the first decompressed bytes and returns to the start; says whether they are all. Errors name `format_flag`.
///
/// # Errors
/// When reading fails, or the data are a zip archive.
pub fn first_bytes(body: &mut (impl Read + Seek), format_flag: &str) -> anyhow::Result<(Vec<u8>, bool)> {
    body.seek(SeekFrom::Start(0))?;
    let mut magic = Vec::new();
    body.by_ref().take(4).read_to_end(&mut magic)?;
    body.seek(SeekFrom::Start(0))?;
    if Compression::sniff(&magic) == Compression::Zip {
        bail!(
            "what is inside a zip archive is not looked at; say its format with `{format_flag}`, and `--header` if it has one"
        );
    }
    let mut first = Vec::new();
    read_first(decompress(&mut *body, u64::MAX)?, &mut first)?;
    body.seek(SeekFrom::Start(0))?;
    let is_whole = (first.len() as u64) < FIRST_BYTES;
    Ok((first, is_whole))
}

/// A compressed stream that was cut off has an error at its end, not before.
fn read_first(mut data: impl Read, first: &mut Vec<u8>) -> io::Result<()> {
    match data.by_ref().take(FIRST_BYTES).read_to_end(first) {
        Err(error) if first.is_empty() => Err(error),
        _ => Ok(()),
    }
}

/// Leaves out a last line that goes on behind what was read.
fn complete_lines((mut first, is_whole): (Vec<u8>, bool)) -> Vec<u8> {
    if !is_whole {
        let end = first.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        first.truncate(end);
    }
    first
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn sample(text: &str, name: Option<&str>) -> DataSample {
        DataSample::take(Cursor::new(text.as_bytes().to_vec()), name, Known::default()).unwrap()
    }

    #[test]
    fn a_header_names_the_fields_and_the_rest_gives_them_types() {
        let sample = sample("id,city,at\n1,Oslo,2026-01-01T06:00:00Z\n", Some("a.csv"));
        assert!(sample.has_header && !sample.header_is_guessed);
        let fields = [("id", ScalarType::Long), ("city", ScalarType::String), ("at", ScalarType::DateTime)];
        assert_eq!(sample.fields, fields.map(|(name, ty)| (name.to_owned(), ty)));
    }

    #[test]
    fn data_without_a_name_are_told_by_what_they_begin_with() {
        let sample = sample("{\"a\":1,\"b\":[1]}\n{\"a\":2.5}\n", None);
        assert_eq!((sample.format, sample.has_header), (DataFormat::Json, false));
        assert_eq!(sample.fields, [("a".to_owned(), ScalarType::Real), ("b".to_owned(), ScalarType::Dynamic)]);
    }

    #[test]
    fn who_knows_better_is_believed() {
        let known = Known { format: Some(DataFormat::Csv), has_header: Some(false), ..Known::default() };
        let sample = DataSample::take(Cursor::new(b"a,b\n1,2\n".to_vec()), Some("x.json"), known).unwrap();
        assert_eq!((sample.format, sample.has_header), (DataFormat::Csv, false));
        assert_eq!(sample.fields[0], ("Column1".to_owned(), ScalarType::String));
    }
}
