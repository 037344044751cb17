//! Tests of timespan parsing and printing.

use super::TimeSpan;

#[test]
fn documented_spellings_are_read() {
    for (text, ticks) in [
        ("2d", 2 * TimeSpan::DAY.0),
        ("1.5h", 90 * TimeSpan::MINUTE.0),
        ("30m", 30 * TimeSpan::MINUTE.0),
        ("10s", 10 * TimeSpan::SECOND.0),
        ("0.1s", 1_000_000),
        ("1.5s", 15_000_000),
        ("100ms", 1_000_000),
        ("10microsecond", 100),
        ("10microseconds", 100),
        ("1tick", 1),
        ("3days", 3 * TimeSpan::DAY.0),
        ("150nanoseconds", 1),
        ("15 seconds", 150_000_000),
        ("2", 2 * TimeSpan::DAY.0),
        ("-1d", -TimeSpan::DAY.0),
        ("0.12:34:56.7", 452_967_000_000),
        ("0.00:01:00", TimeSpan::MINUTE.0),
        ("1.02:03", 26 * TimeSpan::HOUR.0 + 3 * TimeSpan::MINUTE.0),
        ("3:04", 3 * TimeSpan::HOUR.0 + 4 * TimeSpan::MINUTE.0),
        ("1:02:03:04.5", 937_845_000_000),
        ("-00:00:02.0020002", -20_020_002),
        (" 00:00:00.123456789 ", 1_234_567),
        ("10675199.02:48:05.4775807", i64::MAX),
        ("-10675199.02:48:05.4775808", i64::MIN),
    ] {
        assert_eq!(TimeSpan::parse(text), Some(TimeSpan(ticks)), "{text}");
    }
}

#[test]
fn what_is_no_timespan_is_none() {
    for text in [
        "",
        "-",
        "null",
        "24:00:00",
        "00:60:00",
        "00:00:60",
        "1.5",
        "1x",
        "1 d 2",
        ":",
        "1:",
        "1.2.3:4",
        "1:2:3:4:5",
        "00:00:00.",
        "99999999999d",
        "10675199.02:48:05.4775808",
        ".d",
        "1dé",
        "é",
    ] {
        assert_eq!(TimeSpan::parse(text), None, "{text}");
    }
}

#[test]
fn printing_shows_days_and_fraction_only_when_needed() {
    for (ticks, text) in [
        (0, "00:00:00"),
        (20_000_000, "00:00:02"),
        (-20_020_002, "-00:00:02.0020002"),
        (TimeSpan::DAY.0 + 1, "1.00:00:00.0000001"),
        (i64::MIN, "-10675199.02:48:05.4775808"),
    ] {
        assert_eq!(TimeSpan(ticks).to_text(), text);
        assert_eq!(TimeSpan::parse(text), Some(TimeSpan(ticks)));
    }
}

#[test]
fn units_scale_and_overflow_to_none() {
    assert_eq!(TimeSpan::from_units(1.5, TimeSpan::DAY), Some(TimeSpan(36 * TimeSpan::HOUR.0)));
    assert_eq!(TimeSpan::from_units(f64::NAN, TimeSpan::DAY), None);
    assert_eq!(TimeSpan::from_units(1e12, TimeSpan::DAY), None);
    assert_eq!(TimeSpan::from_literal_suffix("1", "fortnight"), None);
    assert!((TimeSpan::DAY.total_seconds() - 86_400.0).abs() < f64::EPSILON);
    assert_eq!(TimeSpan(-1).floor_to(TimeSpan::SECOND), TimeSpan(-10_000_000));
    assert_eq!(TimeSpan::MIN.floor_to(TimeSpan::DAY), TimeSpan::MIN);
    assert_eq!(TimeSpan::MIN.checked_neg(), None);
}
