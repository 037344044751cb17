//! Reading whole numbers from text.

use calypso_types::{Scalar, ScalarType};

/// Reads a long as `tolong()` does; the plain decimal form takes a short road.
pub(super) fn parse_long(text: &str) -> Option<i64> {
    if let Ok(value) = text.parse::<i64>() {
        return Some(value);
    }
    match Scalar::parse_as(ScalarType::Long, text) {
        Scalar::Long(value) => Some(value),
        _ => None,
    }
}
