//! `make_datetime`, `make_timespan`. A part out of its range gives null.
//!
//! <https://learn.microsoft.com/kusto/query/make-datetime-function>

use arrow::array::ArrayRef;
use calypso_columns::Reals;
use calypso_types::{DateTime, ScalarType, TimeSpan};

use crate::{Call, KernelError};

/// Returns whole number `index`, none if it is null or negative.
fn part(call: &Call<'_>, index: usize, row: usize) -> Option<u32> {
    call.longs(index).ok()?.get(row).and_then(|value| u32::try_from(value).ok())
}

/// Returns the ticks of a number of seconds below a minute.
fn second_ticks(seconds: Reals<'_>, row: usize) -> Option<i64> {
    let seconds = seconds.get(row).filter(|seconds| (0.0..60.0).contains(seconds))?;
    TimeSpan::from_units(seconds, TimeSpan::SECOND).map(|span| span.0)
}

/// `make_datetime(year, month, day [, hour, minute [, second]])`, or of one value as `todatetime()`.
pub(super) fn make_datetime(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let seconds = if call.len() > 5 { Some(call.reals(5)?) } else { None };
    let time_of_day = |index, row| if call.len() > index { part(call, index, row) } else { Some(0) };
    Ok(call.build_longs(|row| {
        let year = i32::try_from(part(call, 0, row)?).ok()?;
        let (month, day) = (part(call, 1, row)?, part(call, 2, row)?);
        let date = DateTime::from_ymd_hms(year, month, day, time_of_day(3, row)?, time_of_day(4, row)?, 0)?;
        let ticks = seconds.map_or(Some(0), |seconds| second_ticks(seconds, row))?;
        date.checked_add(TimeSpan(ticks)).map(|d| d.0)
    }))
}

/// `make_timespan(hour, minute)`, `(hour, minute, second)`, `(day, hour, minute, second)`.
pub(super) fn make_timespan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let last = call.len() - 1;
    let seconds = if call.type_of(last)? == ScalarType::Real { Some(call.reals(last)?) } else { None };
    let first = usize::from(call.len() > 3);
    Ok(call.build_longs(|row| {
        let days = if first == 1 { i64::from(part(call, 0, row)?) } else { 0 };
        let hours = i64::from(part(call, first, row).filter(|hour| *hour < 24)?);
        let minutes = i64::from(part(call, first + 1, row).filter(|minute| *minute < 60)?);
        let ticks = seconds.map_or(Some(0), |seconds| second_ticks(seconds, row))?;
        let whole = days.checked_mul(TimeSpan::DAY.0)? + hours * TimeSpan::HOUR.0 + minutes * TimeSpan::MINUTE.0;
        whole.checked_add(ticks)
    }))
}
