//! Tests of datetime parsing, printing and calendar arithmetic.

use super::{CalendarParts, DateTime};
use crate::TimeSpan;

fn iso(text: &str) -> String {
    DateTime::parse(text).map_or_else(|| "none".to_owned(), DateTime::to_iso)
}

#[test]
fn documented_iso_spellings_are_read() {
    for (text, expected) in [
        ("2014-05-25T08:20:03.123456Z", "2014-05-25T08:20:03.1234560Z"),
        ("2014-05-25T08:20:03.123456", "2014-05-25T08:20:03.1234560Z"),
        ("2014-05-25T08:20", "2014-05-25T08:20:00.0000000Z"),
        ("2014-05-25T08:20Z", "2014-05-25T08:20:00.0000000Z"),
        ("2014-11-08 15:55:55.123456Z", "2014-11-08T15:55:55.1234560Z"),
        ("2014-11-08 15:55:55", "2014-11-08T15:55:55.0000000Z"),
        ("2014-11-08 15:55", "2014-11-08T15:55:00.0000000Z"),
        ("2014-11-08", "2014-11-08T00:00:00.0000000Z"),
        ("2014-11", "2014-11-01T00:00:00.0000000Z"),
        ("2007-01-01 00:00:00.0000000", "2007-01-01T00:00:00.0000000Z"),
        ("\t2020-03-04T14:05:01.3109965Z ", "2020-03-04T14:05:01.3109965Z"),
        ("2020-03-04T14:05:01.310996599Z", "2020-03-04T14:05:01.3109965Z"),
        ("2020-03-04T14:05:01+02:00", "2020-03-04T12:05:01.0000000Z"),
        ("2020-03-04T14:05:01.5-0530", "2020-03-04T19:35:01.5000000Z"),
        ("2020-03-04T14:05:01 +02", "2020-03-04T12:05:01.0000000Z"),
        ("20140525", "2014-05-25T00:00:00.0000000Z"),
        ("20140525T082003Z", "2014-05-25T08:20:03.0000000Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
        ("0001-01-01", "0001-01-01T00:00:00.0000000Z"),
    ] {
        assert_eq!(iso(text), expected, "{text}");
    }
}

#[test]
fn documented_rfc_and_us_spellings_are_read() {
    let full = "2014-11-08T15:05:02.0000000Z";
    let minute = "2014-11-08T15:05:00.0000000Z";
    for (text, expected) in [
        ("Sat, 8 Nov 14 15:05:02 GMT", full),
        ("Sat, 8 Nov 2014 15:05:02 GMT", full),
        ("Sat, 8 Nov 14 15:05:02", full),
        ("Sat, 8 Nov 14 15:05 GMT", minute),
        ("8 Nov 14 15:05:02 GMT", full),
        ("8 Nov 14 15:05", minute),
        ("Saturday, 08-Nov-14 15:05:02 GMT", full),
        ("08-Nov-14 15:05 GMT", minute),
        ("2014-11-08T15:05 GMT", minute),
        ("2014-11-8 15:05:02 GMT", full),
        ("Nov 8, 2014 3:05 PM", minute),
        ("11/08/2014 15:05:02", full),
        ("11/8/2014 3:05:02 PM", full),
        ("11/8/2014 12:05 AM", "2014-11-08T00:05:00.0000000Z"),
        ("2014/11/8", "2014-11-08T00:00:00.0000000Z"),
        ("12-02-2022", "2022-12-02T00:00:00.0000000Z"),
        ("Sat, 8 Nov 2014 15:05:02 EST", "2014-11-08T20:05:02.0000000Z"),
    ] {
        assert_eq!(iso(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_datetime_is_none() {
    for text in [
        "",
        " ",
        "null",
        "1546300800",
        "1546300800000000000",
        "2014",
        "8:05",
        "2014-13-01",
        "2014-02-29",
        "2014-11-08T24:00",
        "2014-11-08T15:60",
        "2014-11-08T15:05:02.",
        "2014-11-08T15:05:02X",
        "2014-11-08x",
        "1.5",
        "0001-01-01T00:00:00+01:00",
        "0000-01-01",
        "13:00 PM",
        "11/8/2014 13:05 PM",
        "2014-11-08é",
        "Sat",
        "é",
    ] {
        assert_eq!(iso(text), "none", "{text}");
    }
}

#[test]
fn a_time_alone_is_read_on_the_given_day() {
    let today = DateTime::parse("2021-11-29 13:14:15").unwrap();
    assert_eq!(DateTime::parse_on("8:05", today).unwrap().to_iso(), "2021-11-29T08:05:00.0000000Z");
    assert_eq!(DateTime::parse_on("2014-11-08", today), DateTime::parse("2014-11-08"));
    assert_eq!(DateTime::parse_on("hello", today), None);
}

#[test]
fn every_day_of_the_range_survives_a_round_trip() {
    for day in (0..=DateTime::MAX.0 / TimeSpan::DAY.0).step_by(17) {
        let value = DateTime(day * TimeSpan::DAY.0 + day);
        assert_eq!(DateTime::from_parts(value.parts()), Some(value));
        assert_eq!(DateTime::parse(&value.to_iso()), Some(value));
    }
}

#[test]
fn parts_and_period_ends_follow_the_calendar() {
    let value = DateTime::parse("2020-03-04T14:05:01.3109965Z").unwrap();
    let parts = CalendarParts { year: 2020, month: 3, day: 4, hour: 14, minute: 5, second: 1, tick: 3_109_965 };
    assert_eq!(value.parts(), parts);
    assert_eq!((value.day_of_year(), value.day_of_week(), value.iso_week()), (64, 3, 10));
    assert_eq!(value.start_of_week().to_iso(), "2020-03-01T00:00:00.0000000Z");
    assert_eq!(value.end_of_week().to_iso(), "2020-03-07T23:59:59.9999999Z");
    assert_eq!(value.start_of_month().to_iso(), "2020-03-01T00:00:00.0000000Z");
    assert_eq!(value.end_of_month().to_iso(), "2020-03-31T23:59:59.9999999Z");
    assert_eq!(value.start_of_year().to_iso(), "2020-01-01T00:00:00.0000000Z");
    assert_eq!(value.end_of_year().to_iso(), "2020-12-31T23:59:59.9999999Z");
    assert_eq!(value.floor_to(TimeSpan::HOUR).to_iso(), "2020-03-04T14:00:00.0000000Z");
    assert_eq!(DateTime::MIN.start_of_week(), DateTime::MIN);
    assert_eq!(DateTime::MAX.end_of_week(), DateTime::MAX);
    assert_eq!(DateTime::parse("2021-01-03").unwrap().iso_week(), 53);
}

#[test]
fn adding_months_keeps_the_day_or_takes_the_last() {
    let value = DateTime::parse("2020-01-31 10:00").unwrap();
    assert_eq!(value.add_months(1).unwrap().to_iso(), "2020-02-29T10:00:00.0000000Z");
    assert_eq!(value.add_months(-2).unwrap().to_iso(), "2019-11-30T10:00:00.0000000Z");
    assert_eq!(value.add_months(i64::MAX), None);
    assert_eq!(value.add_months(12 * 9000), None);
}

#[test]
fn unix_times_convert_and_overflow_to_none() {
    let expected = DateTime::parse("2019-01-01");
    assert_eq!(DateTime::from_unix_seconds(1_546_300_800), expected);
    assert_eq!(DateTime::from_unix_millis(1_546_300_800_000), expected);
    assert_eq!(DateTime::from_unix_micros(1_546_300_800_000_000), expected);
    assert_eq!(DateTime::from_unix_nanos(1_546_300_800_000_000_000), expected);
    assert_eq!(DateTime::from_unix_seconds(i64::MAX), None);
    assert_eq!(DateTime::from_unix_seconds(-1).unwrap().unix_seconds(), -1);
    assert_eq!(DateTime::MAX.unix_nanos(), None);
    assert_eq!(DateTime::MAX.checked_add(TimeSpan::TICK), None);
    assert_eq!(DateTime::MIN.checked_sub(TimeSpan(i64::MIN)), None);
}

#[test]
fn ticks_outside_the_range_print_as_its_ends() {
    assert_eq!(DateTime(i64::MIN).to_iso(), DateTime::MIN.to_iso());
    assert_eq!(DateTime(i64::MAX).to_string(), DateTime::MAX.to_iso());
}
