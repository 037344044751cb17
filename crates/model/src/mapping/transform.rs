//! The transformations of mappings.
//!
//! <https://learn.microsoft.com/kusto/management/mappings#mapping-transformations>

use serde::{Deserialize, Serialize};

use super::MappingKind;

/// A transform applied on the way into the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MappingTransform {
    /// `[{"n1":"v1"},{"n2":"v2"}]` becomes `{"n1":"v1","n2":"v2"}`.
    PropertyBagArrayToDictionary,
    /// The URI of the artifact, without its signature. Reads nothing of the record.
    SourceLocation,
    /// The one-based number of the record within its artifact. Reads nothing of the record.
    SourceLineNumber,
    DateTimeFromUnixSeconds,
    DateTimeFromUnixMilliseconds,
    DateTimeFromUnixMicroseconds,
    DateTimeFromUnixNanoseconds,
    /// The object without the members that other columns map.
    DropMappedFields,
    /// Bytes as base64 text; Avro only.
    BytesAsBase64,
}

impl MappingTransform {
    /// Every transform.
    pub const ALL: [Self; 9] = [
        Self::PropertyBagArrayToDictionary,
        Self::SourceLocation,
        Self::SourceLineNumber,
        Self::DateTimeFromUnixSeconds,
        Self::DateTimeFromUnixMilliseconds,
        Self::DateTimeFromUnixMicroseconds,
        Self::DateTimeFromUnixNanoseconds,
        Self::DropMappedFields,
        Self::BytesAsBase64,
    ];

    /// Returns Kusto's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PropertyBagArrayToDictionary => "PropertyBagArrayToDictionary",
            Self::SourceLocation => "SourceLocation",
            Self::SourceLineNumber => "SourceLineNumber",
            Self::DateTimeFromUnixSeconds => "DateTimeFromUnixSeconds",
            Self::DateTimeFromUnixMilliseconds => "DateTimeFromUnixMilliseconds",
            Self::DateTimeFromUnixMicroseconds => "DateTimeFromUnixMicroseconds",
            Self::DateTimeFromUnixNanoseconds => "DateTimeFromUnixNanoseconds",
            Self::DropMappedFields => "DropMappedFields",
            Self::BytesAsBase64 => "BytesAsBase64",
        }
    }

    /// Returns the transform called `name`, ignoring case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transform| transform.name().eq_ignore_ascii_case(name))
    }

    /// Says whether the transform needs a value of the record; the others describe the record's source.
    #[must_use]
    pub const fn reads_record(self) -> bool {
        !matches!(self, Self::SourceLocation | Self::SourceLineNumber)
    }

    /// Says whether mappings of `kind` may use the transform.
    #[must_use]
    pub const fn allowed_in(self, kind: MappingKind) -> bool {
        match self {
            Self::SourceLocation | Self::SourceLineNumber => true,
            Self::DateTimeFromUnixSeconds
            | Self::DateTimeFromUnixMilliseconds
            | Self::DateTimeFromUnixMicroseconds
            | Self::DateTimeFromUnixNanoseconds => !matches!(kind, MappingKind::W3CLogFile),
            Self::PropertyBagArrayToDictionary | Self::DropMappedFields => {
                !matches!(kind, MappingKind::Csv | MappingKind::W3CLogFile)
            }
            Self::BytesAsBase64 => matches!(kind, MappingKind::Avro | MappingKind::ApacheAvro),
        }
    }
}
