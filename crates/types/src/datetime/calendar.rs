//! The proleptic Gregorian calendar over ticks: parts of a datetime, and starts and ends of its periods.

use super::DateTime;
use crate::TimeSpan;

/// Days from 0001-01-01 to 1970-01-01.
const DAYS_TO_UNIX_EPOCH: i64 = 719_162;

/// A datetime taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarParts {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// Ticks of 100 ns within the second, 0 to 9,999,999.
    pub tick: u32,
}

/// Counts the days from 0001-01-01 to the date. Howard Hinnant's `days_from_civil`.
pub(super) const fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year } as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month as i64 + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468 + DAYS_TO_UNIX_EPOCH
}

/// Finds year, month and day of the day `days` after 0001-01-01.
const fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let shifted = days - DAYS_TO_UNIX_EPOCH + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = (if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }) as u32;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year as i32, month, day)
}

/// Says whether February has 29 days.
pub(super) const fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the number of days of a month, 0 for a month that does not exist.
pub(super) const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year(year) => 29,
        2 => 28,
        _ => 0,
    }
}

impl DateTime {
    /// Builds a datetime from its parts; none if any part is out of its range.
    #[must_use]
    pub const fn from_parts(parts: CalendarParts) -> Option<Self> {
        let CalendarParts { year, month, day, hour, minute, second, tick } = parts;
        if year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 || tick > 9_999_999 {
            return None;
        }
        let seconds = hour as i64 * 3_600 + minute as i64 * 60 + second as i64;
        let days = days_from_civil(year, month, day);
        Some(Self(days * TimeSpan::DAY.0 + seconds * TimeSpan::SECOND.0 + tick as i64))
    }

    /// Builds a datetime of a whole second; none if any part is out of its range.
    #[must_use]
    pub const fn from_ymd_hms(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<Self> {
        Self::from_parts(CalendarParts { year, month, day, hour, minute, second, tick: 0 })
    }

    /// Takes the datetime apart.
    #[must_use]
    pub const fn parts(self) -> CalendarParts {
        let ticks = self.clamped();
        let (year, month, day) = civil_from_days(ticks / TimeSpan::DAY.0);
        let of_day = ticks % TimeSpan::DAY.0;
        let seconds = of_day / TimeSpan::SECOND.0;
        CalendarParts {
            year,
            month,
            day,
            hour: (seconds / 3_600) as u32,
            minute: (seconds / 60 % 60) as u32,
            second: (seconds % 60) as u32,
            tick: (of_day % TimeSpan::SECOND.0) as u32,
        }
    }

    const fn clamped(self) -> i64 {
        if self.0 < Self::MIN.0 {
            Self::MIN.0
        } else if self.0 > Self::MAX.0 {
            Self::MAX.0
        } else {
            self.0
        }
    }

    /// Returns the year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.parts().year
    }

    /// Returns the month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.parts().month
    }

    /// Returns the day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.parts().day
    }

    /// Returns the hour of the day, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u32 {
        self.parts().hour
    }

    /// Returns the minute of the hour.
    #[must_use]
    pub const fn minute(self) -> u32 {
        self.parts().minute
    }

    /// Returns the second of the minute.
    #[must_use]
    pub const fn second(self) -> u32 {
        self.parts().second
    }

    /// Returns the ticks of 100 ns within the second.
    #[must_use]
    pub const fn tick_of_second(self) -> u32 {
        self.parts().tick
    }

    /// Returns the day of the year, 1 to 366.
    #[must_use]
    pub const fn day_of_year(self) -> u32 {
        let days = self.clamped() / TimeSpan::DAY.0;
        (days - days_from_civil(self.year(), 1, 1) + 1) as u32
    }

    /// Returns the day of the week, 0 for Sunday.
    #[must_use]
    pub const fn day_of_week(self) -> u32 {
        // 0001-01-01 is a Monday.
        ((self.clamped() / TimeSpan::DAY.0 + 1) % 7) as u32
    }

    /// Returns the ISO 8601 week of the year, 1 to 53, as `week_of_year()` does.
    #[must_use]
    pub const fn iso_week(self) -> u32 {
        let days = self.clamped() / TimeSpan::DAY.0;
        // The week belongs to the year of its Thursday; day 0 is a Monday.
        let thursday = days - days % 7 + 3;
        let (year, _, _) = civil_from_days(thursday);
        ((thursday - days_from_civil(year, 1, 1)) / 7 + 1) as u32
    }

    /// Returns midnight of the day.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        self.floor_to(TimeSpan::DAY)
    }

    /// Returns midnight of the Sunday that opens the week; the first week of year 1 opens at [`DateTime::MIN`].
    #[must_use]
    pub const fn start_of_week(self) -> Self {
        let start = self.start_of_day().0 - self.day_of_week() as i64 * TimeSpan::DAY.0;
        if start < Self::MIN.0 { Self::MIN } else { Self(start) }
    }

    /// Returns midnight of the first day of the month.
    #[must_use]
    pub const fn start_of_month(self) -> Self {
        Self(self.start_of_day().0 - (self.day() as i64 - 1) * TimeSpan::DAY.0)
    }

    /// Returns midnight of January 1st.
    #[must_use]
    pub const fn start_of_year(self) -> Self {
        Self(self.start_of_day().0 - (self.day_of_year() as i64 - 1) * TimeSpan::DAY.0)
    }

    /// Returns the last tick of the day.
    #[must_use]
    pub const fn end_of_day(self) -> Self {
        Self(self.start_of_day().0 + TimeSpan::DAY.0 - 1)
    }

    /// Returns the last tick of the Saturday that closes the week, at most [`DateTime::MAX`].
    #[must_use]
    pub const fn end_of_week(self) -> Self {
        let end = self.start_of_day().0 + (7 - self.day_of_week() as i64) * TimeSpan::DAY.0 - 1;
        if end > Self::MAX.0 { Self::MAX } else { Self(end) }
    }

    /// Returns the last tick of the month.
    #[must_use]
    pub const fn end_of_month(self) -> Self {
        let CalendarParts { year, month, .. } = self.parts();
        Self(self.start_of_month().0 + days_in_month(year, month) as i64 * TimeSpan::DAY.0 - 1)
    }

    /// Returns the last tick of the year.
    #[must_use]
    pub const fn end_of_year(self) -> Self {
        let days = if is_leap_year(self.year()) { 366 } else { 365 };
        Self(self.start_of_year().0 + days * TimeSpan::DAY.0 - 1)
    }

    /// Adds calendar months, keeping the day or taking the month's last; none outside the range.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<Self> {
        let parts = self.parts();
        let count = i64::from(parts.year) * 12 + i64::from(parts.month) - 1;
        let count = count.checked_add(months)?;
        let year = i32::try_from(count.div_euclid(12)).ok()?;
        let month = (count.rem_euclid(12) + 1) as u32;
        let day = parts.day.min(days_in_month(year, month));
        Self::from_parts(CalendarParts { year, month, day, ..parts })
    }
}
