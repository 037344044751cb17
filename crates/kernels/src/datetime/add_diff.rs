//! `datetime_add` and `datetime_diff`.
//!
//! A difference counts the borders of periods between the two, so a minute may be a year.
//! <https://learn.microsoft.com/kusto/query/datetime-diff-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, TimeSpan};

use crate::{Call, KernelError};

const NANOSECONDS_PER_TICK: i64 = 100;

/// A unit of time that the two functions know by name.
#[derive(Clone, Copy)]
enum Period {
    /// So many months.
    Months(i64),
    /// So many ticks.
    Ticks(i64),
    Week,
    Nanosecond,
}

impl Period {
    fn named(name: &str, function: &str) -> Result<Self, KernelError> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "year" => Self::Months(12),
            "quarter" => Self::Months(3),
            "month" => Self::Months(1),
            "week" => Self::Week,
            "day" => Self::Ticks(TimeSpan::DAY.0),
            "hour" => Self::Ticks(TimeSpan::HOUR.0),
            "minute" => Self::Ticks(TimeSpan::MINUTE.0),
            "second" => Self::Ticks(TimeSpan::SECOND.0),
            "millisecond" => Self::Ticks(TimeSpan::MILLISECOND.0),
            "microsecond" => Self::Ticks(TimeSpan::MICROSECOND.0),
            "nanosecond" => Self::Nanosecond,
            _ => {
                let message = format!("'{name}' is not a period");
                return Err(KernelError::Argument { function: function.to_owned(), message });
            }
        })
    }

    fn add(self, date: DateTime, amount: i64) -> Option<DateTime> {
        match self {
            Self::Months(months) => date.add_months(amount.checked_mul(months)?),
            Self::Ticks(ticks) => date.checked_add(TimeSpan(amount.checked_mul(ticks)?)),
            Self::Week => date.checked_add(TimeSpan(amount.checked_mul(7 * TimeSpan::DAY.0)?)),
            Self::Nanosecond => date.checked_add(TimeSpan(amount / NANOSECONDS_PER_TICK)),
        }
    }

    fn difference(self, later: DateTime, earlier: DateTime) -> Option<i64> {
        let months = |date: DateTime| i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        Some(match self {
            Self::Months(unit) => months(later) / unit - months(earlier) / unit,
            Self::Ticks(unit) => later.0.div_euclid(unit) - earlier.0.div_euclid(unit),
            Self::Week => (later.start_of_week().since(earlier.start_of_week())).0 / (7 * TimeSpan::DAY.0),
            Self::Nanosecond => later.since(earlier).0.checked_mul(NANOSECONDS_PER_TICK)?,
        })
    }
}

/// `datetime_add(period, amount, datetime)`
pub(super) fn datetime_add(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let period = Period::named(call.strings(0)?.get(0), "datetime_add")?;
    let (amounts, dates) = (call.longs(1)?, call.longs(2)?);
    Ok(call.build_longs(|row| period.add(DateTime(dates.get(row)?), amounts.get(row)?).map(|d| d.0)))
}

/// `datetime_diff(period, later, earlier)`
pub(super) fn datetime_diff(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let period = Period::named(call.strings(0)?.get(0), "datetime_diff")?;
    let (later, earlier) = (call.longs(1)?, call.longs(2)?);
    Ok(call.build_longs(|row| period.difference(DateTime(later.get(row)?), DateTime(earlier.get(row)?))))
}
