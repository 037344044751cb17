//! The kinds of ingestion mappings.

use serde::{Deserialize, Serialize};

/// The kind of source records a mapping reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MappingKind {
    /// Every delimited format, and `txt` and `raw`.
    Csv,
    Json,
    Avro,
    ApacheAvro,
    Parquet,
    Orc,
    SStream,
    W3CLogFile,
}

impl MappingKind {
    /// Every kind, in the order messages list them.
    pub const ALL: [Self; 8] = [
        Self::Csv,
        Self::Json,
        Self::Avro,
        Self::ApacheAvro,
        Self::Parquet,
        Self::Orc,
        Self::SStream,
        Self::W3CLogFile,
    ];

    /// Returns the name as `.show ingestion mappings` prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "Csv",
            Self::Json => "Json",
            Self::Avro => "Avro",
            Self::ApacheAvro => "ApacheAvro",
            Self::Parquet => "Parquet",
            Self::Orc => "Orc",
            Self::SStream => "SStream",
            Self::W3CLogFile => "W3CLogFile",
        }
    }

    /// Returns the kind that a command or an SDK names, ignoring case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Returns the kind of mapping that data of `format` needs, ignoring case: every delimited format takes `Csv`.
    #[must_use]
    pub fn of_format(format: &str) -> Option<Self> {
        Some(match format.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tsve" | "psv" | "scsv" | "sohsv" | "txt" | "raw" => Self::Csv,
            "json" | "singlejson" | "multijson" => Self::Json,
            "avro" => Self::Avro,
            "apacheavro" => Self::ApacheAvro,
            "parquet" => Self::Parquet,
            "orc" => Self::Orc,
            "sstream" => Self::SStream,
            "w3clogfile" => Self::W3CLogFile,
            _ => return None,
        })
    }

    /// Says whether a mapping of this kind may serve data whose own kind is `data`. The two Avro kinds serve one
    /// another.
    #[must_use]
    pub fn serves(self, data: Self) -> bool {
        let avro = |kind: Self| matches!(kind, Self::Avro | Self::ApacheAvro);
        self == data || (avro(self) && avro(data))
    }
}

impl std::fmt::Display for MappingKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
