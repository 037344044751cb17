//! `unixtime_…_todatetime`: numbers since 1970, whole or not.
//!
//! <https://learn.microsoft.com/kusto/query/unixtime-seconds-todatetime-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, ScalarType, TimeSpan};

use crate::{Call, KernelError};

/// Ticks in a nanosecond, as a fraction.
const TICKS_PER_NANOSECOND: f64 = 0.01;

fn convert(call: &Call<'_>, whole: fn(i64) -> Option<DateTime>, ticks_per_unit: f64) -> Result<ArrayRef, KernelError> {
    if call.type_of(0)? == ScalarType::Long {
        let values = call.longs(0)?;
        return Ok(call.build_longs(|row| whole(values.get(row)?).map(|d| d.0)));
    }
    let values = call.reals(0)?;
    Ok(call.build_longs(|row| {
        let ticks = TimeSpan::from_units(values.get(row)? * ticks_per_unit, TimeSpan::TICK)?;
        DateTime::UNIX_EPOCH.checked_add(ticks).map(|d| d.0)
    }))
}

/// `unixtime_seconds_todatetime(seconds)`
pub(super) fn from_seconds(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, DateTime::from_unix_seconds, TimeSpan::SECOND.0 as f64)
}

/// `unixtime_milliseconds_todatetime(milliseconds)`
pub(super) fn from_milliseconds(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, DateTime::from_unix_millis, TimeSpan::MILLISECOND.0 as f64)
}

/// `unixtime_microseconds_todatetime(microseconds)`
pub(super) fn from_microseconds(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, DateTime::from_unix_micros, TimeSpan::MICROSECOND.0 as f64)
}

/// `unixtime_nanoseconds_todatetime(nanoseconds)`
pub(super) fn from_nanoseconds(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, DateTime::from_unix_nanos, TICKS_PER_NANOSECOND)
}
