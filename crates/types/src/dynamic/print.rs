//! Printing a dynamic value: the stored text, the JSON of the wire, and what `tostring()` gives.

use std::fmt::Write as _;

use super::Dynamic;
use crate::{dynamic_text::write_json_string, write_real};

/// How values that JSON lacks are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As typed literals: `datetime(…)`.
    Stored,
    /// As strings; an int is a number.
    Json,
}

impl Dynamic {
    /// Prints the stored text: compact JSON with typed literals, which [`Dynamic::parse`] reads back.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write_text(&mut out);
        out
    }

    /// Appends the text of [`Dynamic::to_text`].
    pub fn write_text(&self, out: &mut String) {
        self.write(out, Form::Stored);
    }

    /// Prints compact JSON for the wire: datetimes, timespans, guids, decimals, NaN and infinities as strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends the text of [`Dynamic::to_json`].
    pub fn write_json(&self, out: &mut String) {
        self.write(out, Form::Json);
    }

    /// Returns what `tostring()` gives: the exact text of a string, nothing for null, JSON of arrays and bags.
    #[must_use]
    pub fn to_kusto_string(&self) -> String {
        let mut out = String::new();
        match self {
            Self::Null => {}
            Self::String(text) => out.push_str(text),
            Self::Real(value) => write_real(&mut out, *value),
            Self::Decimal(_) | Self::DateTime(_) | Self::TimeSpan(_) | Self::Guid(_) => self.write_plain(&mut out),
            Self::Bool(_) | Self::Int(_) | Self::Long(_) | Self::Array(_) | Self::Bag(_) => self.write_json(&mut out),
        }
        out
    }

    fn write(&self, out: &mut String, form: Form) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Long(value) => push(out, value),
            Self::Int(value) if form == Form::Json => push(out, value),
            Self::Real(value) if value.is_finite() => write_real(out, *value),
            Self::Real(value) if form == Form::Stored => out.push_str(special_real_literal(*value)),
            Self::String(text) => write_json_string(out, text),
            Self::Array(elements) => {
                out.push('[');
                for (position, element) in elements.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    element.write(out, form);
                }
                out.push(']');
            }
            Self::Bag(members) => {
                out.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    write_json_string(out, name);
                    out.push(':');
                    value.write(out, form);
                }
                out.push('}');
            }
            Self::Int(_) | Self::Real(_) | Self::Decimal(_) | Self::DateTime(_) | Self::TimeSpan(_) | Self::Guid(_) => {
                self.write_foreign(out, form);
            }
        }
    }

    /// Writes a value that JSON lacks.
    fn write_foreign(&self, out: &mut String, form: Form) {
        match form {
            Form::Stored => {
                out.push_str(self.type_name());
                out.push('(');
                self.write_plain(out);
                out.push(')');
            }
            Form::Json => {
                out.push('"');
                self.write_plain(out);
                out.push('"');
            }
        }
    }

    /// Writes the text of a value that JSON lacks, without any wrapping; nothing for other values.
    fn write_plain(&self, out: &mut String) {
        match self {
            Self::Int(value) => push(out, value),
            Self::Real(value) => write_real(out, *value),
            Self::Decimal(value) => value.write_text(out),
            Self::DateTime(value) => value.write_iso(out),
            Self::TimeSpan(value) => value.write_text(out),
            Self::Guid(value) => value.write_text(out),
            _ => {}
        }
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a string never fails.
    let _ = write!(out, "{value}");
}

/// Returns the KQL literal of NaN or an infinity.
pub(crate) fn special_real_literal(value: f64) -> &'static str {
    if value.is_nan() {
        "real(nan)"
    } else if value > 0.0 {
        "real(+inf)"
    } else {
        "real(-inf)"
    }
}
