//! Functions on datetimes and timespans, and rounding into bins.

use super::{Category, Function, Signature, Volatility::PerQuery, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::DateTime, summary, signatures)
}

const PERIOD: &[Signature] = &[sig(&[datetime("date"), long("offset")], DATETIME).optional(1)];
const PART: &[Signature] = &[sig(&[datetime("date")], INT)];
const UNIX_TIME: &[Signature] = &[sig(&[long("number")], DATETIME), sig(&[real("number")], DATETIME)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#datetimetimespan-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("now", "Returns the time of the query, plus an offset.", &[sig(&[timespan("offset")], DATETIME).optional(1)])
        .stable(PerQuery),
    f("ago", "Returns the time of the query less a timespan.", &[sig(&[timespan("timespan")], DATETIME)])
        .stable(PerQuery),
    f(
        "bin",
        "Rounds down to a multiple of a bin size.",
        &[
            sig(&[long("value"), long("roundTo")], LONG),
            sig(&[datetime("value"), timespan("roundTo")], DATETIME),
            sig(&[timespan("value"), timespan("roundTo")], TIMESPAN),
            sig(&[real("value"), real("roundTo")], REAL),
            sig(&[decimal("value"), decimal("roundTo")], DECIMAL),
        ],
    )
    .also(&["floor"]),
    f(
        "bin_at",
        "Rounds down to a bin, one of which begins at a fixed point.",
        &[
            sig(&[long("value"), long("bin_size"), long("fixed_point")], LONG),
            sig(&[datetime("value"), timespan("bin_size"), datetime("fixed_point")], DATETIME),
            sig(&[timespan("value"), timespan("bin_size"), timespan("fixed_point")], TIMESPAN),
            sig(&[real("value"), real("bin_size"), real("fixed_point")], REAL),
            sig(&[decimal("value"), decimal("bin_size"), decimal("fixed_point")], DECIMAL),
        ],
    ),
    f("startofday", "Returns the start of the day.", PERIOD),
    f("startofweek", "Returns the start of the week, a Sunday.", PERIOD),
    f("startofmonth", "Returns the start of the month.", PERIOD),
    f("startofyear", "Returns the start of the year.", PERIOD),
    f("endofday", "Returns the last tick of the day.", PERIOD),
    f("endofweek", "Returns the last tick of the week, a Saturday.", PERIOD),
    f("endofmonth", "Returns the last tick of the month.", PERIOD),
    f("endofyear", "Returns the last tick of the year.", PERIOD),
    f(
        "datetime_add",
        "Adds a number of periods to a datetime.",
        &[sig(&[constant("period"), long("amount"), datetime("datetime")], DATETIME)],
    ),
    f(
        "datetime_diff",
        "Counts the borders of periods between two datetimes.",
        &[sig(&[constant("period"), datetime("datetime1"), datetime("datetime2")], LONG)],
    ),
    f("datetime_part", "Returns a part of a datetime.", &[sig(&[constant("part"), datetime("date")], INT)])
        .also(&["datepart"]),
    f(
        "datetime_utc_to_local",
        "Converts from UTC to the time of a time zone.",
        &[sig(&[datetime("from"), string("timezone")], DATETIME)],
    ),
    f(
        "datetime_local_to_utc",
        "Converts from the time of a time zone to UTC.",
        &[sig(&[datetime("from"), string("timezone")], DATETIME)],
    ),
    f("datetime_list_timezones", "Lists the known time zones.", &[sig(&[], DYNAMIC)]),
    f("getyear", "Returns the year.", PART),
    f("monthofyear", "Returns the month, 1 to 12.", PART).also(&["getmonth"]),
    f("dayofmonth", "Returns the day of the month.", PART),
    f("dayofyear", "Returns the day of the year.", PART),
    f("dayofweek", "Returns the whole days since Sunday.", &[sig(&[datetime("date")], TIMESPAN)]),
    f("hourofday", "Returns the hour, 0 to 23.", PART),
    f("week_of_year", "Returns the number of the week by ISO 8601.", PART),
    f("weekofyear", "Returns the number of the week; obsolete, use week_of_year().", PART),
    f(
        "make_datetime",
        "Makes a datetime of its parts.",
        &[sig(&[long("year"), long("month"), long("day"), long("hour"), long("minute"), real("second")], DATETIME)
            .optional(3)],
    ),
    f(
        "make_timespan",
        "Makes a timespan of its parts.",
        &[
            sig(&[long("hours"), long("minutes")], TIMESPAN),
            sig(&[long("hours"), long("minutes"), real("seconds")], TIMESPAN),
            sig(&[long("days"), long("hours"), long("minutes"), real("seconds")], TIMESPAN),
        ],
    ),
    f("format_datetime", "Prints a datetime in a format.", &[sig(&[datetime("date"), constant("format")], STRING)]),
    f("format_timespan", "Prints a timespan in a format.", &[sig(&[timespan("timespan"), constant("format")], STRING)]),
    f("unixtime_seconds_todatetime", "Converts seconds since 1970.", UNIX_TIME),
    f("unixtime_milliseconds_todatetime", "Converts milliseconds since 1970.", UNIX_TIME),
    f("unixtime_microseconds_todatetime", "Converts microseconds since 1970.", UNIX_TIME),
    f("unixtime_nanoseconds_todatetime", "Converts nanoseconds since 1970.", UNIX_TIME),
];
