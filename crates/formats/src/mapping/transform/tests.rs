//! Transforms of values.

use super::{MappedFields, UnixUnit, bag_of_array};

#[test]
fn unix_times_of_every_unit_become_datetimes() {
    use UnixUnit::{Microseconds, Milliseconds, Nanoseconds, Seconds};
    for (unit, text, expected) in [
        (Seconds, "0", Some("1970-01-01T00:00:00.0000000Z")),
        (Seconds, "-1", Some("1969-12-31T23:59:59.0000000Z")),
        (Seconds, "1557152625", Some("2019-05-06T14:23:45.0000000Z")),
        (Seconds, " 1557152625.25 ", Some("2019-05-06T14:23:45.2500000Z")),
        (Milliseconds, "1557152625123", Some("2019-05-06T14:23:45.1230000Z")),
        (Microseconds, "1557152625123456", Some("2019-05-06T14:23:45.1234560Z")),
        (Nanoseconds, "1557152625123456789", Some("2019-05-06T14:23:45.1234567Z")),
        (Nanoseconds, "-1", Some("1969-12-31T23:59:59.9999999Z")),
        (Seconds, "9223372036854775807", None),
        (Seconds, "1e300", None),
        (Seconds, "NaN", None),
        (Seconds, "x", None),
        (Seconds, "", None),
    ] {
        assert_eq!(unit.datetime(text).map(|value| value.to_string()).as_deref(), expected, "{unit:?} {text}");
    }
}

#[test]
fn an_array_of_bags_becomes_one_bag() {
    for (text, expected) in [
        (r#"[{"a":1},{"b":[2]}]"#, r#"{"a":1,"b":[2]}"#),
        (r#"[{"a":1,"b":2},3,{}]"#, r#"{"a":1,"b":2}"#),
        ("[]", "{}"),
        (r#"{"a":1}"#, r#"{"a":1}"#),
        (r#"[{"\"":1}]"#, r#"{"\"":1}"#),
    ] {
        assert_eq!(bag_of_array(text), expected);
    }
}

#[test]
fn mapped_fields_are_removed_at_any_depth() {
    let mut mapped = MappedFields::default();
    for path in [&["a"][..], &["b", "c"], &["b", "d", "e"]] {
        mapped.insert(&path.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    }
    for (text, expected) in [
        (r#"{"a":1,"z":2}"#, r#"{"z":2}"#),
        (r#"{"b":{"c":1,"d":{"e":2,"f":3}},"a":4}"#, r#"{"b":{"d":{"f":3}}}"#),
        (r#"{"b":[1],"c":2}"#, r#"{"b":[1],"c":2}"#),
        ("7", "7"),
    ] {
        assert_eq!(mapped.remove_from(text), expected);
    }
}
