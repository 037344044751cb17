//! Tests of the text of reals.

use super::{parse_real, real_text};

#[test]
fn reals_print_shortest_and_as_dotnet_does() {
    for (value, text) in [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (-2.5, "-2.5"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (2.209_049_699_858_54e-5, "2.20904969985854E-05"),
        (123_456_789_012_345.0, "123456789012345.0"),
        (1e15, "1E+15"),
        (1_234_567_890_123_456.0, "1234567890123456.0"),
        (123_456_789_012_345_680.0, "1.2345678901234568E+17"),
        (1e20, "1E+20"),
        (f64::MAX, "1.7976931348623157E+308"),
        (5e-324, "5E-324"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        assert_eq!(real_text(value), text);
        let read = parse_real(text).unwrap();
        assert!(read == value || read.is_nan() && value.is_nan(), "{text}");
    }
}

#[test]
fn special_reals_are_read_in_any_case() {
    assert_eq!(parse_real(" +INF "), Some(f64::INFINITY));
    assert_eq!(parse_real("-infinity"), Some(f64::NEG_INFINITY));
    assert!(parse_real("NaN").unwrap().is_nan());
    assert_eq!(parse_real("1.5e3"), Some(1500.0));
    assert_eq!(parse_real("1,5"), None);
    assert_eq!(parse_real(""), None);
}
