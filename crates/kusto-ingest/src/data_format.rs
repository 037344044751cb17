//! The formats of data that Kusto ingests, and what clients must know of each.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats>

use std::{fmt, str::FromStr};

use crate::{Error, MappingKind};

/// A format of the records of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DataFormat {
    /// RFC 4180, comma.
    #[default]
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
    /// One JSON object a line.
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
    /// Diagnostics of Azure Monitor; takes no mapping.
    AzMonStream,
}

impl DataFormat {
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

    /// Returns the name as requests and messages carry it, in lower case.
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

    /// Infers the format from the name of a file or the path of a URL, with or without `.gz` or `.zip` at its end.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.split(['?', '#', ';']).next()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name);
        match name.rsplit(['/', '\\']).next()?.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Self::Json),
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

    /// Says whether a client compresses the data on its way. Binary formats are compact already and travel as they are.
    #[must_use]
    pub const fn is_compressible(self) -> bool {
        !matches!(self, Self::Avro | Self::ApacheAvro | Self::Parquet | Self::Orc | Self::SStream)
    }

    /// Says whether the records are JSON.
    #[must_use]
    pub const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::SingleJson | Self::MultiJson)
    }
}

impl FromStr for DataFormat {
    type Err = Error;

    /// Finds a format by name, ignoring case.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::property("format", format!("'{name}' is not a format that Kusto ingests; known are {known}"))
        })
    }
}

impl fmt::Display for DataFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
