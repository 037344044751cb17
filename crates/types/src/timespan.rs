//! `timespan`: a signed number of 100 ns ticks.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/timespan>

mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

/// A duration in ticks of 100 ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(pub i64);

impl TimeSpan {
    pub const ZERO: Self = Self(0);
    pub const TICK: Self = Self(1);
    pub const MICROSECOND: Self = Self(10);
    pub const MILLISECOND: Self = Self(10_000);
    pub const SECOND: Self = Self(10_000_000);
    pub const MINUTE: Self = Self(600_000_000);
    pub const HOUR: Self = Self(36_000_000_000);
    pub const DAY: Self = Self(864_000_000_000);
    /// The longest timespan, 10675199.02:48:05.4775807.
    pub const MAX: Self = Self(i64::MAX);
    /// The most negative timespan.
    pub const MIN: Self = Self(i64::MIN);

    /// Returns the number of ticks of 100 ns.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Returns the timespan of `ticks` ticks of 100 ns.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Returns `count` times `unit`, rounded to a tick; none if it is not finite or too long.
    #[must_use]
    pub fn from_units(count: f64, unit: Self) -> Option<Self> {
        let ticks = (count * unit.0 as f64).round();
        // 2^63 itself is the first value that does not fit.
        (ticks >= i64::MIN as f64 && ticks < i64::MAX as f64).then_some(Self(ticks as i64))
    }

    /// Returns how many times `unit` fits into the timespan, as `timespan / timespan` does.
    #[must_use]
    pub fn total(self, unit: Self) -> f64 {
        self.0 as f64 / unit.0 as f64
    }

    /// Returns the length in days.
    #[must_use]
    pub fn total_days(self) -> f64 {
        self.total(Self::DAY)
    }

    /// Returns the length in seconds.
    #[must_use]
    pub fn total_seconds(self) -> f64 {
        self.total(Self::SECOND)
    }

    /// Returns the length in milliseconds.
    #[must_use]
    pub fn total_millis(self) -> f64 {
        self.total(Self::MILLISECOND)
    }

    /// Adds; none on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Subtracts; none on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Multiplies by a whole number; none on overflow.
    #[must_use]
    pub fn checked_mul(self, factor: i64) -> Option<Self> {
        self.0.checked_mul(factor).map(Self)
    }

    /// Negates; none for the most negative timespan.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Rounds down to a multiple of `span`, as `bin()` does; a `span` that is not positive changes nothing.
    #[must_use]
    pub const fn floor_to(self, span: Self) -> Self {
        if span.0 <= 0 {
            return self;
        }
        Self(self.0.saturating_sub(self.0.rem_euclid(span.0)))
    }

    /// Prints as `[-][d.]hh:mm:ss[.fffffff]`, the fraction only if it is not zero.
    #[must_use]
    pub fn to_text(self) -> String {
        let mut out = String::with_capacity(16);
        self.write_text(&mut out);
        out
    }

    /// Appends the text of [`TimeSpan::to_text`].
    pub fn write_text(self, out: &mut String) {
        use fmt::Write as _;
        // Writing to a string never fails.
        let _ = write!(out, "{self}");
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.0.unsigned_abs();
        let seconds = ticks / Self::SECOND.0 as u64;
        let (days, fraction) = (seconds / 86_400, ticks % Self::SECOND.0 as u64);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}
