//! Values between JSON, suites and literals.

use serde_json::json;

use super::{agree, literal, write};

#[test]
fn values_are_written_as_suites_write_them() {
    assert_eq!(write(&json!(null), "long"), "(null)");
    assert_eq!(write(&json!("a\tb\\c\nd"), "string"), "a\\tb\\\\c\\nd");
    assert_eq!(write(&json!("2020-01-01T00:00:00Z"), "datetime"), "2020-01-01T00:00:00.0000000Z");
    assert_eq!(write(&json!("1.02:03:04.5"), "timespan"), "1.02:03:04.5000000");
    assert_eq!(write(&json!("00:00:01"), "timespan"), "00:00:01.0000000");
    assert_eq!(write(&json!({"b": 1, "a": [true, null]}), "dynamic"), r#"{"b":1,"a":[true,null]}"#);
    assert_eq!(write(&json!("a\t\\"), "dynamic"), r#""a\t\\""#);
    assert_eq!(write(&json!(true), "bool"), "true");
}

#[test]
fn reals_agree_within_a_tolerance_and_nothing_else_does() {
    assert!(agree("0.3", "0.30000000000000004", "real"));
    assert!(agree("NaN", "NaN", "real"));
    assert!(agree("1", "1.0", "real"));
    assert!(!agree("0.3", "0.31", "real"));
    assert!(!agree("1", "1.0", "string"));
    assert!(!agree("(null)", "0", "real"));
    assert!(agree("(any)", "0", "real"));
}

#[test]
fn dynamic_values_agree_as_documents_with_their_order() {
    assert!(agree(r#"{"a": 1.0, "b":[]}"#, r#"{"a":1,"b":[]}"#, "dynamic"));
    assert!(!agree(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, "dynamic"));
    assert!(!agree(r#""1""#, "1", "dynamic"));
    assert!(agree(r#"["a\n\\"]"#, r#"["a\n\\"]"#, "dynamic"));
}

#[test]
fn times_agree_whatever_zeros_are_written() {
    assert!(agree("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.0000000Z", "datetime"));
    assert!(agree("1.00:00:00", "1.00:00:00.0000000", "timespan"));
    assert!(!agree("00:00:01", "00:00:01.0000001", "timespan"));
}

#[test]
fn fields_become_literals_of_their_type() {
    assert_eq!(literal("(null)", "long"), "long(null)");
    assert_eq!(literal("(null)", "string"), "''");
    assert_eq!(literal("say \"hi\"\\n", "string"), r#""say \"hi\"\n""#);
    assert_eq!(literal("2020-01-01", "datetime"), "datetime(2020-01-01)");
    assert_eq!(literal("1.00:00:00", "timespan"), "time(1.00:00:00)");
    assert_eq!(literal(r#"{"a":1}"#, "dynamic"), r#"dynamic({"a":1})"#);
}
