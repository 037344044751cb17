//! Comparison of scalars: as the operators `<` and `==` do, and as `sort` does.

use std::cmp::Ordering;

use super::Scalar;
use crate::{Decimal, Dynamic};

/// Compares two numbers of any numeric types by value; none if either is no number, or NaN.
pub(crate) fn compare_numbers(left: &Scalar, right: &Scalar) -> Option<Ordering> {
    match (left, right) {
        (Scalar::Real(left), Scalar::Real(right)) => left.partial_cmp(right),
        (Scalar::Decimal(left), Scalar::Decimal(right)) => Some(left.cmp(right)),
        (Scalar::Decimal(left), Scalar::Real(right)) => compare_decimal_real(*left, *right),
        (Scalar::Real(left), Scalar::Decimal(right)) => compare_decimal_real(*right, *left).map(Ordering::reverse),
        (Scalar::Decimal(left), _) => Some(left.cmp(&Decimal::from_i64(integer(right)?))),
        (_, Scalar::Decimal(right)) => Some(Decimal::from_i64(integer(left)?).cmp(right)),
        (Scalar::Real(left), _) => compare_long_real(integer(right)?, *left).map(Ordering::reverse),
        (_, Scalar::Real(right)) => compare_long_real(integer(left)?, *right),
        _ => Some(integer(left)?.cmp(&integer(right)?)),
    }
}

const fn integer(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Int(value) => Some(*value as i64),
        Scalar::Long(value) => Some(*value),
        _ => None,
    }
}

/// Compares exactly, where the long has more digits than a real holds.
fn compare_long_real(left: i64, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right >= i64::MAX as f64 {
        return Some(Ordering::Less);
    }
    if right < i64::MIN as f64 {
        return Some(Ordering::Greater);
    }
    let whole = right.trunc();
    // If the whole parts agree, the fraction decides.
    left.cmp(&(whole as i64)).then_with(|| whole.partial_cmp(&right).unwrap_or(Ordering::Equal)).into()
}

fn compare_decimal_real(left: Decimal, right: f64) -> Option<Ordering> {
    match Decimal::from_f64(right) {
        Some(right) => Some(left.cmp(&right)),
        None => 0.0.partial_cmp(&right),
    }
}

impl Scalar {
    /// Compares two values as the comparison operators do; none if either is null or NaN, or the types do not compare.
    ///
    /// Numbers compare by value across types; a dynamic compares as the scalar inside it.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.is_null() || other.is_null() {
            return None;
        }
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::String(left), Self::String(right)) => Some(left.cmp(right)),
            (Self::DateTime(left), Self::DateTime(right)) => Some(left.cmp(right)),
            (Self::TimeSpan(left), Self::TimeSpan(right)) => Some(left.cmp(right)),
            (Self::Guid(left), Self::Guid(right)) => Some(left.cmp(right)),
            (Self::Dynamic(left), Self::Dynamic(right)) => match (left.primitive(), right.primitive()) {
                (Some(left), Some(right)) => left.compare(&right),
                (None, None) if left.type_name() == right.type_name() => Some(left.compare(right)),
                _ => None,
            },
            (Self::Dynamic(left), right) => left.primitive()?.compare(right),
            (left, Self::Dynamic(right)) => left.compare(&right.primitive()?),
            _ => compare_numbers(self, other),
        }
    }

    /// Orders any two values of one type for an ascending sort: null, NaN, then by value.
    #[must_use]
    pub fn sort_order(&self, other: &Self) -> Ordering {
        let rank = |value: &Self| match value {
            _ if value.is_null() => 0,
            Self::Real(real) | Self::Dynamic(Dynamic::Real(real)) if real.is_nan() => 1,
            _ => 2,
        };
        rank(self).cmp(&rank(other)).then_with(|| {
            let by_kind = || Dynamic::from_scalar(self).compare(&Dynamic::from_scalar(other));
            self.compare(other).unwrap_or_else(by_kind)
        })
    }
}
