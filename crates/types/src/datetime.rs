//! `datetime`: 100 ns ticks since 0001-01-01T00:00:00Z.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/datetime>

mod calendar;
mod parse;
mod parse_loose;
mod print;
#[cfg(test)]
mod tests;

use crate::TimeSpan;

pub use calendar::CalendarParts;

/// An instant in UTC, in ticks of 100 ns since 0001-01-01. Range: years 1 to 9999.
///
/// The field is open so that columns of ticks convert for free; a value outside the range prints and
/// splits into parts as the nearest end of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub i64);

impl DateTime {
    /// 9999-12-31T23:59:59.9999999Z.
    pub const MAX: Self = Self(3_155_378_975_999_999_999);
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// Ticks of 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(621_355_968_000_000_000);

    /// Returns the datetime of `ticks` if it lies in the years 1 to 9999.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= Self::MIN.0 && ticks <= Self::MAX.0 { Some(Self(ticks)) } else { None }
    }

    /// Returns the datetime `seconds` after 1970; none outside the range.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Self::from_unix_ticks(seconds.checked_mul(TimeSpan::SECOND.0)?)
    }

    /// Returns the datetime `millis` milliseconds after 1970; none outside the range.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        Self::from_unix_ticks(millis.checked_mul(TimeSpan::MILLISECOND.0)?)
    }

    /// Returns the datetime `micros` microseconds after 1970; none outside the range.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Option<Self> {
        Self::from_unix_ticks(micros.checked_mul(TimeSpan::MICROSECOND.0)?)
    }

    /// Returns the datetime `nanos` nanoseconds after 1970, cut to ticks; none outside the range.
    #[must_use]
    pub fn from_unix_nanos(nanos: i64) -> Option<Self> {
        Self::from_unix_ticks(nanos.div_euclid(100))
    }

    fn from_unix_ticks(ticks: i64) -> Option<Self> {
        Self::from_ticks(Self::UNIX_EPOCH.0.checked_add(ticks)?)
    }

    /// Returns the whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        (self.0 - Self::UNIX_EPOCH.0).div_euclid(TimeSpan::SECOND.0)
    }

    /// Returns the whole milliseconds since 1970, rounded down.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        (self.0 - Self::UNIX_EPOCH.0).div_euclid(TimeSpan::MILLISECOND.0)
    }

    /// Returns the nanoseconds since 1970; none where 64 bits cannot hold them (before 1677, after 2262).
    #[must_use]
    pub fn unix_nanos(self) -> Option<i64> {
        (self.0 - Self::UNIX_EPOCH.0).checked_mul(100)
    }

    /// Adds a timespan; none when the result leaves the range.
    #[must_use]
    pub fn checked_add(self, span: TimeSpan) -> Option<Self> {
        Self::from_ticks(self.0.checked_add(span.0)?)
    }

    /// Subtracts a timespan; none when the result leaves the range.
    #[must_use]
    pub fn checked_sub(self, span: TimeSpan) -> Option<Self> {
        Self::from_ticks(self.0.checked_sub(span.0)?)
    }

    /// Returns the timespan from `earlier` to `self`, negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> TimeSpan {
        TimeSpan(self.0.saturating_sub(earlier.0))
    }

    /// Rounds down to a multiple of `span` counted from 0001-01-01, as `bin()` does.
    ///
    /// A `span` that is not positive leaves the value as it is; `bin()` must answer null itself.
    #[must_use]
    pub const fn floor_to(self, span: TimeSpan) -> Self {
        if span.0 <= 0 {
            return self;
        }
        Self(self.0 - self.0.rem_euclid(span.0))
    }
}
