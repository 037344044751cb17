//! The data formats of ingestion and their names.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats>

use std::fmt;

use calypso_model::MappingKind;

use crate::Error;

/// A format of the records of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataFormat {
    /// RFC 4180, comma.
    Csv,
    /// Tab, quoted as csv.
    Tsv,
    /// Tab, never quoted, backslash escapes.
    Tsve,
    /// Semicolon, quoted as csv.
    Scsv,
    /// U+0001, quoted as csv.
    Sohsv,
    /// Vertical bar, quoted as csv.
    Psv,
    /// One string a line.
    Txt,
    /// One string a file.
    Raw,
    /// One JSON object a line; what is malformed is left out.
    Json,
    /// Exactly one JSON value a file.
    SingleJson,
    /// JSON objects in any layout, or arrays of them.
    MultiJson,
    Avro,
    ApacheAvro,
    Parquet,
    Orc,
    SStream,
    W3CLogFile,
    AzMonStream,
}

impl DataFormat {
    /// What a source is taken for when neither property nor file name says.
    pub const DEFAULT: Self = Self::Csv;

    /// Every format.
    pub const ALL: [Self; 18] = [
        Self::Csv,
        Self::Tsv,
        Self::Tsve,
        Self::Scsv,
        Self::Sohsv,
        Self::Psv,
        Self::Txt,
        Self::Raw,
        Self::Json,
        Self::SingleJson,
        Self::MultiJson,
        Self::Avro,
        Self::ApacheAvro,
        Self::Parquet,
        Self::Orc,
        Self::SStream,
        Self::W3CLogFile,
        Self::AzMonStream,
    ];

    /// Returns the name as properties carry it, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Tsve => "tsve",
            Self::Scsv => "scsv",
            Self::Sohsv => "sohsv",
            Self::Psv => "psv",
            Self::Txt => "txt",
            Self::Raw => "raw",
            Self::Json => "json",
            Self::SingleJson => "singlejson",
            Self::MultiJson => "multijson",
            Self::Avro => "avro",
            Self::ApacheAvro => "apacheavro",
            Self::Parquet => "parquet",
            Self::Orc => "orc",
            Self::SStream => "sstream",
            Self::W3CLogFile => "w3clogfile",
            Self::AzMonStream => "azmonstream",
        }
    }

    /// Finds a format by name, ignoring case.
    ///
    /// # Errors
    /// `BadRequest_FormatNotSupported` with the name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::FormatNotSupported { format: name.to_owned() })
    }

    /// Infers the format from the name of a file or the path of a URL, with or without `.gz` or `.zip` at its end.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.split(['?', '#', ';']).next()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name);
        match name.rsplit(['/', '\\']).next()?.rsplit_once('.')?.1 {
            "log" => Some(Self::W3CLogFile),
            // Both readers share the extension; the newer one reads whatever the older does.
            "avro" => Some(Self::ApacheAvro),
            extension => Self::ALL.into_iter().find(|format| format.name() == extension),
        }
    }

    /// Returns the kind of the mappings that apply; none for formats that take no mapping.
    #[must_use]
    pub const fn mapping_kind(self) -> Option<MappingKind> {
        Some(match self {
            Self::Csv | Self::Tsv | Self::Tsve | Self::Scsv | Self::Sohsv | Self::Psv | Self::Txt | Self::Raw => {
                MappingKind::Csv
            }
            Self::Json | Self::SingleJson | Self::MultiJson => MappingKind::Json,
            Self::Avro => MappingKind::Avro,
            Self::ApacheAvro => MappingKind::ApacheAvro,
            Self::Parquet => MappingKind::Parquet,
            Self::Orc => MappingKind::Orc,
            Self::SStream => MappingKind::SStream,
            Self::W3CLogFile => MappingKind::W3CLogFile,
            Self::AzMonStream => return None,
        })
    }

    /// Says whether files of the format are compact by themselves: what is read may be far larger than the file.
    #[must_use]
    pub const fn is_compact(self) -> bool {
        matches!(self, Self::Avro | Self::ApacheAvro | Self::Parquet | Self::Orc)
    }

    /// Says whether this build reads the format.
    #[must_use]
    pub const fn is_supported(self) -> bool {
        !matches!(self, Self::SStream | Self::AzMonStream)
    }
}

impl fmt::Display for DataFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
