//! One value of one scalar type, possibly null.

mod cast;
mod compare;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use crate::{DateTime, Decimal, Dynamic, Guid, ScalarType, TimeSpan};

pub(crate) use compare::compare_numbers;

/// A Kusto scalar value. Strings have no null; `Dynamic::Null` is null.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// The null of a type other than string.
    Null(ScalarType),
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    Decimal(Decimal),
    String(String),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    Guid(Guid),
    Dynamic(Dynamic),
}

impl Scalar {
    /// Returns the null of `ty`; for `string` that is the empty string.
    #[must_use]
    pub fn null(ty: ScalarType) -> Self {
        match ty {
            ScalarType::String => Self::String(String::new()),
            other => Self::Null(other),
        }
    }

    /// Returns the type of the value.
    #[must_use]
    pub const fn scalar_type(&self) -> ScalarType {
        match self {
            Self::Null(ty) => *ty,
            Self::Bool(_) => ScalarType::Bool,
            Self::Int(_) => ScalarType::Int,
            Self::Long(_) => ScalarType::Long,
            Self::Real(_) => ScalarType::Real,
            Self::Decimal(_) => ScalarType::Decimal,
            Self::String(_) => ScalarType::String,
            Self::DateTime(_) => ScalarType::DateTime,
            Self::TimeSpan(_) => ScalarType::TimeSpan,
            Self::Guid(_) => ScalarType::Guid,
            Self::Dynamic(_) => ScalarType::Dynamic,
        }
    }

    /// Says whether the value is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null(_) | Self::Dynamic(Dynamic::Null))
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Scalar {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<i32> for Scalar {
    fn from(value: i32) -> Self {
        Self::Int(value)
    }
}

impl From<DateTime> for Scalar {
    fn from(value: DateTime) -> Self {
        Self::DateTime(value)
    }
}

impl From<TimeSpan> for Scalar {
    fn from(value: TimeSpan) -> Self {
        Self::TimeSpan(value)
    }
}

impl From<Decimal> for Scalar {
    fn from(value: Decimal) -> Self {
        Self::Decimal(value)
    }
}

impl From<Guid> for Scalar {
    fn from(value: Guid) -> Self {
        Self::Guid(value)
    }
}

impl From<Dynamic> for Scalar {
    fn from(value: Dynamic) -> Self {
        Self::Dynamic(value)
    }
}
