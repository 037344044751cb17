//! Values of every type as answers spell them.

use super::*;

fn read(ty: ScalarType, text: &str) -> Scalar {
    from_json(ty, text).unwrap()
}

#[test]
fn values_of_every_type_are_read() {
    assert_eq!(read(ScalarType::Bool, "true"), Scalar::Bool(true));
    assert_eq!(read(ScalarType::Bool, "0"), Scalar::Bool(false));
    assert_eq!(read(ScalarType::Int, "-2147483648"), Scalar::Int(i32::MIN));
    assert_eq!(read(ScalarType::Long, "9223372036854775807"), Scalar::Long(i64::MAX));
    assert_eq!(read(ScalarType::Real, "1e300"), Scalar::Real(1e300));
    assert_eq!(read(ScalarType::Real, "1"), Scalar::Real(1.0));
    assert_eq!(read(ScalarType::Real, "\"-Infinity\""), Scalar::Real(f64::NEG_INFINITY));
    assert!(matches!(read(ScalarType::Real, "\"NaN\""), Scalar::Real(value) if value.is_nan()));
    assert_eq!(read(ScalarType::Decimal, "\"2.00000000000001\"").to_text(), "2.00000000000001");
    assert_eq!(read(ScalarType::Decimal, "2.5").to_text(), "2.5");
    assert_eq!(read(ScalarType::String, "\"a\\tb\""), Scalar::from("a\tb"));
    assert_eq!(
        read(ScalarType::DateTime, "\"2020-03-04T14:05:01.3109965Z\"").to_text(),
        "2020-03-04T14:05:01.3109965Z"
    );
    assert_eq!(read(ScalarType::DateTime, "\"2020-03-04T14:05:01Z\"").to_text(), "2020-03-04T14:05:01.0000000Z");
    assert_eq!(read(ScalarType::TimeSpan, "\"-1.02:03:04.0000005\"").to_text(), "-1.02:03:04.0000005");
    let guid = "74be27de-1e4e-49d9-b579-fe0b331d3642";
    assert_eq!(read(ScalarType::Guid, &format!("\"{guid}\"")).to_text(), guid);
}

#[test]
fn null_is_null_but_for_strings() {
    for ty in ScalarType::ALL {
        let value = read(ty, "null");
        assert_eq!(value.is_null(), ty != ScalarType::String, "{ty}");
    }
    assert_eq!(read(ScalarType::String, "null"), Scalar::from(""));
}

#[test]
fn dynamic_values_keep_their_shape_and_strings_their_exact_text() {
    assert_eq!(read(ScalarType::Dynamic, r#""{ \"a\": 1}""#), Scalar::Dynamic(Dynamic::String("{ \"a\": 1}".into())));
    let nested = read(ScalarType::Dynamic, r#"{"moshe":["value",1,2.5,null,true]}"#);
    assert_eq!(nested.to_text(), r#"{"moshe":["value",1,2.5,null,true]}"#);
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    assert!(from_json(ScalarType::Dynamic, &deep).is_ok());
}

#[test]
fn what_is_no_value_of_the_type_is_an_error() {
    for (ty, text) in [
        (ScalarType::Int, "2147483648"),
        (ScalarType::Int, "1.5"),
        (ScalarType::Long, "\"x\""),
        (ScalarType::Bool, "2"),
        (ScalarType::Real, "NaN"),
        (ScalarType::Real, "inf"),
        (ScalarType::DateTime, "1"),
        (ScalarType::DateTime, "\"yesterday\""),
        (ScalarType::Guid, "\"x\""),
        (ScalarType::Dynamic, "{"),
        (ScalarType::String, "nonsense"),
    ] {
        assert!(from_json(ty, text).is_err(), "{ty} {text}");
    }
}
