//! Tests of KQL literals.

use super::to_kql;
use crate::{Dynamic, Scalar, ScalarType};

#[test]
fn scalars_print_as_literals_of_their_type() {
    for (value, text) in [
        (Scalar::Null(ScalarType::Long), "long(null)"),
        (Scalar::Bool(true), "true"),
        (Scalar::Int(1), "int(1)"),
        (Scalar::Long(1), "1"),
        (Scalar::Long(i64::MIN), "long(-9223372036854775808)"),
        (Scalar::Real(1.0), "1.0"),
        (Scalar::Real(-1.5), "real(-1.5)"),
        (Scalar::Real(f64::NAN), "real(nan)"),
        (Scalar::from("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\""),
        (Scalar::parse_as(ScalarType::Decimal, "1.5"), "decimal(1.5)"),
        (Scalar::parse_as(ScalarType::DateTime, "2020-01-01"), "datetime(2020-01-01T00:00:00.0000000Z)"),
        (Scalar::parse_as(ScalarType::TimeSpan, "1h"), "timespan(01:00:00)"),
        (Scalar::Dynamic(Dynamic::Array(vec![Dynamic::Int(1)])), "dynamic([int(1)])"),
        (Scalar::Dynamic(Dynamic::Null), "dynamic(null)"),
    ] {
        assert_eq!(to_kql(&value), text);
    }
}
