//! Every spelling of every option that clients send.

use serde_json::json;

use super::*;

fn options(value: Value) -> Result<RequestOptions, Error> {
    let Value::Object(members) = value else { panic!("not an object") };
    RequestOptions::parse(&members.into_iter().collect())
}

#[test]
fn server_timeout_is_read_in_every_spelling_seen() {
    let minutes = |n: i64| TimeSpan(n * TimeSpan::MINUTE.0);
    for (given, expected) in [
        (json!("00:04:00"), minutes(4)),
        (json!("0:02:00"), minutes(2)),
        (json!("00:01:30.000"), TimeSpan(90 * TimeSpan::SECOND.0)),
        (json!("0:01:30.500000"), TimeSpan(90 * TimeSpan::SECOND.0 + 5_000_000)),
        (json!("50m"), minutes(50)),
        (json!("time(5m)"), minutes(5)),
        (json!("timespan(00:05:00)"), minutes(5)),
        (json!("1.00:00:00"), SERVER_TIMEOUT_MAX),
        (json!("1 day, 0:02:00"), SERVER_TIMEOUT_MAX),
        (json!(600_000_000), minutes(1)),
    ] {
        let parsed = options(json!({ "servertimeout": given })).unwrap();
        assert_eq!(parsed.server_timeout, Some(expected), "{given}");
    }
}

#[test]
fn server_timeout_that_is_no_timespan_is_refused_by_name() {
    for given in [json!("soon"), json!(true), json!(-5), json!("00:00:00")] {
        let error = options(json!({ "servertimeout": given })).unwrap_err();
        assert!(error.to_string().contains("'servertimeout'"), "{error}");
    }
}

#[test]
fn booleans_are_read_as_natives_texts_and_numbers() {
    for given in [json!(true), json!("true"), json!("True"), json!(1), json!("1"), json!("bool(true)")] {
        assert!(options(json!({ "notruncation": given })).unwrap().no_truncation, "{given}");
    }
    for given in [json!(false), json!("false"), json!(0), json!(null)] {
        assert!(!options(json!({ "notruncation": given })).unwrap().no_truncation, "{given}");
    }
    assert!(options(json!({ "notruncation": "perhaps" })).is_err());
}

#[test]
fn unknown_options_are_ignored() {
    assert_eq!(options(json!({ "additional": "additional", "x": [1] })).unwrap(), RequestOptions::default());
}

#[test]
fn numbers_and_placements_and_datetimes_are_read() {
    let parsed = options(json!({
        "truncationmaxrecords": "10",
        "truncationmaxsize": 1024.0,
        "query_take_max_records": 5,
        "results_error_reporting_placement": "end_of_table",
        "query_now": "datetime(2020-01-01)",
        "request_readonly_hardline": true,
    }))
    .unwrap();
    assert_eq!(parsed.truncation_max_records, Some(10));
    assert_eq!(parsed.truncation_max_size, Some(1024));
    assert_eq!(parsed.query_take_max_records, Some(5));
    assert_eq!(parsed.results_error_reporting_placement, ErrorReportingPlacement::EndOfTable);
    assert_eq!(parsed.query_now, DateTime::parse("2020-01-01"));
    assert!(parsed.request_readonly);
}
