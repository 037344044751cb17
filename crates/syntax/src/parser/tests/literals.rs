//! Values of literals, in queries and alone.

use calypso_types::{Dynamic, Scalar, ScalarType, TimeSpan};

use super::super::parse_literal;
use super::{findings, tree};

#[test]
fn adjacent_strings_are_one() {
    assert_eq!(tree("print 'a' \"b\" @'c'"), "(print \"abc\")");
}

#[test]
fn a_signed_number_is_one_literal() {
    assert_eq!(tree("print -1, +2.5, -1d, 3 -1"), "(print -1 2.5 ticks(-864000000000) (Subtract 3 1))");
    assert_eq!(parse_literal("-9223372036854775808"), Some(Scalar::Long(i64::MIN)));
}

#[test]
fn typed_literals_have_the_type_they_name() {
    assert_eq!(parse_literal("int(-7)"), Some(Scalar::Int(-7)));
    assert_eq!(parse_literal("long(0x10)"), Some(Scalar::Long(16)));
    assert_eq!(parse_literal("real(-inf)"), Some(Scalar::Real(f64::NEG_INFINITY)));
    assert_eq!(parse_literal("double(1e3)"), Some(Scalar::Real(1000.0)));
    assert_eq!(parse_literal("bool(TRUE)"), Some(Scalar::Bool(true)));
    assert_eq!(parse_literal("time(2)"), Some(Scalar::TimeSpan(TimeSpan(2 * TimeSpan::DAY.0))));
    assert_eq!(parse_literal("timespan(-1.5h)"), Some(Scalar::TimeSpan(TimeSpan(-54_000_000_000))));
    assert_eq!(parse_literal("timespan(1.02:03:04)"), Some(Scalar::TimeSpan(TimeSpan(937_840_000_000))));
    assert_eq!(parse_literal("datetime(1970-01-01)").map(|value| value.scalar_type()), Some(ScalarType::DateTime));
    assert_eq!(parse_literal("datetime(\"1970\")"), parse_literal("datetime(1970, 1, 1)"));
    assert_eq!(parse_literal("guid(null)"), Some(Scalar::Null(ScalarType::Guid)));
    assert!(matches!(parse_literal("real(nan)"), Some(Scalar::Real(value)) if value.is_nan()));
    assert!(matches!(parse_literal("decimal(1.5)"), Some(Scalar::Decimal(_))));
    assert!(matches!(parse_literal("74be27de-1e4e-49d9-b579-fe0b331d3642"), Some(Scalar::Guid(_))));
}

#[test]
fn a_datetime_without_a_date_is_an_expression_of_today() {
    assert_eq!(tree("print datetime()"), "(print (now))");
    assert_eq!(tree("print datetime(8:05)"), "(print (Add (startofday (now)) ticks(291000000000)))");
    assert_eq!(parse_literal("datetime()"), None);
    assert_eq!(parse_literal("timespan(15 seconds)"), Some(Scalar::TimeSpan(TimeSpan(150_000_000))));
}

#[test]
fn what_is_more_than_a_literal_is_none() {
    for text in ["", "a", "1 + 1", "now()", "int(x)", "'a", "1, 2", "- 1d x", "dynamic({a:1})"] {
        assert_eq!(parse_literal(text), None, "{text}");
    }
}

#[test]
fn dynamic_literals_hold_json_and_kql_scalars() {
    let value =
        parse_literal("dynamic({\"a\": [1, -2.5, 'x', null, true], 'b': {\"c\": timespan(1s)}, \"d\": 1h, 'a': 2})");
    let second = Dynamic::TimeSpan(TimeSpan::SECOND);
    let bag = Dynamic::Bag(vec![
        ("a".to_owned(), Dynamic::Long(2)),
        ("b".to_owned(), Dynamic::Bag(vec![("c".to_owned(), second)])),
        ("d".to_owned(), Dynamic::TimeSpan(TimeSpan::HOUR)),
    ]);
    assert_eq!(value, Some(Scalar::Dynamic(bag)));
    assert_eq!(parse_literal("dynamic(null)"), Some(Scalar::Dynamic(Dynamic::Null)));
    assert_eq!(parse_literal("dynamic([])"), Some(Scalar::Dynamic(Dynamic::Array(Vec::new()))));
}

#[test]
fn a_literal_out_of_range_is_a_finding() {
    assert_eq!(findings("print 9223372036854775808"), ["`9223372036854775808` is not a valid long literal"]);
    assert_eq!(findings("print int(3000000000)"), ["`int(3000000000)` is not a valid int literal"]);
    assert_eq!(findings("print datetime(x)"), ["`datetime(x)` is not a valid datetime literal"]);
}

#[test]
fn a_query_text_in_a_string_stays_a_string() {
    assert_eq!(tree("print x = ```a\n| where \"b\" // c```"), "(print x=\"a\\n| where \\\"b\\\" // c\")");
    assert_eq!(tree("print 'http://x'"), "(print \"http://x\")");
}
