//! Tests of the tree of dynamic values.

use std::cmp::Ordering;

use super::{Dynamic, NESTING_DEPTH_MAX};
use crate::{Scalar, ScalarType};

fn stored(text: &str) -> Dynamic {
    Dynamic::parse(text).unwrap()
}

#[test]
fn stored_text_survives_a_round_trip() {
    for text in [
        "null",
        "true",
        "1",
        "-9223372036854775808",
        "1.0",
        "1E+20",
        "int(5)",
        "real(nan)",
        "real(+inf)",
        "real(-inf)",
        "decimal(1.5)",
        r#""a\"b\\\n\u0001é😀""#,
        "datetime(2020-01-01T00:00:00.0000000Z)",
        "timespan(-1.02:03:04.5000000)",
        "guid(01234567-89ab-cdef-0123-456789abcdef)",
        "[]",
        "{}",
        r#"{"a":1,"b":[true,null,{"c":"x"},[]],"":datetime(2020-01-01T00:00:00.0000000Z)}"#,
    ] {
        assert_eq!(stored(text).to_text(), text);
    }
}

#[test]
fn json_is_read_as_the_standard_says() {
    let value =
        Dynamic::parse_json(" { \"a\" : [ 1 , 2.50 , -0 , 1e2 ] , \"b\\u0041\" : \"\\ud83d\\ude00\\ud800x\\/\" } ")
            .unwrap();
    assert_eq!(value.to_text(), "{\"a\":[1,2.5,0,100.0],\"bA\":\"😀\u{fffd}x/\"}");
    assert_eq!(Dynamic::parse_json("").unwrap(), Dynamic::Null);
    assert_eq!(Dynamic::parse_json("18446744073709551615").unwrap(), Dynamic::Real(18_446_744_073_709_551_615.0));
    for text in [
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "1.",
        ".5",
        "+1",
        "nan",
        "True",
        "\"a",
        "\"\\x\"",
        "1 2",
        "[1}",
        "{\"a\" 1}",
        "datetime(2020-01-01)",
        "\"\\u12\"",
        "-",
        "tru",
        "[",
        "é",
        "{\"a\":}",
        "1d",
    ] {
        assert!(Dynamic::parse_json(text).is_err(), "{text}");
        assert_eq!(Dynamic::from_text(text), Dynamic::String(text.to_owned()));
    }
}

#[test]
fn literals_of_queries_allow_more() {
    let value = Dynamic::parse_literal(
        r#"{'a': 1d, "b": datetime("2020-01-01"), 'c': dynamic([int(1), dynamic(null)]), 'd': @"x\y""z", 'e': TRUE,
            'f': 0x1F, 'g': long(null), 'h': 'it\'s', 'i': -90m, 'j': time(1.02:00), 'k': guid(0123456789abcdef0123456789abcdef)}"#,
    )
    .unwrap();
    assert_eq!(
        value.to_text(),
        r#"{"a":timespan(1.00:00:00),"b":datetime(2020-01-01T00:00:00.0000000Z),"c":[int(1),null],"d":"x\\y\"z","#
            .to_owned()
            + r#""e":true,"f":31,"g":null,"h":"it's","i":timespan(-01:30:00),"j":timespan(1.02:00:00),"#
            + r#""k":guid(01234567-89ab-cdef-0123-456789abcdef)}"#
    );
    for text in ["1x", "foo(1)", "datetime(2020)", "dynamic(1", "@x", "@'a", "'a", "datetime(", "bool(2)"] {
        assert!(Dynamic::parse_literal(text).is_err(), "{text}");
    }
}

