//! Between dynamic values and scalars of the other types.

use super::Dynamic;
use crate::{Scalar, ScalarType};

impl Dynamic {
    /// Wraps a scalar: null becomes [`Dynamic::Null`], a string a string value, whatever its text.
    #[must_use]
    pub fn from_scalar(value: &Scalar) -> Self {
        match value {
            Scalar::Null(_) => Self::Null,
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Int(value) => Self::Int(*value),
            Scalar::Long(value) => Self::Long(*value),
            Scalar::Real(value) => Self::Real(*value),
            Scalar::Decimal(value) => Self::Decimal(*value),
            Scalar::String(value) => Self::String(value.clone()),
            Scalar::DateTime(value) => Self::DateTime(*value),
            Scalar::TimeSpan(value) => Self::TimeSpan(*value),
            Scalar::Guid(value) => Self::Guid(*value),
            Scalar::Dynamic(value) => value.clone(),
        }
    }

    /// Returns the scalar inside; none for null, arrays and bags.
    #[must_use]
    pub fn primitive(&self) -> Option<Scalar> {
        Some(match self {
            Self::Null | Self::Array(_) | Self::Bag(_) => return None,
            Self::Bool(value) => Scalar::Bool(*value),
            Self::Int(value) => Scalar::Int(*value),
            Self::Long(value) => Scalar::Long(*value),
            Self::Real(value) => Scalar::Real(*value),
            Self::Decimal(value) => Scalar::Decimal(*value),
            Self::String(value) => Scalar::String(value.clone()),
            Self::DateTime(value) => Scalar::DateTime(*value),
            Self::TimeSpan(value) => Scalar::TimeSpan(*value),
            Self::Guid(value) => Scalar::Guid(*value),
        })
    }

    /// Converts as `tolong(dynamic)`, `todatetime(dynamic)` and kin do; null where there is no such value.
    ///
    /// A string value converts as its text would; arrays and bags only to string, as JSON.
    #[must_use]
    pub fn to_scalar(&self, ty: ScalarType) -> Scalar {
        match ty {
            ScalarType::Dynamic => Scalar::Dynamic(self.clone()),
            ScalarType::String => Scalar::String(self.to_kusto_string()),
            _ => self.primitive().map_or_else(|| Scalar::null(ty), |value| value.cast(ty)),
        }
    }
}
