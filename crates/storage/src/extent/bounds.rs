//! Least and greatest values of columns, and which extents they rule out.

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _},
    compute::{max, min},
    datatypes::{Int32Type, Int64Type},
};
use calypso_columns::{ColumnPredicate, Comparison};
use calypso_model::ColumnStatistics;
use calypso_types::Scalar;

/// Gathers the statistics of one column while an extent is written.
#[derive(Debug, Default)]
pub(super) struct BoundsBuilder {
    bounds: Option<(i64, i64)>,
    nulls: u64,
}

impl BoundsBuilder {
    pub(super) fn add(&mut self, column: &ArrayRef) {
        self.nulls += column.null_count() as u64;
        let found = if let Some(longs) = column.as_primitive_opt::<Int64Type>() {
            min(longs).zip(max(longs))
        } else if let Some(ints) = column.as_primitive_opt::<Int32Type>() {
            min(ints).zip(max(ints)).map(|(low, high)| (i64::from(low), i64::from(high)))
        } else {
            None
        };
        self.widen(found);
    }

    /// Adds what another builder has gathered of the same column.
    pub(super) fn merge(&mut self, other: &Self) {
        self.nulls += other.nulls;
        self.widen(other.bounds);
    }

    fn widen(&mut self, found: Option<(i64, i64)>) {
        self.bounds = match (self.bounds, found) {
            (Some((low, high)), Some((least, greatest))) => Some((low.min(least), high.max(greatest))),
            (known, found) => known.or(found),
        };
    }

    pub(super) const fn finish(&self, column: u32) -> ColumnStatistics {
        ColumnStatistics { column, bounds: self.bounds, nulls: self.nulls }
    }
}

/// Says whether rows whose values of the predicate's column lie within `bounds` may satisfy it.
pub(crate) fn may_match(predicate: &ColumnPredicate, bounds: (i64, i64)) -> bool {
    let (low, high) = bounds;
    match predicate {
        ColumnPredicate::Compare { comparison, value, .. } => whole(value).is_none_or(|value| match comparison {
            Comparison::Equal => low <= value && value <= high,
            Comparison::Less => low < value,
            Comparison::LessOrEqual => low <= value,
            Comparison::Greater => high > value,
            Comparison::GreaterOrEqual => high >= value,
        }),
        ColumnPredicate::AnyOf { values, .. } => {
            values.iter().any(|value| whole(value).is_none_or(|value| low <= value && value <= high))
        }
        ColumnPredicate::HasTerms { .. } => true,
    }
}

/// Returns the value as statistics hold it; `None` for types without.
const fn whole(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Int(value) => Some(*value as i64),
        Scalar::Long(value) => Some(*value),
        Scalar::DateTime(value) => Some(value.0),
        Scalar::TimeSpan(value) => Some(value.0),
        _ => None,
    }
}
