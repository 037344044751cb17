//! Printing a scalar: as `tostring()` does, and as JSON of the wire.

use std::fmt::Write as _;

use super::Scalar;
use crate::{dynamic_text::write_json_string, write_real};

impl Scalar {
    /// Returns what `tostring()` gives; nothing for null.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write_text(&mut out);
        out
    }

    /// Appends the text of [`Scalar::to_text`].
    pub fn write_text(&self, out: &mut String) {
        match self {
            Self::Null(_) => {}
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            // Writing to a string never fails.
            Self::Int(value) => drop(write!(out, "{value}")),
            Self::Long(value) => drop(write!(out, "{value}")),
            Self::Real(value) => write_real(out, *value),
            Self::Decimal(value) => value.write_text(out),
            Self::String(value) => out.push_str(value),
            Self::DateTime(value) => value.write_iso(out),
            Self::TimeSpan(value) => value.write_text(out),
            Self::Guid(value) => value.write_text(out),
            Self::Dynamic(value) => out.push_str(&value.to_kusto_string()),
        }
    }

    /// Appends the JSON of a cell of a V1 or V2 result: null of any type but string as `null`, decimals, datetimes,
    /// timespans and guids as strings, NaN and infinities as `"NaN"`, `"Infinity"`, `"-Infinity"`.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Null(_) => out.push_str("null"),
            Self::String(value) => write_json_string(out, value),
            Self::Dynamic(value) => value.write_json(out),
            Self::Bool(_) | Self::Int(_) | Self::Long(_) => self.write_text(out),
            Self::Real(value) if value.is_finite() => write_real(out, *value),
            Self::Real(_) | Self::Decimal(_) | Self::DateTime(_) | Self::TimeSpan(_) | Self::Guid(_) => {
                out.push('"');
                self.write_text(out);
                out.push('"');
            }
        }
    }
}
