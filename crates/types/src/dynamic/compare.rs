//! A total order of dynamic values, for sorting arrays and for set functions.

use std::cmp::Ordering;

use super::Dynamic;
use crate::scalar::compare_numbers;

impl Dynamic {
    /// Orders any two values: null, bool, numbers, datetime, timespan, guid, string, array, bag.
    ///
    /// Numbers compare by value whatever their type, NaN before all others. Strings compare by code point. Arrays
    /// compare element by element; bags by their properties in order of name, so that their order does not matter.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::DateTime(left), Self::DateTime(right)) => left.cmp(right),
            (Self::TimeSpan(left), Self::TimeSpan(right)) => left.cmp(right),
            (Self::Guid(left), Self::Guid(right)) => left.cmp(right),
            (Self::Array(left), Self::Array(right)) => compare_arrays(left, right),
            (Self::Bag(left), Self::Bag(right)) => compare_bags(left, right),
            _ if self.is_number() && other.is_number() => self.compare_numbers(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    const fn is_number(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Long(_) | Self::Real(_) | Self::Decimal(_))
    }

    fn compare_numbers(&self, other: &Self) -> Ordering {
        let ordering = self.primitive().zip(other.primitive()).and_then(|(left, right)| compare_numbers(&left, &right));
        // Only NaN does not compare.
        let is_nan = |value: &Self| matches!(value, Self::Real(real) if real.is_nan());
        ordering.unwrap_or_else(|| is_nan(other).cmp(&is_nan(self)))
    }

    /// Returns the place of the kind of value in the order.
    const fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Int(_) | Self::Long(_) | Self::Real(_) | Self::Decimal(_) => 2,
            Self::DateTime(_) => 3,
            Self::TimeSpan(_) => 4,
            Self::Guid(_) => 5,
            Self::String(_) => 6,
            Self::Array(_) => 7,
            Self::Bag(_) => 8,
        }
    }
}

fn compare_arrays(left: &[Dynamic], right: &[Dynamic]) -> Ordering {
    let unequal = left.iter().zip(right).map(|(a, b)| a.compare(b)).find(|ordering| ordering.is_ne());
    unequal.unwrap_or_else(|| left.len().cmp(&right.len()))
}

fn compare_bags(left: &[(String, Dynamic)], right: &[(String, Dynamic)]) -> Ordering {
    let sorted = |members: &'_ [(String, Dynamic)]| {
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|a, b| members[*a].0.cmp(&members[*b].0));
        order
    };
    let pairs = sorted(left).into_iter().zip(sorted(right));
    let unequal = pairs
        .map(|(a, b)| left[a].0.cmp(&right[b].0).then_with(|| left[a].1.compare(&right[b].1)))
        .find(|ordering| ordering.is_ne());
    unequal.unwrap_or_else(|| left.len().cmp(&right.len()))
}
