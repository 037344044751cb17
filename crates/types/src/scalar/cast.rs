//! Conversion between scalar types as `tolong()`, `toreal()`, `todatetime()` and kin do.
//!
//! <https://learn.microsoft.com/kusto/query/tolong-function> and its siblings: no conversion fails, it gives null.

use super::Scalar;
use crate::{DateTime, Decimal, Dynamic, ScalarType, TimeSpan};

impl Scalar {
    /// Converts to `ty`; null where the value has no counterpart. Null stays null, and is the empty string.
    ///
    /// Reals and decimals are cut towards zero; bool counts as 1 and 0; datetime and timespan as their ticks, both
    /// ways; strings are read; a string becomes dynamic as by `parse_json()`.
    #[must_use]
    pub fn cast(&self, ty: ScalarType) -> Self {
        if self.is_null() {
            return match ty {
                ScalarType::Dynamic => Self::Dynamic(Dynamic::Null),
                _ => Self::null(ty),
            };
        }
        if self.scalar_type() == ty {
            return self.clone();
        }
        match self {
            Self::String(text) => return Self::parse_as(ty, text),
            Self::Dynamic(value) => return value.to_scalar(ty),
            _ => {}
        }
        let value = match ty {
            ScalarType::Bool => self.to_bool().map(Self::Bool),
            ScalarType::Int => self.to_long().and_then(|value| i32::try_from(value).ok()).map(Self::Int),
            ScalarType::Long => self.to_long().map(Self::Long),
            ScalarType::Real => self.to_real().map(Self::Real),
            ScalarType::Decimal => self.to_decimal().map(Self::Decimal),
            ScalarType::String => Some(Self::String(self.to_text())),
            ScalarType::DateTime => self.to_ticks().and_then(DateTime::from_ticks).map(Self::DateTime),
            ScalarType::TimeSpan => self.to_ticks().map(|ticks| Self::TimeSpan(TimeSpan(ticks))),
            ScalarType::Dynamic => Some(Self::Dynamic(Dynamic::from_scalar(self))),
            ScalarType::Guid => None,
        };
        value.unwrap_or(Self::Null(ty))
    }

    fn to_bool(&self) -> Option<bool> {
        match self {
            Self::Int(value) => Some(*value != 0),
            Self::Long(value) => Some(*value != 0),
            Self::Real(value) => (!value.is_nan()).then_some(*value != 0.0),
            Self::Decimal(value) => Some(*value != Decimal::ZERO),
            _ => None,
        }
    }

    fn to_long(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Int(value) => Some(i64::from(*value)),
            Self::Long(value) => Some(*value),
            Self::Real(value) => real_to_long(*value),
            Self::Decimal(value) => value.to_i64(),
            Self::DateTime(value) => Some(value.0),
            Self::TimeSpan(value) => Some(value.0),
            _ => None,
        }
    }

    fn to_real(&self) -> Option<f64> {
        match self {
            Self::Real(value) => Some(*value),
            Self::Decimal(value) => Some(value.to_f64()),
            _ => self.to_long().map(|value| value as f64),
        }
    }

    fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(value) => Some(*value),
            Self::Real(value) => Decimal::from_f64(*value),
            _ => self.to_long().map(Decimal::from_i64),
        }
    }

    /// Returns the ticks that a whole number stands for; a datetime is no timespan nor the reverse.
    fn to_ticks(&self) -> Option<i64> {
        match self {
            Self::Int(_) | Self::Long(_) => self.to_long(),
            _ => None,
        }
    }
}

/// Cuts towards zero; none for NaN and what does not fit.
fn real_to_long(value: f64) -> Option<i64> {
    // 2^63 is exact as a real and the first value that does not fit.
    (value >= i64::MIN as f64 && value < i64::MAX as f64).then_some(value as i64)
}
