//! Tests of decimals.

use super::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn decimals_are_read_and_print_without_trailing_zeros() {
    for (text, expected) in [
        ("2.00000000000001", "2.00000000000001"),
        ("2.0", "2"),
        ("-0.10", "-0.1"),
        ("+1e5", "100000"),
        ("1.5E-3", "0.0015"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.000000000000000005", "0.00000000000000001"),
        ("0.000000000000000004", "0"),
        ("0.00000000000000000000000000000000000000000000000000009", "0"),
        ("3.14159265358979323846264338327950288419716939937510", "3.14159265358979324"),
        ("999999999999999999999.99999999999999999", "999999999999999999999.99999999999999999"),
        ("0e999999", "0"),
        ("1e-999999", "0"),
    ] {
        assert_eq!(decimal(text).to_string(), expected, "{text}");
    }
    for text in ["", ".", "e5", "1e", "1.2.3", "1 2", "nan", "1e22", "1e999999", "é", "0x10"] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}

#[test]
fn conversions_are_exact_or_none() {
    assert_eq!(Decimal::from_f64(0.1), Some(decimal("0.1")));
    assert_eq!(Decimal::from_f64(-1e-20), Some(Decimal::ZERO));
    assert_eq!(Decimal::from_f64(1e30), None);
    assert_eq!(Decimal::from_f64(f64::NAN), None);
    assert!((decimal("123456789012.345678").to_f64() - 123_456_789_012.345_67).abs() < 1e-4);
    assert!((decimal("0.1").to_f64() - 0.1).abs() < f64::EPSILON);
    assert_eq!(decimal("-1.9").to_i64(), Some(-1));
    assert_eq!(Decimal::MAX.to_i64(), None);
    assert_eq!(Decimal::from_i64(i64::MIN).to_i64(), Some(i64::MIN));
}

#[test]
fn arithmetic_is_checked_and_rounds_half_away_from_zero() {
    assert_eq!(decimal("1.5").checked_mul(decimal("-2.5")), Some(decimal("-3.75")));
    assert_eq!(
        decimal("123456789.123456789").checked_mul(decimal("987654321.1")).unwrap().to_string(),
        "121932631246913579.0249809479"
    );
    assert_eq!(decimal("2").checked_div(decimal("3")).unwrap().to_string(), "0.66666666666666667");
    assert_eq!(decimal("-1").checked_div(decimal("8")), Some(decimal("-0.125")));
    assert_eq!(
        decimal("100000000000000000000").checked_div(decimal("0.3")).unwrap().to_string(),
        "333333333333333333333.33333333333333333"
    );
    assert_eq!(decimal("1").checked_div(Decimal::ZERO), None);
    assert_eq!(decimal("-7.5").checked_rem(decimal("2")), Some(decimal("-1.5")));
    assert_eq!(decimal("1").checked_rem(Decimal::ZERO), None);
    assert_eq!(Decimal::MAX.checked_add(Decimal(1)), None);
    assert_eq!(Decimal::MAX.checked_mul(decimal("2")), None);
    assert_eq!(Decimal::MAX.checked_mul(Decimal::MAX), None);
    assert_eq!(Decimal::MAX.checked_mul(Decimal::ONE), Some(Decimal::MAX));
    assert_eq!(Decimal::MAX.checked_div(Decimal::MAX), Some(Decimal::ONE));
    assert_eq!(Decimal::MIN.checked_sub(Decimal(1)), None);
}

#[test]
fn rounding_follows_the_digits() {
    assert_eq!(decimal("2.345").round_to(2), Some(decimal("2.35")));
    assert_eq!(decimal("-2.345").round_to(2), Some(decimal("-2.35")));
    assert_eq!(decimal("2.344").round_to(2), Some(decimal("2.34")));
    assert_eq!(decimal("155").round_to(-1), Some(decimal("160")));
    assert_eq!(decimal("155").round_to(99), Some(decimal("155")));
    assert_eq!(decimal("155").round_to(-99), Some(Decimal::ZERO));
    assert_eq!(decimal("-1.5").floor(), Some(decimal("-2")));
    assert_eq!(decimal("-1.5").ceil(), Some(decimal("-1")));
    assert_eq!(decimal("-1.5").trunc(), decimal("-1"));
    assert_eq!(Decimal::MAX.ceil(), None);
}
