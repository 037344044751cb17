//! The calendar parts of a datetime.
//!
//! <https://learn.microsoft.com/kusto/query/datetime-part-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, TimeSpan};

use crate::{Call, KernelError};

const NANOSECONDS_PER_TICK: u32 = 100;

fn ints(call: &Call<'_>, index: usize, part: fn(DateTime) -> u32) -> Result<ArrayRef, KernelError> {
    let dates = call.longs(index)?;
    Ok(call.build_ints(|row| i32::try_from(part(DateTime(dates.get(row)?))).ok()))
}

fn year(date: DateTime) -> u32 {
    date.year().unsigned_abs()
}

/// `datetime_part(part, date)`: the part is named by a constant.
pub(super) fn datetime_part(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let name = call.strings(0)?.get(0);
    let part: fn(DateTime) -> u32 = match name.to_ascii_lowercase().as_str() {
        "year" => year,
        "quarter" => |date| (date.month() - 1) / 3 + 1,
        "month" => DateTime::month,
        "week_of_year" => DateTime::iso_week,
        "weekofyear" => wednesday_week,
        "day" => DateTime::day,
        "dayofyear" => DateTime::day_of_year,
        "hour" => DateTime::hour,
        "minute" => DateTime::minute,
        "second" => DateTime::second,
        "millisecond" => |date| date.tick_of_second() / TimeSpan::MILLISECOND.0 as u32,
        "microsecond" => |date| date.tick_of_second() / TimeSpan::MICROSECOND.0 as u32,
        "nanosecond" => |date| date.tick_of_second() * NANOSECONDS_PER_TICK,
        _ => {
            let message = format!("'{name}' is not a part of a datetime");
            return Err(KernelError::Argument { function: "datetime_part".to_owned(), message });
        }
    };
    ints(call, 1, part)
}

/// `getyear(date)`
pub(super) fn get_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, year)
}

/// `monthofyear(date)`
pub(super) fn month_of_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, DateTime::month)
}

/// `dayofmonth(date)`
pub(super) fn day_of_month(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, DateTime::day)
}

/// `dayofyear(date)`
pub(super) fn day_of_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, DateTime::day_of_year)
}

/// `hourofday(date)`
pub(super) fn hour_of_day(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, DateTime::hour)
}

/// `week_of_year(date)`: ISO 8601, the first week has the year's first Thursday.
pub(super) fn week_of_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, DateTime::iso_week)
}

/// `weekofyear(date)`, obsolete: the first week has the year's first Wednesday.
pub(super) fn week_of_year_by_wednesday(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ints(call, 0, wednesday_week)
}

/// Numbers the weeks from Sunday to Saturday by the year that their Wednesday lies in.
fn wednesday_week(date: DateTime) -> u32 {
    const WEDNESDAY: TimeSpan = TimeSpan(3 * TimeSpan::DAY.0);
    let wednesday = date.start_of_week().checked_add(WEDNESDAY).unwrap_or(date);
    (wednesday.day_of_year() - 1) / 7 + 1
}

/// `dayofweek(date)`: the time since Sunday, in whole days.
///
/// <https://learn.microsoft.com/kusto/query/day-of-week-function>
pub(super) fn day_of_week(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let dates = call.longs(0)?;
    Ok(call
        .build_longs(|row| TimeSpan::DAY.checked_mul(i64::from(DateTime(dates.get(row)?).day_of_week())).map(|s| s.0)))
}
