//! Between stored text and scalars, and comparison of stored texts.

use std::{borrow::Cow, cmp::Ordering};

use super::{Kind, as_str, kind, string::write_json_string, to_kusto_string};
use crate::{Dynamic, Scalar, ScalarType};

/// Returns the stored text of a scalar: `null` for null, a JSON string for a string.
#[must_use]
pub fn from_scalar(value: &Scalar) -> String {
    let mut out = String::new();
    write_scalar(&mut out, value);
    out
}

/// Appends the text of [`from_scalar`].
pub fn write_scalar(out: &mut String, value: &Scalar) {
    match value {
        Scalar::String(text) => write_json_string(out, text),
        Scalar::Dynamic(value) => value.write_text(out),
        // The rest are small, so that wrapping them costs nothing.
        _ => Dynamic::from_scalar(value).write_text(out),
    }
}

/// Converts stored text as `tolong(dynamic)`, `todatetime(dynamic)` and kin do, see [`Dynamic::to_scalar`].
#[must_use]
pub fn to_scalar(text: &str, ty: ScalarType) -> Scalar {
    let text = text.trim_ascii();
    let kind = kind(text);
    match (kind, ty) {
        (Kind::Null, ScalarType::Dynamic) => Scalar::Dynamic(Dynamic::Null),
        (Kind::Null, _) => Scalar::null(ty),
        (_, ScalarType::String) => Scalar::String(to_kusto_string(text).into_owned()),
        (Kind::Array | Kind::Bag, _) if ty != ScalarType::Dynamic => Scalar::null(ty),
        (Kind::String, _) if ty != ScalarType::Dynamic => {
            Scalar::parse_as(ty, &as_str(text).unwrap_or(Cow::Borrowed("")))
        }
        _ => Dynamic::parse(text).unwrap_or(Dynamic::Null).to_scalar(ty),
    }
}

/// Orders two stored texts as [`Dynamic::compare`] orders their values.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    match (Dynamic::parse(left), Dynamic::parse(right)) {
        (Ok(left), Ok(right)) => left.compare(&right),
        _ => left.cmp(right),
    }
}
