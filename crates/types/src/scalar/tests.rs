//! Tests of scalars: text, JSON, reading, conversion, comparison.

use std::cmp::Ordering;

use super::Scalar;
use crate::{DateTime, Decimal, Dynamic, ScalarType, TimeSpan};

fn json(value: &Scalar) -> String {
    let mut out = String::new();
    value.write_json(&mut out);
    out
}

fn read(ty: ScalarType, text: &str) -> Scalar {
    Scalar::parse_as(ty, text)
}

#[test]
fn text_and_json_of_every_type() {
    let guid = "01234567-89ab-cdef-0123-456789abcdef";
    for (ty, source, text, wire) in [
        (ScalarType::Bool, "TRUE", "true", "true"),
        (ScalarType::Int, "-5", "-5", "-5"),
        (ScalarType::Long, "9223372036854775807", "9223372036854775807", "9223372036854775807"),
        (ScalarType::Real, "1", "1.0", "1.0"),
        (ScalarType::Real, "inf", "Infinity", "\"Infinity\""),
        (ScalarType::Real, "-inf", "-Infinity", "\"-Infinity\""),
        (ScalarType::Real, "nan", "NaN", "\"NaN\""),
        (ScalarType::Decimal, "2.00000000000001", "2.00000000000001", "\"2.00000000000001\""),
        (ScalarType::String, "a\"b", "a\"b", "\"a\\\"b\""),
        (ScalarType::DateTime, "2020-03-04", "2020-03-04T00:00:00.0000000Z", "\"2020-03-04T00:00:00.0000000Z\""),
        (ScalarType::TimeSpan, "-00:00:02.0020002", "-00:00:02.0020002", "\"-00:00:02.0020002\""),
        (ScalarType::Guid, guid, guid, "\"01234567-89ab-cdef-0123-456789abcdef\""),
        (ScalarType::Dynamic, "{ \"a\": 1}", "{\"a\":1}", "{\"a\":1}"),
        (ScalarType::Dynamic, "hi", "hi", "\"hi\""),
        (ScalarType::Dynamic, "", "", "null"),
        (ScalarType::Long, "", "", "null"),
        (ScalarType::String, "", "", "\"\""),
    ] {
        let value = read(ty, source);
        assert_eq!((value.to_text().as_str(), json(&value).as_str()), (text, wire), "{ty} {source}");
        assert_eq!(value.scalar_type(), ty);
    }
}

#[test]
fn reading_is_lenient_and_gives_null_for_the_rest() {
    assert_eq!(read(ScalarType::Bool, " 0 "), Scalar::Bool(false));
    assert_eq!(read(ScalarType::Bool, "123"), Scalar::Bool(true));
    assert_eq!(read(ScalarType::Long, " 0x1F "), Scalar::Long(31));
    assert_eq!(read(ScalarType::Long, "0xffffffffffffffff"), Scalar::Long(-1));
    assert_eq!(read(ScalarType::Int, "-0x10"), Scalar::Int(-16));
    assert_eq!(read(ScalarType::Real, "2.0002"), Scalar::Real(2.0002));
    assert_eq!(read(ScalarType::Real, " 1e3"), Scalar::Real(1000.0));
    for (ty, text) in [
        (ScalarType::Bool, "yes"),
        (ScalarType::Int, "2147483648"),
        (ScalarType::Long, "9223372036854775808"),
        (ScalarType::Long, "1.5"),
        (ScalarType::Long, "0x"),
        (ScalarType::Long, "0x-1"),
        (ScalarType::Real, "1,5"),
        (ScalarType::Decimal, "x"),
        (ScalarType::DateTime, "yesterday"),
        (ScalarType::TimeSpan, "soon"),
        (ScalarType::Guid, "0123"),
    ] {
        assert_eq!(read(ty, text), Scalar::Null(ty), "{ty} {text}");
    }
}

