//! A value of a query parameter.

use std::time::Duration;

use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, TimeSpan};
use uuid::Uuid;

/// A value of a query parameter, of any scalar type; written as a literal of KQL.
///
/// Strings are written as string literals, too: the one form whose meaning does not depend on the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter(Scalar);

impl Parameter {
    /// Returns the value.
    #[must_use]
    pub const fn value(&self) -> &Scalar {
        &self.0
    }

    /// Returns the literal.
    #[must_use]
    pub fn to_kql(&self) -> String {
        self.0.to_kql()
    }
}

impl From<Scalar> for Parameter {
    fn from(value: Scalar) -> Self {
        Self(value)
    }
}

/// Types that a scalar is made of.
macro_rules! from_scalar_types {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Parameter {
            fn from(value: $ty) -> Self {
                Self(Scalar::from(value))
            }
        }
    )*};
}

from_scalar_types!(&str, String, bool, i32, i64, f64, DateTime, TimeSpan, Decimal, Guid, Dynamic);

impl From<u32> for Parameter {
    fn from(value: u32) -> Self {
        Self(Scalar::Long(i64::from(value)))
    }
}

impl From<Uuid> for Parameter {
    fn from(value: Uuid) -> Self {
        Self(Scalar::Guid(Guid::from(value)))
    }
}

impl From<Duration> for Parameter {
    fn from(value: Duration) -> Self {
        Self(Scalar::TimeSpan(TimeSpan(i64::try_from(value.as_nanos() / 100).unwrap_or(i64::MAX))))
    }
}

impl From<&serde_json::Value> for Parameter {
    fn from(value: &serde_json::Value) -> Self {
        Self(Scalar::Dynamic(Dynamic::from_text(&value.to_string())))
    }
}

impl From<serde_json::Value> for Parameter {
    fn from(value: serde_json::Value) -> Self {
        Self::from(&value)
    }
}