#[test]
fn of_repeated_names_the_last_wins_at_the_first_place() {
    assert_eq!(stored(r#"{"a":1,"b":2,"a":3}"#).to_text(), r#"{"a":3,"b":2}"#);
    let many: Vec<String> = (0..200).map(|at| format!("\"k{}\":{at}", at % 100)).collect();
    let value = stored(&format!("{{{}}}", many.join(",")));
    assert_eq!(value.as_bag().unwrap().len(), 100);
    assert_eq!(value.get("k99"), Some(&Dynamic::Long(199)));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let value = stored(&nested(NESTING_DEPTH_MAX));
    assert_eq!(value.to_text(), nested(NESTING_DEPTH_MAX));
    assert_eq!(value.compare(&value.clone()), Ordering::Equal);
    let message = Dynamic::parse(&nested(1_000_000)).unwrap_err().to_string();
    assert!(message.contains("nested deeper than 512 levels"), "{message}");
    assert!(Dynamic::parse_literal(&"dynamic(".repeat(1_000_000)).is_err());
}

#[test]
fn wire_json_has_strings_for_what_json_lacks() {
    let value = stored(
        "[datetime(2020-01-01),timespan(1h),guid(0123456789abcdef0123456789abcdef),decimal(1.50),int(1),2.0,real(nan),real(-inf)]",
    );
    assert_eq!(
        value.to_json(),
        r#"["2020-01-01T00:00:00.0000000Z","01:00:00","01234567-89ab-cdef-0123-456789abcdef","1.5",1,2.0,"NaN","-Infinity"]"#
    );
}

#[test]
fn tostring_gives_exact_text_of_strings_and_nothing_for_null() {
    for (text, expected) in [
        ("null", ""),
        (r#""{ \"a\": 1}""#, r#"{ "a": 1}"#),
        ("1.0", "1.0"),
        ("real(nan)", "NaN"),
        ("true", "true"),
        ("int(7)", "7"),
        ("decimal(7.10)", "7.1"),
        ("timespan(1h)", "01:00:00"),
        (r#"{"a": [timespan(1h)]}"#, r#"{"a":["01:00:00"]}"#),
    ] {
        assert_eq!(stored(text).to_kusto_string(), expected);
    }
}

#[test]
fn properties_and_elements_are_found() {
    let value = stored(r#"{"a":[10,20,30]}"#);
    let array = value.get("a").unwrap();
    assert_eq!(array.index(0), Some(&Dynamic::Long(10)));
    assert_eq!(array.index(-1), Some(&Dynamic::Long(30)));
    for index in [3, -4, i64::MIN, i64::MAX] {
        assert_eq!(array.index(index), None);
    }
    assert_eq!((value.get("b"), value.index(0), array.get("a")), (None, None, None));
    assert_eq!((value.type_name(), array.type_name()), ("dictionary", "array"));
}

#[test]
fn conversion_follows_the_value_inside() {
    let convert = |text: &str, ty| stored(text).to_scalar(ty);
    assert_eq!(convert("101", ScalarType::Int), Scalar::Int(101));
    assert_eq!(convert("2.9", ScalarType::Long), Scalar::Long(2));
    assert_eq!(convert("\"123\"", ScalarType::Long), Scalar::Long(123));
    assert_eq!(convert("\"2015-01-01\"", ScalarType::DateTime), Scalar::parse_as(ScalarType::DateTime, "2015-01-01"));
    assert_eq!(convert("[1]", ScalarType::Long), Scalar::Null(ScalarType::Long));
    assert_eq!(convert("[1]", ScalarType::String), Scalar::from("[1]"));
    assert_eq!(convert("null", ScalarType::String), Scalar::from(""));
    assert_eq!(convert("null", ScalarType::Guid), Scalar::Null(ScalarType::Guid));
}

#[test]
fn the_order_is_total() {
    let ascending = [
        "null",
        "false",
        "true",
        "real(nan)",
        "real(-inf)",
        "-1",
        "0.5",
        "1",
        "decimal(1.5)",
        "real(+inf)",
        "datetime(2020-01-01)",
        "timespan(1h)",
        "guid(0123456789abcdef0123456789abcdef)",
        "\"a\"",
        "\"b\"",
        "[]",
        "[1]",
        "[1,0]",
        "[2]",
        "{}",
        r#"{"a":1}"#,
        r#"{"a":2}"#,
        r#"{"b":0}"#,
    ];
    for (low, left) in ascending.iter().enumerate() {
        for (high, right) in ascending.iter().enumerate() {
            assert_eq!(stored(left).compare(&stored(right)), low.cmp(&high), "{left} {right}");
        }
    }
    assert_eq!(stored("1").compare(&stored("int(1)")), Ordering::Equal);
    assert_eq!(stored("1.0").compare(&stored("1")), Ordering::Equal);
    assert_eq!(stored(r#"{"a":1,"b":2}"#).compare(&stored(r#"{"b":2,"a":1}"#)), Ordering::Equal);
}