#[test]
fn conversion_gives_null_rather_than_failing() {
    let null = Scalar::Null;
    for (value, ty, expected) in [
        (Scalar::Real(-2.9), ScalarType::Long, Scalar::Long(-2)),
        (Scalar::Real(1e30), ScalarType::Long, null(ScalarType::Long)),
        (Scalar::Real(f64::NAN), ScalarType::Long, null(ScalarType::Long)),
        (Scalar::Long(i64::MAX), ScalarType::Int, null(ScalarType::Int)),
        (Scalar::Bool(true), ScalarType::Int, Scalar::Int(1)),
        (Scalar::Long(123), ScalarType::Bool, Scalar::Bool(true)),
        (Scalar::Long(3), ScalarType::Real, Scalar::Real(3.0)),
        (Scalar::Real(0.1), ScalarType::Decimal, Scalar::Decimal(Decimal(10_000_000_000_000_000))),
        (Scalar::DateTime(DateTime(5)), ScalarType::Long, Scalar::Long(5)),
        (Scalar::TimeSpan(TimeSpan(7)), ScalarType::Long, Scalar::Long(7)),
        (Scalar::Long(7), ScalarType::TimeSpan, Scalar::TimeSpan(TimeSpan(7))),
        (Scalar::Long(-7), ScalarType::DateTime, null(ScalarType::DateTime)),
        (Scalar::Bool(true), ScalarType::Guid, null(ScalarType::Guid)),
        (Scalar::from("12"), ScalarType::Long, Scalar::Long(12)),
        (Scalar::from("[1]"), ScalarType::Dynamic, Scalar::Dynamic(Dynamic::Array(vec![Dynamic::Long(1)]))),
        (null(ScalarType::Long), ScalarType::String, Scalar::from("")),
        (null(ScalarType::Long), ScalarType::Dynamic, Scalar::Dynamic(Dynamic::Null)),
        (Scalar::Dynamic(Dynamic::Long(4)), ScalarType::Real, Scalar::Real(4.0)),
    ] {
        assert_eq!(value.cast(ty), expected, "{value:?} {ty}");
    }
}

#[test]
fn comparison_is_by_value_and_unknown_for_null_and_nan() {
    let greater = Some(Ordering::Greater);
    assert_eq!(Scalar::Int(2).compare(&Scalar::Long(1)), greater);
    assert_eq!(Scalar::Long(i64::MAX).compare(&Scalar::Real(9_223_372_036_854_774_784.0)), greater);
    assert_eq!(Scalar::Long(i64::MAX).compare(&Scalar::Real(9_223_372_036_854_775_808.0)), Some(Ordering::Less));
    assert_eq!(Scalar::Real(1.5).compare(&Scalar::Long(1)), greater);
    assert_eq!(Scalar::Real(-1.5).compare(&Scalar::Long(-1)), Some(Ordering::Less));
    assert_eq!(Scalar::Decimal(Decimal::ONE).compare(&Scalar::Int(1)), Some(Ordering::Equal));
    assert_eq!(Scalar::Real(1e300).compare(&Scalar::Decimal(Decimal::MAX)), greater);
    assert_eq!(Scalar::Dynamic(Dynamic::Long(2)).compare(&Scalar::Int(1)), greater);
    assert_eq!(Scalar::Real(f64::NAN).compare(&Scalar::Real(1.0)), None);
    assert_eq!(Scalar::Null(ScalarType::Long).compare(&Scalar::Long(1)), None);
    assert_eq!(Scalar::from("a").compare(&Scalar::Long(1)), None);
}

#[test]
fn sorting_puts_null_before_nan_before_values() {
    let mut values = [
        Scalar::Real(5.0),
        Scalar::Real(f64::INFINITY),
        Scalar::Real(f64::NAN),
        Scalar::Null(ScalarType::Real),
        Scalar::Real(f64::NEG_INFINITY),
    ];
    values.sort_by(Scalar::sort_order);
    let text: Vec<String> = values.iter().map(Scalar::to_text).collect();
    assert_eq!(text, ["", "NaN", "-Infinity", "5.0", "Infinity"]);
}
