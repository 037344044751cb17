//! Functions on datetimes and timespans, and rounding into bins.

mod add_diff;
mod bins;
mod clock;
mod format;
mod make;
mod parts;
mod periods;
mod unix_time;
mod zones;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#datetimetimespan-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("now", clock::now),
    ("ago", clock::ago),
    ("bin", bins::bin),
    ("bin_at", bins::bin_at),
    ("startofday", periods::start_of_day),
    ("startofweek", periods::start_of_week),
    ("startofmonth", periods::start_of_month),
    ("startofyear", periods::start_of_year),
    ("endofday", periods::end_of_day),
    ("endofweek", periods::end_of_week),
    ("endofmonth", periods::end_of_month),
    ("endofyear", periods::end_of_year),
    ("datetime_add", add_diff::datetime_add),
    ("datetime_diff", add_diff::datetime_diff),
    ("datetime_part", parts::datetime_part),
    ("datetime_utc_to_local", zones::utc_to_local),
    ("datetime_local_to_utc", zones::local_to_utc),
    ("datetime_list_timezones", zones::list_time_zones),
    ("getyear", parts::get_year),
    ("monthofyear", parts::month_of_year),
    ("dayofmonth", parts::day_of_month),
    ("dayofyear", parts::day_of_year),
    ("dayofweek", parts::day_of_week),
    ("hourofday", parts::hour_of_day),
    ("week_of_year", parts::week_of_year),
    ("weekofyear", parts::week_of_year_by_wednesday),
    ("make_datetime", make::make_datetime),
    ("make_timespan", make::make_timespan),
    ("format_datetime", format::format_datetime),
    ("format_timespan", format::format_timespan),
    ("unixtime_seconds_todatetime", unix_time::from_seconds),
    ("unixtime_milliseconds_todatetime", unix_time::from_milliseconds),
    ("unixtime_microseconds_todatetime", unix_time::from_microseconds),
    ("unixtime_nanoseconds_todatetime", unix_time::from_nanoseconds),
];
