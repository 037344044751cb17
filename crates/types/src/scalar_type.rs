//! The ten scalar types of Kusto and their names.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/>

use std::fmt;

/// A Kusto scalar type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScalarType {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    /// Never null: an absent string is the empty string.
    String,
    /// 100 ns ticks since 0001-01-01T00:00:00Z.
    DateTime,
    /// 100 ns ticks, signed.
    TimeSpan,
    Guid,
    /// Any scalar, array or property bag.
    Dynamic,
}

impl ScalarType {
    /// Every scalar type, in documentation order.
    pub const ALL: [Self; 10] = [
        Self::Bool,
        Self::DateTime,
        Self::Decimal,
        Self::Dynamic,
        Self::Guid,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::String,
        Self::TimeSpan,
    ];

    /// Returns the canonical Kusto name, as in `.show table schema` and `ColumnType`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
        }
    }

    /// Returns the .NET short name that V1 responses carry as `DataType`.
    #[must_use]
    pub const fn v1_data_type(self) -> &'static str {
        match self {
            Self::Bool => "SByte",
            Self::Int => "Int32",
            Self::Long => "Int64",
            Self::Real => "Double",
            Self::Decimal => "SqlDecimal",
            Self::String => "String",
            Self::DateTime => "DateTime",
            Self::TimeSpan => "TimeSpan",
            Self::Guid => "Guid",
            Self::Dynamic => "Object",
        }
    }

    /// Returns the full .NET name that `getschema` and `.show table schema as json` carry.
    #[must_use]
    pub const fn clr_name(self) -> &'static str {
        match self {
            Self::Bool => "System.SByte",
            Self::Int => "System.Int32",
            Self::Long => "System.Int64",
            Self::Real => "System.Double",
            Self::Decimal => "System.Data.SqlTypes.SqlDecimal",
            Self::String => "System.String",
            Self::DateTime => "System.DateTime",
            Self::TimeSpan => "System.TimeSpan",
            Self::Guid => "System.Guid",
            Self::Dynamic => "System.Object",
        }
    }

    /// Resolves a type name or one of its documented aliases, ignoring case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("system.").unwrap_or(&name);
        Some(match name {
            "bool" | "boolean" | "sbyte" => Self::Bool,
            "int" | "int32" | "uint16" | "int16" | "uint8" | "byte" => Self::Int,
            "long" | "int64" | "uint32" | "uint64" | "ulong" | "uint" => Self::Long,
            "real" | "double" | "float" | "single" => Self::Real,
            "decimal" | "sqldecimal" | "data.sqltypes.sqldecimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" | "object" => Self::Dynamic,
            _ => return None,
        })
    }

    /// Says whether arithmetic on numbers applies: int, long, real, decimal.
    #[must_use]
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }

    /// Says whether values are whole numbers: int, long.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::Int | Self::Long)
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
