//! `startof…` and `endof…`, shifted by a number of periods. Weeks begin on Sunday.
//!
//! <https://learn.microsoft.com/kusto/query/startofweek-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, TimeSpan};

use crate::{Call, KernelError};

const DAYS_PER_WEEK: i64 = 7;
const MONTHS_PER_YEAR: i64 = 12;

fn shifted(call: &Call<'_>, f: impl Fn(DateTime, i64) -> Option<DateTime>) -> Result<ArrayRef, KernelError> {
    let (dates, offsets) = (call.longs(0)?, call.optional_longs(1)?);
    Ok(call.build_longs(|row| {
        let offset = offsets.map_or(Some(0), |offsets| offsets.get(row))?;
        f(DateTime(dates.get(row)?), offset).map(|d| d.0)
    }))
}

fn plus_days(date: DateTime, days: i64) -> Option<DateTime> {
    date.checked_add(TimeSpan::DAY.checked_mul(days)?)
}

fn plus_weeks(date: DateTime, weeks: i64) -> Option<DateTime> {
    plus_days(date, weeks.checked_mul(DAYS_PER_WEEK)?)
}

/// `startofday(date [, days])`
pub(super) fn start_of_day(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| plus_days(date.start_of_day(), offset))
}

/// `startofweek(date [, weeks])`
pub(super) fn start_of_week(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| plus_weeks(date.start_of_week(), offset))
}

/// `startofmonth(date [, months])`
pub(super) fn start_of_month(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| date.start_of_month().add_months(offset))
}

/// `startofyear(date [, years])`
pub(super) fn start_of_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| date.start_of_year().add_months(offset.checked_mul(MONTHS_PER_YEAR)?))
}

/// `endofday(date [, days])`
pub(super) fn end_of_day(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| plus_days(date.end_of_day(), offset))
}

/// `endofweek(date [, weeks])`
pub(super) fn end_of_week(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| plus_weeks(date.end_of_week(), offset))
}

/// `endofmonth(date [, months])`
pub(super) fn end_of_month(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| Some(date.start_of_month().add_months(offset)?.end_of_month()))
}

/// `endofyear(date [, years])`
pub(super) fn end_of_year(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shifted(call, |date, offset| {
        Some(date.start_of_year().add_months(offset.checked_mul(MONTHS_PER_YEAR)?)?.end_of_year())
    })
}
