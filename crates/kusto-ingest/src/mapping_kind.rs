//! The kinds of ingestion mappings: which records a mapping reads.
//!
//! <https://learn.microsoft.com/kusto/management/mappings>

use std::fmt;

/// The kind of records that a mapping reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Every kind.
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

    /// Returns Kusto's name, as the property `ingestionMappingType` carries it.
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

    /// Says whether a mapping of this kind may serve data whose own kind is `data`. The two Avro kinds serve one another.
    #[must_use]
    pub fn serves(self, data: Self) -> bool {
        let avro = |kind: Self| matches!(kind, Self::Avro | Self::ApacheAvro);
        self == data || (avro(self) && avro(data))
    }
}

impl fmt::Display for MappingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
